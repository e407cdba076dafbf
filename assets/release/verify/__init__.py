"""That a release is sound: from any row to its place, and every finding proven there."""
