"""How a letter on a joint targeted area inspection is read, of 2016 to 2020 and since 2022.

It is addressed to the heads of all services of an area (`addressees`), says what was inspected
(`introduction`), has its findings under headings, in lists and boxes (`body`), and is signed by each
inspectorate (`signatories`). The periods differ only in the rows of the tables of variants.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from msgspec import structs

from assets.documents.model import Block, Document
from assets.model import Rejection, Signal
from assets.publications.headings import settle_headings
from assets.publications.joint.addressees import read_addressees
from assets.publications.joint.body import as_section, opens_section, read_body
from assets.publications.joint.inspectorates import bodies, inspectorates
from assets.publications.joint.introduction import (
    authority_names,
    find_theme,
    find_windows,
    sentences_of,
    summary_start,
)
from assets.publications.joint.signatories import read_signatories
from assets.publications.joint.tables import matches
from assets.publications.kinds import is_title
from assets.publications.model import Publication
