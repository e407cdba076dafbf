"""The rule tables of joint letters and reports."""

from assets.language.patterns import RuleTables

_TABLES = RuleTables("assets.publications.joint")
matches, patterns = _TABLES.matches, _TABLES.patterns
