"""Settings of the environment: what they are unless set, what cannot be, and who asks."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from assets.letters.site.settings import PREFIX, SiteSettings
from assets.letters.site.source import open_site
from assets.letters.source import SourceError

CONTACT = "letters@example.org"
HERE = "http://127.0.0.1:8700"
ELSEWHERE = "https://reports.example.org"


def url(settings: SiteSettings, name: str) -> str:
    return str(getattr(settings, name)).rstrip("/")


def test_unless_set_the_program_is_polite_to_ofsteds_site() -> None:
    settings = SiteSettings()
    assert url(settings, "site_url") == "https://reports.ofsted.gov.uk"
    assert url(settings, "files_url") == "https://files.ofsted.gov.uk"
    assert settings.contact is None
    assert settings.requests_at_once <= 2
    assert settings.pause_seconds > 0
    assert 0 < settings.recheck_share < 0.1
    assert 0 < settings.most_lost_share < 0.5
    assert settings.attempts > 1


def test_every_setting_says_what_it_is() -> None:
    for name, field in SiteSettings.model_fields.items():
        assert (field.description or "").endswith("."), name


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("pause_seconds", "1.5", 1.5),
        ("pause_seconds", "0", 0),
        ("requests_at_once", "1", 1),
        ("attempts", "1", 1),
        ("recheck_share", "1", 1),
        ("recheck_share", "0", 0),
        ("most_lost_share", "0.5", 0.5),
        ("most_bytes", "1000", 1000),
        ("contact", CONTACT, CONTACT),
        ("contact", "https://example.org/letters?x=1", "https://example.org/letters?x=1"),
        # Set to nothing, as compose files do, is not set.
        ("pause_seconds", "", SiteSettings.model_fields["pause_seconds"].default),
        ("contact", "", None),
    ],
)
def test_settings_are_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: object
) -> None:
    monkeypatch.setenv(PREFIX + name.upper(), text)
    assert getattr(SiteSettings(), name) == value


def test_addresses_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}SITE_URL", HERE)
    monkeypatch.setenv(f"{PREFIX}FILES_URL", "http://localhost:1")
    assert url(SiteSettings(), "site_url") == HERE
    assert url(SiteSettings(), "files_url") == "http://localhost:1"
    # The command line has the last word.
    assert open_site("http://localhost:1/", None).label == "http://localhost:1"


@pytest.mark.parametrize(
    ("site_url", "files_url", "expected"),
    [
        (HERE, None, HERE),
        (HERE, "http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("https://reports.ofsted.gov.uk", None, "https://files.ofsted.gov.uk"),
        ("https://reports.ofsted.gov.uk/", None, "https://files.ofsted.gov.uk"),
        ("https://reports.ofsted.gov.uk", HERE, HERE),
    ],
)
def test_files_are_where_the_pages_are_unless_that_is_ofsteds(
    site_url: str, files_url: str | None, expected: str
) -> None:
    given = {"site_url": site_url, "files_url": files_url}
    settings = SiteSettings.model_validate({name: url for name, url in given.items() if url})
    assert url(settings, "files_url") == expected


BAD: list[tuple[str, str]] = [
    ("site_url", "reports.ofsted.gov.uk"),
    ("site_url", "ftp://reports.ofsted.gov.uk"),
    ("site_url", "file:///etc"),
    ("site_url", "https://"),
    ("site_url", f"{ELSEWHERE}/?q=1"),
    ("site_url", f"{ELSEWHERE}/#top"),
    ("files_url", "https://user:secret@example.org"),
    ("files_url", "nonsense"),
    ("contact", "my name@example.org"),
    ("contact", "a@b\nX-Header: 1"),
    ("contact", "é@example.org"),
    ("contact", "x"),
    ("contact", "example.org"),
    ("contact", "ftp://example.org"),
    ("contact", "x" * 300),
    ("requests_at_once", "0"),
    ("requests_at_once", "3"),
    ("requests_at_once", "many"),
    ("pause_seconds", "-1"),
    ("pause_seconds", "nan"),
    ("connect_seconds", "0"),
    ("read_seconds", "0"),
    ("read_seconds", "-1"),
    ("answer_seconds", "0"),
    ("attempts", "0"),
    ("attempts", "1.5"),
    ("first_wait_seconds", "-1"),
    ("longest_wait_seconds", "-1"),
    ("longest_retry_after_seconds", "-1"),
    ("most_bytes", "0"),
    ("recheck_share", "1.1"),
    ("recheck_share", "-0.1"),
    ("most_lost_share", "10"),
    ("most_lost_share", "nan"),
]


@pytest.mark.parametrize(("name", "text"), BAD)
def test_a_setting_that_cannot_be_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setenv(f"{PREFIX}CONTACT", CONTACT)
    monkeypatch.setenv(PREFIX + name.upper(), text)
    with pytest.raises(SourceError) as raised:
        open_site(None, None)
    (line,) = str(raised.value).splitlines()
    assert line.startswith(f"{PREFIX}{name.upper()}: ")


@pytest.mark.parametrize(("name", "text"), [case for case in BAD if case[0].endswith("_url")])
def test_an_address_that_cannot_be_is_named_on_the_command_line_too(name: str, text: str) -> None:
    given = {"site_url": HERE, "files_url": HERE, name: text}
    with pytest.raises(SourceError) as raised:
        open_site(given["site_url"], given["files_url"])
    assert name.upper() in str(raised.value)


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}ATTEMPTS", "none")
    monkeypatch.setenv(f"{PREFIX}RECHECK_SHARE", "2")
    with pytest.raises(SourceError) as raised:
        open_site(HERE, None)
    assert re.findall(f"{PREFIX}([A-Z_]+): ", str(raised.value)) == ["ATTEMPTS", "RECHECK_SHARE"]


@pytest.mark.parametrize("name", ["PAUSE", "pause_seconds_", "CONTACTS"])
def test_a_setting_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(PREFIX + name, "1")
    with pytest.raises(SourceError, match=f"^There is no setting {PREFIX}{name}: docs/operating"):
        open_site(HERE, None)


@pytest.mark.parametrize("name", ["OUT", "SOURCE", "SHARED"])
def test_what_is_not_the_sites_may_be_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(PREFIX + name, "somewhere")
    assert open_site(HERE, None).label == HERE


def test_settings_stay_as_they_are() -> None:
    settings = SiteSettings()
    with pytest.raises(ValidationError):
        settings.pause_seconds = 0  # type: ignore[misc]


def test_the_user_agent_says_who_asks() -> None:
    agent = SiteSettings(site_url=HERE, contact=CONTACT).user_agent
    assert re.fullmatch(r"ofsted-letters/[0-9][0-9a-z.]* \(\+letters@example\.org\)", agent)
    assert "own machine" in SiteSettings(site_url=HERE).user_agent


@pytest.mark.parametrize(
    ("values", "needs"),
    [
        ({}, True),
        ({"contact": CONTACT}, False),
        ({"site_url": HERE, "files_url": HERE}, False),
        ({"site_url": HERE}, False),
        ({"site_url": "http://localhost:8700"}, False),
        ({"site_url": "http://127.8.9.10"}, False),
        ({"site_url": "http://[::1]:8700"}, False),
        ({"site_url": ELSEWHERE}, True),
        ({"site_url": ELSEWHERE, "contact": CONTACT}, False),
        ({"site_url": HERE, "files_url": ELSEWHERE}, True),
        ({"site_url": ELSEWHERE, "files_url": HERE}, True),
        ({"site_url": "http://localhost.example.org"}, True),
        ({"site_url": "http://127.0.0.1.example.org"}, True),
        ({"site_url": "http://192.168.1.5"}, True),
        ({"site_url": "http://0.0.0.0:8700"}, True),
    ],
)
def test_a_site_of_others_needs_a_contact(values: dict[str, Any], needs: bool) -> None:
    assert SiteSettings.model_validate(values).needs_contact == needs


def test_without_a_contact_nothing_is_asked() -> None:
    with pytest.raises(SourceError, match=r"OFSTED_LETTERS_CONTACT to an e-mail address"):
        open_site(None, None)
    with pytest.raises(SourceError, match="OFSTED_LETTERS_CONTACT"):
        open_site(HERE, ELSEWHERE)
