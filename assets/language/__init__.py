"""The English of these documents: sentences, dates, people, typography; and patterns in tables."""
