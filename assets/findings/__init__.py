"""Letters become statements."""
