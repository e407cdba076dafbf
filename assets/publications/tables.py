"""The rule tables of this stage, but for those of single kinds."""

from assets.language.patterns import RuleTables

_TABLES = RuleTables("assets.publications")
likely, matches = _TABLES.likely, _TABLES.matches
patterns, read_table = _TABLES.patterns, _TABLES.read_table
