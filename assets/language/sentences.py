"""Running text becomes sentences.

General to all stages that read text; it knows abbreviations, initials, numbers, quotes and
brackets. A colon or semicolon ends no sentence, nor does a stop within brackets or within a quote
of several sentences: these belong to the sentence around them.
"""

from __future__ import annotations

import re

# A full stop after one of these ends no sentence.
_ABBREVIATIONS = frozenset(
    "e.g eg i.e ie vs cf viz incl para paras reg regs dr mr mrs ms messrs prof st mt rev rt hon "
    "cllr sgt insp supt approx".split()
)
#: A full stop after one of these, with a number behind it, ends no sentence.
BEFORE_NUMBERS = frozenset(
    "no nos p pp s ss art arts sec ch vol fig figs para paras reg regs sched ref ext "
    "jan feb aug sept oct nov dec yr yrs".split()
)
_SHORTENED = _ABBREVIATIONS | BEFORE_NUMBERS
_TIMES = frozenset({"a.m", "p.m"})
_AFTER_TIMES = frozenset("monday tuesday wednesday thursday friday saturday sunday gmt bst".split())
# What letters tell apart (`Team B.`): the letter is a name's last word, not a person's initial.
_LETTERED = frozenset(
    "team teams group groups plan plans pathway route option section part annex appendix category "
    "grade band level table figure hub tier block unit room class type phase stage step schedule "
    "form model area zone ward locality district quadrant strand cohort panel site house home pod "
    "school child children vitamin hepatitis".split()
)
# Words that begin sentences and are nobody's surname.
_OPENERS = frozenset(
    "the a an this that these those they it its he she we you his her their there here however "
    "when where while whilst if although though as at in on by for from to with without within "
    "since after before during until once what who how why not no most many some all few several "
    "both each every any other others another more such then thus therefore consequently because "
    "despite overall also additionally furthermore moreover nevertheless similarly staff children "
    "inspectors managers leaders parents families carers plans records reviews assessments "
    "practice supervision social senior".split()
)
_CLOSES = "’”'\")]"  # quotes and brackets
_BOUNDARY = re.compile(
    r"""
    (?P<end>[.!?…]+[’”'")\]]*)      # the end of a sentence with what closes around it
    (?:
        \s+
        # The next begins with a capital, a number or a sum, or as `iCART`, `myPlan`, `e-Help` do.
        (?=[‘“'"(\[£]*(?:[A-Z0-9À-Þ]|[a-z]{1,3}[A-Z]|[a-z]-[A-Z]|s\.?\d))
    |
        # A blank that was forgotten, as no address of the web has it.
        (?:(?<=[A-Za-z’']{2}[.!?])|(?<=[\d%)\]’][.!?])|(?<=[.!?][)\]’”])|(?<=\s[.!?]))
        (?=[‘“(]*[A-Z][A-Za-z\d-]*[\s,;:’'”])
    )
    """,
    re.VERBOSE,
)
_LONGEST_WORDS = 40  # characters of the last two words of a sentence, as far as they tell
_LAST_WORDS = re.compile(r"(?:(?P<before>[\w’'-]+)\s+|^|[\s(\[‘“'\"])(?P<last>[\w.]+)\.$")
_FIRST_WORD = re.compile(r"[A-Za-z]+")
_LETTERS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]|[A-Z]")  # `J`, `U.K`, `a.m`
_ITEM_NUMBER = re.compile(r"\(?(?:\d{1,2}|[A-Za-z]|[ivx]{1,4})\)?\.")
# A remark on what stands before it, as of a paragraph from which a recommendation follows.
_REMARK = re.compile(
    r"\s*\((?:see )?(?:recommendation|para(?:graph)?)s?\b[^()]{0,40}\)\.?\s*", re.I
)
# The signs that open, what opens and what closes, first of brackets, then of quotes. An apostrophe
# within a word is neither; one at the end of a word looks as if it closed.
_AROUND = tuple(
    (signs, re.compile(opens), re.compile(closes))
    for signs, opens, closes in (
        ("(", r"\(", r"\)"),
        ("[", r"\[", r"\]"),
        ("‘'", r"(?<![^\s(\[])[‘'](?=\w)", r"(?<=\S)[’'](?!\w)"),
        ('“"', r"(?<![^\s(\[])[“\"](?=\w)", r"(?<=\S)[”\"](?!\w)"),
    )
)


def ends_with(text: str, signs: str = ".!?:;") -> bool:
    """Whether a text ends with one of some signs, quotes and brackets closed behind it or not."""
    return text.rstrip(_CLOSES).endswith(tuple(signs))


def split_sentences(text: str) -> list[str]:
    """Split a paragraph into sentences.

    Args:
        text: A paragraph without line breaks.

    Returns:
        The sentences, which hold all of the paragraph but the blanks between them.
    """
    return [text[start:end] for start, end in sentence_spans(text)]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence in a paragraph; see `split_sentences`."""
    spans = []
    start = 0
    for found in _BOUNDARY.finditer(text):
        end, following = found.end("end"), found.end()
        sentence, rest = text[start:end], text[following:]
        if not sentence or _is_abbreviation(sentence, rest) or _is_open(sentence, rest):
            continue
        if remark := _REMARK.match(text, end):
            following = remark.end()
            end += len(remark[0].rstrip())
        spans.append((start, end))
        start = following
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def _is_abbreviation(sentence: str, rest: str) -> bool:
    """Whether the full stop belongs to an abbreviation, an initial or a number of a list."""
    if not sentence.endswith("."):
        return False
    if _ITEM_NUMBER.fullmatch(sentence):
        return True
    if _ends_with_a_word(sentence):
        return False
    words = _LAST_WORDS.search(sentence, max(len(sentence) - _LONGEST_WORDS, 0))
    if not words:
        return False
    last = words["last"].lower()
    if last in _ABBREVIATIONS or (rest[:1].isdigit() and last in BEFORE_NUMBERS):
        return True
    if not _LETTERS.fullmatch(words["last"]):
        return False
    first = _FIRST_WORD.search(rest)
    following = first[0].lower() if first else ""
    if last in _TIMES:
        return following in _AFTER_TIMES
    return following not in _OPENERS and (words["before"] or "").lower() not in _LETTERED


def _ends_with_a_word(sentence: str) -> bool:
    """Whether a sentence ends with a word that is no abbreviation, as most do."""
    last = sentence[sentence.rfind(" ") + 1 : -1].lower()
    return len(last) > 1 and last.isalpha() and last not in _SHORTENED


def _is_open(sentence: str, rest: str) -> bool:
    """Whether a bracket or quote is open at the end of a sentence, and closed in what follows.

    One that is never closed is a slip of the author's; nor is one closed after another opens.
    """
    for signs, opens, closes in _AROUND:
        if not any(sign in sentence for sign in signs):
            continue
        if len(opens.findall(sentence)) > len(closes.findall(sentence)):
            closing, opening = closes.search(rest), opens.search(rest)
            if closing and not (opening and opening.start() < closing.start()):
                return True
    return False
