"""The rule tables of reports of inspections."""

from assets.language.patterns import RuleTables

_TABLES = RuleTables("assets.publications.inspections")
matches, patterns = _TABLES.matches, _TABLES.patterns
