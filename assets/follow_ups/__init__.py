"""What became of points to improve: each held against the later documents on its authority."""
