"""What an explanation shows: plain values in one language, ready for a page, a letter or a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ValueShown:
    """One value that took part: its name, what it was, the threshold it was held against, and what it lacks."""

    name: str
    value: str
    threshold: str = ""
    short_by: str = ""


@dataclass(frozen=True, slots=True)
class LawShown:
    """Where something is written: instrument (its short name, title, number and status), provision, source, and how far
    that was verified, with the day it was last checked. ``text`` is instrument and provision in short."""

    text: str
    short: str
    title: str
    number: str
    status: str
    provision: str
    source: str
    verified: str
    checked: date | None


@dataclass(frozen=True, slots=True)
class ParameterShown:
    """One value of the law that was looked up: in force from (to), known from (to), and where it is written."""

    id: str
    title: str
    key: tuple[str, ...]
    value: str
    exact: str
    valid_from: date
    valid_to: date | None
    known_from: date
    known_to: date | None
    status: str
    law: LawShown


@dataclass(frozen=True, slots=True)
class WorkingShown:
    """One named result on the way: whose it is (entity and pseudonym), its value, and where its formula is written."""

    entity: str
    key: str
    name: str
    title: str
    value: str
    exact: str
    law: LawShown


@dataclass(frozen=True, slots=True)
class FactShown:
    """One fact that was read: whose (entity and pseudonym), which, and what it said."""

    entity: str
    key: str
    name: str
    title: str
    value: str
    exact: str


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """One clause with its outcome (``met``, ``not_met``, ``unknown``, ``not_coded``) in the chosen language.

    ``against``: the clause speaks against the person where it is met (it stands below "none of these").
    ``unknown`` says what an unknown answer means (``asks``, ``excludes``, ``admits``, ``stops``), and ``answer`` what the
    formula itself gave (``T``, ``F``, ``U``) before that. ``needs`` is what it lacks, in a sentence.
    """

    id: str
    kind: str
    title: str
    outcome: str
    law: LawShown
    decided: bool
    against: bool
    values: tuple[ValueShown, ...]
    parts: tuple[ClauseShown, ...]
    parameters: tuple[ParameterShown, ...] = ()
    workings: tuple[WorkingShown, ...] = ()
    facts: tuple[FactShown, ...] = ()
    formula: str = ""
    unknown: str = ""
    answer: str = ""
    reason: str = ""
    note: str = ""
    needs: str = ""

    @property
    def provision(self) -> str:
        """Instrument and provision in short."""
        return self.law.text

    @property
    def verified(self) -> str:
        """How far it was verified."""
        return self.law.verified


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a stored result names, so that it can be repeated: the assessment, the hash of its snapshot's rows, the rule
    it was made under and the engine. Empty where there is no stored result."""

    assessment: str = ""
    snapshot_hash: str = ""
    rule_hash: str = ""
    engine: str = ""
    known_at: datetime | date | None = None


def deciding_clause(tree: ClauseShown) -> ClauseShown | None:
    """The clause that decided, or None where it was the amount."""
    if tree.decided:
        return tree
    return next((found for part in tree.parts for found in [deciding_clause(part)] if found is not None), None)


def find_clause(tree: ClauseShown, name: str) -> ClauseShown | None:
    """The clause with this id."""
    if tree.id == name:
        return tree
    return next((found for part in tree.parts for found in [find_clause(part, name)] if found is not None), None)
