"""Letters on joint targeted area inspections: to all services of an area, from all inspectorates."""
