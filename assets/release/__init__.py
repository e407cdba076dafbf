"""Write what users read: for now, the published state of the warehouse."""
