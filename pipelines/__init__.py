"""What runs, and when: the Dagster code location, its job and settings, and the command line."""
