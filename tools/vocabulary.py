"""Write `assets/documents/vocabulary.txt`: the words by which it is told what is one.

    python tools/vocabulary.py LETTERS

LETTERS is a folder of documents, as PDFs: of these, plain words in lower case are taken that at
least two of them have, and nothing else. Then each document is held against the words of the
others, as a letter that was not seen before; the thresholds of `assets/documents/trust.py` rest on
what that gives.
"""

import re
import sys
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from statistics import median

from assets.documents.model import Document
from assets.documents.read import read_document
from assets.documents.trust import Doubts, doubts
from assets.documents.vocabulary import FILE

_WORD = re.compile(r"(?<![\w’'-])[a-z]+(?:-[a-z]+)*(?![\w-])")
_FEWEST = 2  # documents that have a word
_HEAD = (
    "# Plain words that at least two of Ofsted's letters and reports have (tools/vocabulary.py)."
)


def documents_of(folder: Path) -> list[Document]:
    """The documents of a folder that can be read."""
    read = [
        read_document(path, letter_id="", file_name=path.name)
        for path in sorted(folder.rglob("*.pdf"))
    ]
    return [document for document in read if isinstance(document, Document)]


def words_of(document: Document) -> set[str]:
    """The words of a document, each whole on a printed line."""
    return {word for line in _lines(document) for word in _WORD.findall(line) if len(word) > 1}


def _lines(document: Document) -> list[str]:
    lines = []
    for block in document.blocks:
        starts = [*(line.start for line in block.lines), len(block.text)]
        for start, end in pairwise(starts):
            # A word that the line's end breaks is none.
            lines.append(re.sub(r"\S+-\s*$", "", block.text[start:end]))
    return lines


def doubts_unseen(document: Document, counts: Mapping[str, int]) -> Doubts:
    """What is wrong with a document by the words of all others."""
    own = words_of(document)
    known = frozenset(word for word, count in counts.items() if count - (word in own) >= _FEWEST)
    return doubts((block.text for block in document.blocks), known)


def main() -> None:
    """Write the file, and say how many words of a document the others do not have."""
    documents = documents_of(Path(sys.argv[1]))
    counts = Counter(word for document in documents for word in words_of(document))
    words = sorted(word for word, count in counts.items() if count >= _FEWEST)
    FILE.write_text("\n".join([_HEAD, *words]) + "\n", encoding="utf-8")
    unseen = [doubts_unseen(document, counts) for document in documents]
    shares = sorted(found.share for found in unseen)
    refused = sum(found.is_unbelievable for found in unseen)
    again = sum(found.is_spaced for found in unseen)
    sys.stdout.write(
        f"{len(words):,} words of {len(documents)} documents in {FILE}\n"
        f"Unknown in a document by the words of the others: {median(shares):.2%} (median), "
        f"{shares[-1]:.2%} (most). Refused: {refused}. Read a second time: {again}.\n"
    )


if __name__ == "__main__":
    main()
