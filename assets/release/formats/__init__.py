"""The forms in which users get a release, and parts of it."""
