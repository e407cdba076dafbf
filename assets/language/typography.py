"""Characters that mean the same and are written in different ways.

General to all that compares words of letters, with each other or with tables of rules.
"""

# One character for one, so that offsets stay what they are.
_PLAIN = {"’": "'", "‘": "'", "“": '"', "”": '"', "\u2011": "-", "\u00a0": " ", "\u202f": " "}


def plain(text: str) -> str:
    """The text with straight quotes, plain hyphens and plain blanks, as long as it was."""
    for sign, like in _PLAIN.items():  # far quicker than `str.translate`
        text = text.replace(sign, like)
    return text


#: One character for several letters, for `str.translate`: Unicode's presentation forms, and those
#: of other tongues that stand for the ligatures of Calibri in files of some programs.
LIGATURES = {
    ord(sign): letters
    for sign, letters in {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "Ɵ": "ti",
        "Ʃ": "tt",
        "ƫ": "tti",
        "Ō": "ft",
        "ƞ": "tf",
    }.items()
}
