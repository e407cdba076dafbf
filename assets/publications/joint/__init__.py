"""Joint targeted area inspections: letters of several inspectorates to all services of an area."""
