"""Letters become the rows of the published tables."""
