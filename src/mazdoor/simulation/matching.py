"""How many units a condition matches: one formula of the rules language over a snapshot, without a programme around it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from mazdoor.kernel.refusals import Words
from mazdoor.rules import PolicySet, run_duckdb
from mazdoor.rules.language import typed
from mazdoor.rules.language.checking import check_formula
from mazdoor.rules.language.names import Names
from mazdoor.rules.model import Citation, Clause, Programme, Rule
from mazdoor.rules.problems import Mistake, Place, PolicyError

CONDITION: Final = "condition"
_NO_WORDS: Final = Words("", "")


@dataclass(frozen=True, slots=True)
class Matches:
    """How many units a condition holds for, does not hold for, and cannot be said of (a fact is not known)."""

    units: int
    matching: int
    not_matching: int
    unknown: int


def check_condition(policy_set: PolicySet, unit: str, formula: str) -> typed.Expression:
    """The typed tree of a yes-or-no formula for a ``unit``. Raises :class:`PolicyError` with the place in the text."""
    place = Place(CONDITION, 1)
    try:
        if not formula.strip():
            raise Mistake("formula-empty", "nothing is written yet")
        found = check_formula(formula, unit, names_of(policy_set))
        if not isinstance(found.type, typed.YesNo):
            raise Mistake(
                "type-wrong", f"a condition is yes or no, and this is {found.type}", repair="compare it with something"
            )
    except Mistake as mistake:
        raise PolicyError([mistake.at(place, formula)]) from None
    return found


def names_of(policy_set: PolicySet) -> Names:
    """The names formulas may use in a policy that is loaded already."""
    rules: Mapping[str, str] = {rule.id: rule.entity for rule in policy_set.rules.values()}

    def type_of(entity: str, name: str, offset: int) -> typed.Type:
        if (entity, name) in policy_set.definitions:
            return policy_set.definitions[(entity, name)].formula.type
        return typed.YesNo()

    return Names(policy_set.entities, policy_set.parameters, policy_set.definitions, type_of, rules)


def as_programme(policy_set: PolicySet, unit: str, formula: str) -> PolicySet:
    """``policy_set`` with a programme ``condition`` beside its own, for whose rule ``formula`` is the only clause."""
    tree = check_condition(policy_set, unit, formula)
    nothing = check_formula("Rs 0", unit, names_of(policy_set))
    clause = Clause("1", "formula", _NO_WORDS, Citation(), text=formula, formula=tree)
    rule = Rule(CONDITION, unit, _NO_WORDS, Citation(), Clause(CONDITION, "all_of", _NO_WORDS, Citation(), (clause,)))
    programme = Programme(
        CONDITION, unit, _NO_WORDS, _NO_WORDS, CONDITION, "Rs 0", nothing, Citation(), _NO_WORDS, "once", _NO_WORDS
    )
    return replace(
        policy_set,
        rules={**policy_set.rules, CONDITION: rule},
        programmes={**policy_set.programmes, CONDITION: programme},
    )


def run_condition(
    policy_set: PolicySet,
    unit: str,
    formula: str,
    snapshot: Path,
    *,
    at: date,
    out: Path,
    known_at: datetime | date | None = None,
) -> str:
    """Write, for every unit, whether the condition holds (column ``eligible``); returns the files as DuckDB reads them.

    Raises :class:`PolicyError` for a formula that cannot be read, ``RunStopped`` where it cannot be evaluated.
    """
    run_duckdb(as_programme(policy_set, unit, formula), CONDITION, snapshot, at=at, known_at=known_at, out=out)
    return f"{out}/part-*.parquet" if out.is_dir() else str(out)


def count_matching(
    policy_set: PolicySet,
    unit: str,
    formula: str,
    snapshot: Path,
    *,
    at: date,
    known_at: datetime | date | None = None,
) -> Matches:
    """How many units of a snapshot a condition matches on a date. Raises as :func:`run_condition`."""
    with tempfile.TemporaryDirectory(prefix="mazdoor-count-") as place:
        out = Path(place) / "found.parquet"
        policies = as_programme(policy_set, unit, formula)
        found = run_duckdb(policies, CONDITION, snapshot, at=at, known_at=known_at, out=out)
    return Matches(found.units, found.eligible, found.not_eligible, found.unknown)
