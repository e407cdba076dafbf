"""Write `assets/documents/vocabulary.txt`: the words by which it is told what is one.

    python tools/vocabulary.py LETTERS

LETTERS is a folder of documents, as PDFs: of these, plain words in lower case are taken that at
least two of them have, and nothing else. Then each document is held against the words of the
others, as a letter that nobody has seen: the figures are those of `docs/reading.md`, and the
thresholds of `assets/documents/trust.py` rest on them.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from statistics import median

from assets.documents import trust, vocabulary
from assets.documents.model import Document
from assets.documents.read import read_document

_WORD = re.compile(r"(?<![\w’'-])[a-z]+(?:-[a-z]+)*(?![\w-])")
_FEWEST = 2  # documents that have a word
_HEAD = "# Plain words that at least two of Ofsted's letters and reports have (tools/vocabulary.py)."


def _documents(folder: Path) -> dict[str, Document]:
    """The documents of a folder that can be read, whatever their words."""
    trust.Doubts.is_unbelievable = property(lambda _: False)  # type: ignore[assignment]
    read = {
        path.name: read_document(path, letter_id="", file_name=path.name)
        for path in sorted(folder.rglob("*.pdf"))
    }
    return {name: found for name, found in read.items() if isinstance(found, Document)}


def _words(document: Document) -> set[str]:
    """The words of a document, each whole on a printed line."""
    return {
        word for line in _lines(document) for word in _WORD.findall(line) if len(word) > 1
    }


def _lines(document: Document) -> list[str]:
    lines = []
    for block in document.blocks:
        starts = [*(line.start for line in block.lines), len(block.text)]
        for start, end in pairwise(starts):
            # A word that the line's end breaks is none.
            lines.append(re.sub(r"\S+-\s*$", "", block.text[start:end]))
    return lines


def _of_several(words: Iterable[set[str]]) -> dict[str, int]:
    """How many documents have a word, of those that enough have."""
    counts = Counter(word for own in words for word in own)
    return {word: count for word, count in counts.items() if count >= _FEWEST}


def _unseen(
    documents: Mapping[str, Document], own: Mapping[str, set[str]], counts: Mapping[str, int]
) -> dict[str, trust.Doubts]:
    """What is wrong with each document by the words of all others."""
    found = {}
    for name, document in documents.items():
        known = frozenset(
            word for word, count in counts.items() if count - (word in own[name]) >= _FEWEST
        )
        vocabulary.vocabulary = trust.vocabulary = lambda known=known: known  # type: ignore
        found[name] = trust.doubts(block.text for block in document.blocks)
    return found


def main() -> None:
    """Write the file, and how many words of an unseen document are not in it."""
    documents = _documents(Path(sys.argv[1]))
    own = {name: _words(document) for name, document in documents.items()}
    counts = _of_several(own.values())
    vocabulary.FILE.write_text("\n".join([_HEAD, *sorted(counts)]) + "\n", encoding="utf-8")
    unseen = _unseen(documents, own, counts)
    print(f"{len(counts):,} words of {len(documents)} documents in {vocabulary.FILE.name}")
    shares = sorted(doubts.share for doubts in unseen.values())
    print(f"unknown in an unseen one: {median(shares):.2%} (median), {shares[-1]:.2%} (most)")
