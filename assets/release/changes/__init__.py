"""What changed from one release to the next, and why."""
