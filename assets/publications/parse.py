"""A document becomes a letter, where it is of a kind that is read.

Here: telling the kind, calling its parser, and saying why a document is none. A kind's parser is
the function `parse` of the module that `warehouse/kinds.csv` names for it. It is given the document
and, where it is known, the day of publication, and gives the letter or report; or a rejection that
says what is missing of what every one has.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module

from msgspec import structs

from assets.documents.model import Document
from assets.model import ArchivedFile, Rejection, Signal, Unsupported
from assets.publications.doubts import rejected
from assets.publications.grades_agree import grades_agree
from assets.publications.kinds import document_kind, is_other_remit, with_whole_title
from assets.publications.model import Publication
from warehouse.kinds import kinds

Parser = Callable[[Document, date | None], Publication | Rejection]


def parse_letter(
    document: Document, archived: ArchivedFile
) -> Publication | Rejection | Unsupported:
    """Read a document as a letter.

    Args:
        document: The document.
        archived: The file it was read from. What is listed of it decides nothing: the document's
            own words do, and differences are reported where all letters are known.

    Returns:
        The letter; or `Unsupported` for a kind that is recognised but not read; or why it is none.
    """
    result = _parse(document, archived)
    if isinstance(result, Publication):
        return result
    return structs.replace(result, page_count=document.page_count, text_method=document.text_method)


def _parse(document: Document, archived: ArchivedFile) -> Publication | Rejection | Unsupported:
    document = structs.replace(document, blocks=with_whole_title(document.blocks))
    kind = document_kind(document.blocks)
    if kind is None and is_other_remit(document.blocks):
        return rejected(
            "not_childrens_services",
            f"{archived.file_name} is about another service than a council's children's "
            "services, such as a school.",
        )
    if kind is None:
        beginning = " / ".join(block.text[:60] for block in document.blocks[:4])
        return rejected(
            "not_a_letter",
            f"{archived.file_name} is no letter or report on a council's children's "
            f"services that is known here; it begins: {beginning!r}.",
        )
    known = kinds()[kind]
    if known.parser is None:
        return Unsupported(document_kind=kind, detail="Recognised by its title; not read yet.")
    parse: Parser = import_module(f"assets.publications.{known.parser}").parse
    result = parse(document, archived.listing.published_date)
    if isinstance(result, Publication):
        result = grades_agree(result)
    if isinstance(result, Rejection) or result.framework in (None, known.framework):
        return result
    detail = f"It names {result.framework}, and {kind} is made under {known.framework}."
    return structs.replace(result, signals=(*result.signals, Signal("framework_disagrees", detail)))
