"""Whether a claim is the citizen on record: the authority's own comparison, forgiving of spelling and of nothing else.

Names are compared by their consonants (Muhammad, Mohammed and Mohamad are one), birth dates by the day, or by the year
where the book itself knows no more.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

_SAME = 0.72
"""How alike two skeletons must be. Chosen so that a typing error passes and another common name does not."""

_DIGRAPHS = (("kh", "k"), ("gh", "g"), ("sh", "s"), ("ch", "c"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("q", "k"))


@lru_cache(maxsize=100_000)
def skeleton(name: str) -> str:
    """The consonants of a Roman name, spelling habits ironed out."""
    text = re.sub(r"[^a-z]", "", name.lower())
    for pair, single in _DIGRAPHS:
        text = text.replace(pair, single)
    text = re.sub(r"[aeiouyhw]", "", text)
    return re.sub(r"(.)\1+", r"\1", text)


def names_agree(claimed: str | None, held: str | None) -> bool:
    """Whether two names may be one. A name either side lacks proves nothing and so agrees."""
    if not claimed or not held or claimed == held:
        return True
    first, second = skeleton(claimed), skeleton(held)
    if first == second:
        return True
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) >= 3 and longer.startswith(shorter):
        return True  # a surname left off
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= _SAME


def same_letters(claimed: str | None, held: str | None) -> bool:
    """Whether two names are written alike, case and blanks apart. A name either side lacks agrees."""
    return not claimed or not held or claimed.lower().split() == held.lower().split()


def differing_fields(
    claim: dict[str, str | None],
    *,
    name: str,
    father_name: str | None,
    birth_date: str,
    birth_year_only: bool,
    strict_spelling: bool = False,
) -> list[str]:
    """The names of the fields in which a claim differs from the book. Empty means a match."""
    differ = []
    agree = same_letters if strict_spelling else names_agree
    if not agree(claim.get("name"), name):
        differ.append("name")
    if not agree(claim.get("father_name"), father_name):
        differ.append("father_name")
    claimed_birth = claim.get("birth_date") or ""
    length = 4 if birth_year_only or claimed_birth.endswith("-01-01") else 10
    if claimed_birth[:length] != birth_date[:length]:
        differ.append("birth_date")
    return differ
