"""What the tables are: their schema, code lists, files, DuckDB database and views.

The lowest of the rooms: it imports none of the others, and knows nothing of how a letter is read.
"""
