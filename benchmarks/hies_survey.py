"""The household survey HIES 2015-16 as one table for ``mazdoor rules fit-scorecard``: one row for each household.

    python benchmarks/hies_survey.py FOLDER survey.csv

FOLDER holds the survey's files (HHRoster, Housing, Education, Expenditure, as .csv.gz). Columns are those of a poverty form,
and ``welfare``: expenditure of the year for one member. The survey as published in the CRAN package PSLM2015 has no weights
and its expenditure is about 20% below the official aggregate: it shows how a scorecard is fitted, and no poverty rate.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

_TOILET = {
    "flush connected to public sewerage": "sewer",
    "flush connected to pit": "pit",
    "flush connected to open drain": "drain",
    "dry pit latrine": "dry",
    "dry raised laterine": "dry",
    "no toilet in the household": "none",
}
_WATER = {"piped water": "piped", "motorized pumping/tubewell": "pump", "hand pump": "hand_pump"}
_SCHOOLING = {
    **dict.fromkeys(["less than 1", *(f"class {year}" for year in range(1, 6))], "primary"),
    **dict.fromkeys(["class 6", "class 7", "class 8"], "middle"),
    **dict.fromkeys(["class 9", "class 10"], "secondary"),
    "": "none",
}
COLUMNS = (
    "persons",
    "children",
    "rooms",
    "head_schooling",
    "toilet",
    "water",
    "electricity",
    "gas",
    "computer",
    "internet",
    "mobile",
)


def households(folder: Path) -> Iterator[dict[str, object]]:
    """One row for each household that has all four files."""

    def rows(name: str) -> Iterator[dict[str, str]]:
        with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)

    persons: Counter[str] = Counter()
    children: Counter[str] = Counter()
    heads: dict[tuple[str, str], str] = {}
    for row in rows("HHRoster"):
        if row["s1aq11"] != "yes":
            continue
        persons[row["hhcode"]] += 1
        if row["age"] and float(row["age"]) < 15:
            children[row["hhcode"]] += 1
        if row["s1aq02"] == "Head":
            heads[(row["hhcode"], row["idc"])] = row["hhcode"]
    schooling = {
        heads[(row["hhcode"], row["idc"])]: _SCHOOLING.get(row["s2ac05"], "higher")
        for row in rows("Education")
        if (row["hhcode"], row["idc"]) in heads
    }
    spent = {
        row["hhcode"]: sum(float(value) for name, value in row.items() if name != "hhcode" and value)
        for row in rows("Expenditure")
    }
    for row in rows("Housing"):
        code = row["hhcode"]
        if not persons[code] or code not in schooling or spent.get(code, 0) <= 0 or not row["S3aq04"]:
            continue
        yield {
            "persons": persons[code],
            "children": children[code],
            "rooms": int(float(row["S3aq04"])),
            "head_schooling": schooling[code],
            "toilet": _TOILET.get(row["S3aq15"], ""),
            "water": _WATER.get(row["S3aq06"], "other"),
            "electricity": _yes(row["S3aq05A"]),
            "gas": _yes(row["S3aq05B"]),
            "computer": "yes" if "yes" in (row["S3aq20E"], row["S3aq20F"]) else "no",
            "internet": _yes(row["S3aq20A"]),
            "mobile": _yes(row["S3aq20C"]),
            "welfare": round(spent[code] / persons[code], 2),
        }


def _yes(said: str) -> str:
    return "yes" if said.startswith("yes") else "no"


def main() -> None:
    """Write the table."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*COLUMNS, "welfare"])
        writer.writeheader()
        writer.writerows(households(folder))


if __name__ == "__main__":
    main()
