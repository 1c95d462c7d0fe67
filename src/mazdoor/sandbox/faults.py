"""Failing on purpose, and the same way each time.

A fault has a name (``payment_file.time_out``) and a plan: at which *rate* of keys it strikes, or how many of the
*first* keys it strikes, and how many *times* it strikes the same key before it lets it through. Whether a key is struck
follows from the seed, the name and the key alone, so a run can be repeated; how often a key has been struck is kept in
the books, so the plan survives ``kill -9``.

A configuration is JSON::

    {"seed": 7, "hold_seconds": 30, "late_seconds": 0.5, "down": false,
     "faults": {"payment_file.time_out": {"rate": 0.2, "times": 1},
                "entry.twice": {"first": 1},
                "transaction.return": {"rate": 0.02}}}

``times: null`` strikes for ever. A name the service does not know is refused: a misspelt fault must not look like a
service that works.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS fault_attempts (door TEXT, key TEXT, attempts INTEGER NOT NULL, PRIMARY KEY (door, key))
WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fault_strikes (name TEXT, key TEXT, PRIMARY KEY (name, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

WIRE_FAULTS = ("down", "http_500", "refused", "late", "time_out")
"""What can happen to any request: 503, 500 or 403 before anything is done; or done, and answered late or never."""


class UnknownFaultError(ValueError):
    """The configuration names a fault this service does not have, or says it wrongly."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When one fault strikes."""

    rate: float = 0.0
    first: int = 0
    times: int | None = 1


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """The whole configuration of one service."""

    seed: int = 1
    hold_seconds: float = 30.0
    late_seconds: float = 0.5
    down: bool = False
    plans: Mapping[str, Plan] = field(default_factory=dict)

    @classmethod
    def read(cls, document: Mapping[str, Any], *, known: frozenset[str]) -> FaultPlan:
        """The plan a JSON document describes. Raises :class:`UnknownFaultError` for a name outside ``known``."""
        strangers = set(document) - {"seed", "hold_seconds", "late_seconds", "down", "faults"}
        plans: dict[str, Plan] = {}
        for name, given in document.get("faults", {}).items():
            if name not in known:
                strangers.add(name)
                continue
            strangers |= {f"{name}.{word}" for word in set(given) - {"rate", "first", "times"}}
            times = given.get("times", 1)
            plans[name] = Plan(
                rate=float(given.get("rate", 0.0)),
                first=int(given.get("first", 0)),
                times=None if times is None else int(times),
            )
        if strangers:
            raise UnknownFaultError(f"unknown here: {', '.join(sorted(strangers))}; known: {', '.join(sorted(known))}")
        return cls(
            seed=int(document.get("seed", 1)),
            hold_seconds=float(document.get("hold_seconds", 30.0)),
            late_seconds=float(document.get("late_seconds", 0.5)),
            down=bool(document.get("down", False)),
            plans=plans,
        )

    def lot(self, name: str, key: str) -> float:
        """A number in [0, 1) that depends on seed, name and key only."""
        digest = blake2b(f"{self.seed}\x1f{name}\x1f{key}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64

    def chosen(self, db: sqlite3.Connection, name: str, key: str) -> bool:
        """Whether the fault is meant for this key at all (the number of times apart).

        ``first`` is counted in the books, inside the caller's transaction.
        """
        plan = self.plans.get(name)
        if plan is None:
            return False
        if plan.first:
            if db.execute("SELECT 1 FROM fault_strikes WHERE name = ? AND key = ?", (name, key)).fetchone():
                return True
            (struck,) = db.execute("SELECT count(*) FROM fault_strikes WHERE name = ?", (name,)).fetchone()
            if struck < plan.first:
                db.execute("INSERT INTO fault_strikes VALUES (?, ?)", (name, key))
                return True
        return plan.rate > 0 and self.lot(name, key) < plan.rate

    def strikes(self, db: sqlite3.Connection, name: str, key: str, *, attempt: int) -> bool:
        """Whether the fault strikes this attempt (1 = the first time this key is seen)."""
        plan = self.plans.get(name)
        if plan is None or (plan.times is not None and attempt > plan.times):
            return False
        return self.chosen(db, name, key)


def count_attempt(db: sqlite3.Connection, door: str, key: str) -> int:
    """Note one more attempt for a key at a door, and return how many that makes."""
    row = db.execute(
        "INSERT INTO fault_attempts VALUES (?, ?, 1) "
        "ON CONFLICT (door, key) DO UPDATE SET attempts = attempts + 1 RETURNING attempts",
        (door, key),
    ).fetchone()
    return int(row[0])
