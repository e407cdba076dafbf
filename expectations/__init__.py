"""What must be true of the tables: one rulebook, and the two readers of its rules.

Below this room is the warehouse only. A rule follows from the schema (`from_schema.py`), or is
written by a person: across columns and tables (`domain.toml`), kind by kind (`fill_rates.csv`,
`plausible_counts.csv`), of what reading leaves in texts (`extraction_artefacts.csv`).
`sql_reader.py` asks rules of DuckDB, `gx_reader.py` of Great Expectations, which lives in a process
of its own so that nothing else pays for it. The other rooms use `service.py` (to validate),
`sql_reader.py` (to know which rows break rules), `report.py` (to read what came of it) and
`suites.py` (to know the checks without running them).
"""
