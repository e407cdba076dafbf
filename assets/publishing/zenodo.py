"""Zenodo's way of taking deposits: requests and answers, as https://developers.zenodo.org has them.

Here belongs how it is asked. Which deposit a release becomes, and what if that was cut off, is in
`deposit`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from assets.publishing.settings import PublishingError

#: So many deposits it lists at once.
_PAGE = 100
_CONNECT_SECONDS, _READ_SECONDS = 10, 300
#: What is asked again when Zenodo is busy: all that does the same when it is done twice.
_AGAIN = Retry(
    5,
    backoff_factor=1,
    status_forcelist=(429, 502, 503, 504),
    allowed_methods=("GET", "PUT", "DELETE"),
    raise_on_status=False,
)

#: A deposit as Zenodo tells of it.
Deposit = dict[str, Any]


class Zenodo:
    """One account at Zenodo."""

    def __init__(self, url: str, token: str) -> None:
        """Take the address of a Zenodo, and a token that may write and publish deposits."""
        self._deposits = f"{url.rstrip('/')}/api/deposit/depositions"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=_AGAIN))

    def deposits(self) -> Iterator[Deposit]:
        """All deposits of the account, every version and every draft."""
        page = 1
        while True:
            query = {"size": _PAGE, "page": page, "all_versions": "true"}
            found: list[Deposit] = self._ask("GET", self._deposits, params=query)
            yield from found
            if len(found) < _PAGE:
                return
            page += 1

    def create(self, metadata: dict[str, Any]) -> Deposit:
        """A draft of something that has no deposit yet."""
        return self.get(self._ask("POST", self._deposits, json={"metadata": metadata}))

    def new_version(self, of: Deposit) -> Deposit:
        """A draft of the next version of what is deposited; it has the files of the one before."""
        made = self._ask("POST", f"{self._deposits}/{of['id']}/actions/newversion")
        draft: Deposit = self._ask("GET", made["links"]["latest_draft"])
        return draft

    def get(self, deposit: Deposit) -> Deposit:
        """A deposit as it is now, with its files."""
        whole: Deposit = self._ask("GET", f"{self._deposits}/{deposit['id']}")
        return whole

    def remove_file(self, deposit: Deposit, file: dict[str, Any]) -> None:
        """Take a file out of a draft."""
        self._ask("DELETE", f"{self._deposits}/{deposit['id']}/files/{file['id']}")

    def put_file(self, deposit: Deposit, name: str, source: Path) -> None:
        """Put a file into a draft.

        Raises:
            PublishingError: If what Zenodo has is not what was sent.
        """
        with source.open("rb") as file:
            told = self._ask("PUT", f"{deposit['links']['bucket']}/{name}", data=file)
        if told["checksum"].removeprefix("md5:") != file_md5(source):
            raise PublishingError(f"Zenodo has other bytes of {name} than were sent. Try again.")

    def describe(self, deposit: Deposit, metadata: dict[str, Any]) -> None:
        """Say what a draft is."""
        self._ask("PUT", f"{self._deposits}/{deposit['id']}", json={"metadata": metadata})

    def publish(self, deposit: Deposit) -> Deposit:
        """Publish a draft: it has a DOI from now on, and cannot be taken back."""
        done: Deposit = self._ask("POST", f"{self._deposits}/{deposit['id']}/actions/publish")
        return done

    def _ask(self, method: str, url: str, **how: Any) -> Any:
        """Ask, and give what the answer holds.

        Raises:
            PublishingError: If Zenodo does not do it, with what it says.
        """
        try:
            answer = self._session.request(
                method, url, timeout=(_CONNECT_SECONDS, _READ_SECONDS), **how
            )
        except requests.RequestException as error:
            raise PublishingError(f"Zenodo does not answer ({error}). Try again later.") from error
        if not answer.ok:
            raise PublishingError(
                f"Zenodo refuses {method} {url}: {answer.status_code}, {answer.text[:300]}"
            )
        return answer.json() if answer.content else None


def file_md5(path: Path) -> str:
    """The MD5 of a file, which is what Zenodo tells of those that it holds."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
