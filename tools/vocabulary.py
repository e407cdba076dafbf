"""Write `assets/documents/vocabulary.txt`: the words by which it is told what is one.

    python tools/vocabulary.py WORD_LIST LETTERS

WORD_LIST is Debian's `british-english-small` (package `wbritish-small`), a part of SCOWL whose
terms stand at the head of the file that is written. LETTERS is a folder of documents: of these,
plain words in lower case are taken that at least two of them have.
"""

import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

from assets.documents.model import Document
from assets.documents.read import read_document
from assets.documents.vocabulary import FILE

_WORD = re.compile(r"(?<![\w’'-])[a-z]+(?:-[a-z]+)*(?![\w-])")
_FEWEST = 2  # documents that have a word
HEAD = """\
# Words in lower case. Most are from SCOWL (Spell Checker Oriented Word Lists), Copyright 2000-2011
# by Kevin Atkinson. Permission to use, copy, modify, distribute and sell these word lists, the
# associated scripts, the output created from the scripts, and its documentation for any purpose
# is hereby granted without fee, provided that the above copyright notice appears in all copies and
# that both that copyright notice and this permission notice appear in supporting documentation.
# Kevin Atkinson makes no representations about the suitability of this array for any purpose. It
# is provided "as is" without express or implied warranty.
# The others are words that at least two of Ofsted's letters and reports have (tools/vocabulary.py).
"""


def words_of(folder: Path) -> set[str]:
    """The words that several documents of a folder have, each whole on a printed line."""
    documents: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.pdf")):
        document = read_document(path, letter_id="", file_name=path.name)
        if isinstance(document, Document):
            documents.update({word for line in _lines(document) for word in _WORD.findall(line)})
    return {word for word, count in documents.items() if count >= _FEWEST}


def _lines(document: Document) -> list[str]:
    lines = []
    for block in document.blocks:
        starts = [*(line.start for line in block.lines), len(block.text)]
        for start, end in pairwise(starts):
            # A word that the line's end breaks is none.
            lines.append(re.sub(r"\S+-\s*$", "", block.text[start:end]))
    return lines


def main() -> None:
    """Write the file."""
    word_list, folder = map(Path, sys.argv[1:])
    general = {
        word for word in word_list.read_text("utf-8").split() if re.fullmatch(r"[a-z]{2,}", word)
    }
    words = sorted(general | {word for word in words_of(folder) if len(word) > 1})
    FILE.write_text(HEAD + "\n".join(words) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(words):,} words in {FILE}\n")


if __name__ == "__main__":
    main()
