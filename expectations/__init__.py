"""What must be true of the tables before they are published: the suites and their runner.

Below this room is the warehouse only. Great Expectations lives in a process of its own
(`worker.py`), so that nothing else pays for it; the other rooms use `service.py` (to validate),
`report.py` (to read what came of it) and `suites.py` (to know the checks without running them).
"""
