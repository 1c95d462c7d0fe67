"""Kinds of change as data: read once from ``types.yaml``, checked as it is read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from mazdoor.casework.changes.fields import FIELDS
from mazdoor.kernel.refusals import Words

FOUR_EYES: Final = ("always", "verified", "never")
SUBJECTS: Final = ("person", "household", "employment")
DATED: Final = {True: "yes", False: "no", "either": "either"}
_FILE: Final = Path(__file__).with_name("types.yaml")
_KEYS: Final = frozenset(
    {
        "code", "title", "subject", "fields", "needs", "how", "dated", "evidence", "approver", "four_eyes", "open_by",
        "reverify", "touches", "reversible", "days", "source", "mark",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of change. See ``types.yaml`` for what each line means."""

    code: str
    title: Words
    subject: str
    fields: tuple[str, ...]
    needs: tuple[str, ...]
    how: str
    dated: str
    """``yes``, ``no`` or ``either``."""
    evidence: tuple[str, ...]
    approver: str
    four_eyes: str
    open_by: frozenset[str]
    reverify: tuple[str, ...]
    touches: tuple[str, ...]
    reversible: bool
    days: int
    source: str
    mark: str


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Every kind of change, by code, in the order of the file."""
    return {kind.code: kind for kind in (_read(entry) for entry in yaml.safe_load(_FILE.read_text(encoding="utf-8")))}


def find_kind(code: str) -> Kind | None:
    """The kind with this code."""
    return kinds().get(code)


def _read(entry: dict[str, Any]) -> Kind:
    """One entry of the file. Raises ``ValueError`` for what is no kind of change: a mistake in data stops at start-up."""
    code = str(entry.get("code"))
    if extra := entry.keys() - _KEYS:
        raise ValueError(f"types.yaml: {code}: unknown {sorted(extra)}")
    unknown = [name for name in entry["fields"] if name not in FIELDS]
    needs = tuple(entry.get("needs", ()))
    if unknown or not set(needs) <= set(entry["fields"]):
        raise ValueError(f"types.yaml: {code}: fields nobody knows: {unknown or needs}")
    if entry["four_eyes"] not in FOUR_EYES or entry["subject"] not in SUBJECTS or entry["dated"] not in DATED:
        raise ValueError(f"types.yaml: {code}: four_eyes, subject or dated is not on its list")
    return Kind(
        code=code,
        title=Words(entry["title"]["en"], entry["title"]["ur"]),
        subject=entry["subject"],
        fields=tuple(entry["fields"]),
        needs=needs,
        how=entry["how"],
        dated=DATED[entry["dated"]],
        evidence=tuple(entry["evidence"]),
        approver=entry["approver"],
        four_eyes=entry["four_eyes"],
        open_by=frozenset(entry["open_by"]),
        reverify=tuple(entry.get("reverify", ())),
        touches=tuple(entry["touches"]),
        reversible=bool(entry["reversible"]),
        days=int(entry["days"]),
        source=entry["source"],
        mark=entry["mark"],
    )
