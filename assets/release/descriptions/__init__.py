"""What describes a release, for people and for programs."""
