"""Codes of areas, occupations and industries, however they were written: the code, or a name only one of them has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from mazdoor.kernel.identifiers import plain_digits
from mazdoor.reference import selectors as reference

_CODE_FIRST = re.compile(r"^(\d{4})\b")


def area_code(text: str) -> str | None:
    """The P-code of a district or tehsil that exists now, or ``None``."""
    written = plain_digits(text).strip()
    code = written.upper()
    if code.startswith("PK"):
        area = reference.find_area(code)
        return code if area is not None and area.level in ("district", "tehsil") and area.valid_to is None else None
    return _kept("area").get(_folded(written))


def occupation_code(text: str) -> str | None:
    """The four digits of ISCO-08, or ``None``."""
    written = plain_digits(text).strip()
    found = _CODE_FIRST.match(written)
    if found:
        return found[1] if reference.find_occupation(found[1]) else None
    return _kept("occupation").get(_folded(written))


def industry_code(text: str) -> str | None:
    """The four digits of ISIC revision 4, or ``None``."""
    written = plain_digits(text).strip()
    found = _CODE_FIRST.match(written)
    if found:
        return found[1] if reference.find_industry(found[1]) else None
    return _kept("industry").get(_folded(written))


def sector_of(isic_code: str) -> str:
    """Agriculture, industry or services, by the section an ISIC code lies in (A; B to F; the rest)."""
    row = reference.get_industry(isic_code)
    while row.parent_code:
        row = reference.get_industry(row.parent_code)
    return "agriculture" if row.code == "A" else "industry" if row.code in "BCDEF" else "services"


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()


def _kept(kind: str) -> dict[str, str]:
    """Name → code, made once a process; empty lists (before the reference data is loaded) are not kept."""
    names = _names(kind)
    if not names:
        _names.cache_clear()
    return names


@lru_cache(maxsize=4)
def _names(kind: str) -> dict[str, str]:
    if kind == "area":
        # A district and its tehsil often share a name: then the district is meant, as where no more is known.
        districts = _once((a.code, (a.name_en, a.name_ur)) for a in reference.areas(level="district") if not a.valid_to)
        tehsils = _once((a.code, (a.name_en, a.name_ur)) for a in reference.areas(level="tehsil") if not a.valid_to)
        return {**tehsils, **districts}
    rows = reference.occupations(digits=4) if kind == "occupation" else reference.industries()
    return _once((row.code, (row.title_en, row.title_ur)) for row in rows if len(row.code) == 4)


def _once(rows: Iterable[tuple[str, tuple[str, str]]]) -> dict[str, str]:
    """Names that only one code has."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for code, names in rows:
        for name in {_folded(name) for name in names if name}:
            if name in found:
                twice.add(name)
            found[name] = code
    return {name: code for name, code in found.items() if name not in twice}
