"""A folder of pages in the making: where each lies, how it is filled in, how it leads to others.

Here belongs what all pages share. An address is that of a folder, as `visits/<visit_id>/`, and
links are relative, so that the portal can stand at any address, also below another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Template

from assets.portal.scripts import is_imported, joined
from assets.release.store import ReleaseError
from assets.release.templating import environment
from assets.release.wording import day_in_words

_TEMPLATES = Path(__file__).with_name("templates")
_STATIC = Path(__file__).with_name("static")
#: In whose place the day of the last run is put in scripts.
_LAST_RUN = '"{last run}"'

#: Served by hosts at whatever address there is nothing at.
NOT_FOUND = "404.html"


@dataclass
class Site:
    """The portal in the making.

    Attributes:
        folder: Where it is written to.
        url: Where it will stand, ending in a slash; `None` where nobody said: the page that is
            shown where there is none then takes it for the whole of a host.
        common: What every page may ask for.
        pages: The addresses of all pages that were written, without those that lead elsewhere.
        lacks: What could not be made, and why, a sentence each.
    """

    folder: Path
    url: str | None
    common: dict[str, Any]
    pages: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    _templates: dict[str, Template] = field(default_factory=dict)

    def page(self, address: str, template: str, *, listed: bool = True, **values: Any) -> None:
        """Write a page.

        Args:
            address: Where it stands: a folder, as `topics/health/`, or a file.
            template: A template of `templates/`, without its ending.
            listed: Whether search engines are told of it.
            values: What it is filled with, beside `common`.
        """
        root = self._root(address)
        text = self.render(
            f"{template}.html.j2",
            address=address,
            link=lambda to: f"{root}{to}" or "./",
            canonical=self.absolute(address) if listed else None,
            **values,
        )
        is_folder = not address or address.endswith("/")
        self.write(f"{address}index.html" if is_folder else address, text.encode())
        if listed:
            self.pages.append(address)

    def render(self, template: str, **values: Any) -> str:
        """Fill in a template with these values and the common ones."""
        if template not in self._templates:
            self._templates[template] = environment(_TEMPLATES).get_template(template)
        return self._templates[template].render({**self.common, **values})

    def write(self, path: str, content: bytes) -> None:
        """Write a file.

        Raises:
            ReleaseError: If it would lie elsewhere: ids are a release's, which may be anybody's.
        """
        if ".." in Path(path).parts or Path(path).is_absolute():
            raise ReleaseError(f"{path!r} is no address of a page: the release is none of ours.")
        to = self.folder / path
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(content)

    def absolute(self, address: str) -> str | None:
        """The whole address of a page; `None` where nobody said where the portal will stand."""
        return f"{self.url}{address}" if self.url else None

    def copy_static(self, last_run: date | None) -> None:
        """Write stylesheet, scripts and pictures, which are the same in every portal but for a day.

        The day of the last run stands in scripts, which write it into pages: a run that found
        nothing new changes them, and not all pages.
        """
        told = day_in_words(last_run) if last_run else ""
        for path in sorted(_STATIC.rglob("*")):
            if path.suffix == ".js":
                if not is_imported(path):
                    script = joined(path).replace(_LAST_RUN, f'"{told}"')
                    self.write(f"static/{path.name}", script.encode())
            elif path.is_file():
                self.write(f"static/{path.relative_to(_STATIC)}", path.read_bytes())

    def _root(self, address: str) -> str:
        """What leads from a page to where the portal begins."""
        if address == NOT_FOUND:  # shown at any depth
            return urlsplit(self.url).path if self.url else "/"
        return "../" * address.count("/")
