"""List what a source has, fetch what is new, archive it by content."""
