"""Reports of inspections that give grades: what they share, and a module for each kind."""
