"""A release as plain rows."""

from datetime import date

from assets.portal.reading import Row, _name_addresses


def test_no_two_authorities_have_one_address() -> None:
    ended = date(2009, 3, 31)
    rows: dict[str, Row] = {
        key: {"authority_id": key, "name": name, "valid_to": until}
        for key, name, until in (
            ("a", "Ashmere", ended),
            ("b", "Ashmere", None),
            ("c", "Ashmere", ended),
            ("d", "Ashmere", None),
            ("e", "–", None),
        )
    }
    _name_addresses(rows)
    assert [row["slug"] for row in rows.values()] == [
        "ashmere-until-2009",
        "ashmere",
        "c",
        "d",
        "e",
    ]
