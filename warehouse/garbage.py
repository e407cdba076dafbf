"""Python's search for rings of objects, where many objects are made and hardly a ring."""

import gc

#: How many objects more than before there are when rings of them are looked for. A letter makes
#: many thousand; to look at the default of 700 takes a tenth of its time. Ten times as many is no
#: quicker.
_NEW_OBJECTS = 10_000


def look_seldom() -> None:
    """Take what is there for what stays to the end, and look for rings among many new objects."""
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
