"""The rule tables of this stage, but for those of single kinds."""

from assets.language.patterns import RuleTables

_TABLES = RuleTables("assets.publications")
matches, patterns, read_table = _TABLES.matches, _TABLES.patterns, _TABLES.read_table
