"""Put releases and the portal where readers fetch them: folders, object stores, Zenodo."""
