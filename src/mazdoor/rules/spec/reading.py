"""The spec files as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from mazdoor.rules.reading import read_text

FOLDER: Final = Path(__file__).parent
AT: Final = date(2024, 2, 29)
"""The date of a run where a table names none: a leap day."""


@dataclass(frozen=True, slots=True)
class Table:
    """Facts and what follows from them. ``rows``: values in the order of ``given``, then the expectation.

    A table tries a ``formula``, or a ``rule`` (a tree of clauses) with an ``amount``; of a rule the expectation is a list in
    the order of ``then``. Values are as written: money in rupees, ``unknown`` where a fact is missing. ``also`` are named
    results the formula leans on (``thing.name: formula``, ``rule.name: clauses``). ``outside``: facts outside their domain,
    which stop the whole run.
    """

    operator: str
    formula: str
    rule: Any
    amount: str
    given: tuple[str, ...]
    then: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str
    at: date
    known_at: date | None
    also: dict[str, Any]
    outside: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A formula that is refused before anything runs: by which code, and words of its message."""

    formula: str
    code: str
    says: str


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator: how it is written, what it means, what it makes of units and of unknowns, what stops the run."""

    id: str
    title: str
    written: str
    functions: tuple[str, ...]
    means: str
    units: str
    unknown: str
    stops: str
    tables: tuple[Table, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One file."""

    title: str
    intro: str
    operators: tuple[Operator, ...]


def vocabulary() -> str:
    """The small invented law the tables are tried on, as YAML."""
    return (FOLDER / "vocabulary.yaml").read_text(encoding="utf-8")


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every chapter, in the order of the files' names."""
    found: list[Chapter] = []
    for path in sorted(FOLDER.glob("[0-9]-*.yaml")):
        for document in read_text(path.read_text(encoding="utf-8"), path.name):
            data = document.data
            found.append(Chapter(data["title"], data["intro"], tuple(_operator(each) for each in data["operators"])))
    return tuple(found)


def _operator(data: dict[str, Any]) -> Operator:
    return Operator(
        data["id"],
        data["title"],
        data["written"],
        tuple(data.get("functions", ())),
        data["means"],
        data.get("units", ""),
        data.get("unknown", ""),
        data.get("stops", ""),
        tuple(_table(data["id"], each) for each in data["tables"]),
        tuple(Refused(str(each["formula"]), each["code"], each["says"]) for each in data.get("refused", ())),
    )


def _table(operator: str, data: dict[str, Any]) -> Table:
    given, then = tuple(data["given"]), tuple(data.get("then", ()))
    rows = tuple(tuple(row) for row in data["rows"])
    for row in rows:
        if len(row) != len(given) + 1:
            raise ValueError(f"{operator}: a row has {len(row)} cells and should have {len(given) + 1}")
    return Table(
        operator,
        str(data.get("formula", "")),
        data.get("rule"),
        data.get("amount", "Rs 1"),
        given,
        then,
        rows,
        data.get("note", ""),
        data.get("at", AT),
        data.get("known_at"),
        data.get("also", {}),
        data.get("outside", False),
    )
