"""The outcome of a rule as one formula, so that other formulas may name it like any other result."""

from __future__ import annotations

from mazdoor.rules.language import typed
from mazdoor.rules.language.basics import YES_NO
from mazdoor.rules.model import Clause


def outcome_of(clause: Clause, *, for_it: bool = True) -> typed.Expression | None:
    """The formula that is true, false or unknown exactly where ``clause`` is met, not met or open.

    ``for_it`` is False below ``none_of``, where a clause that holds speaks against the person: what an unknown fact means
    turns round there. Clauses that are not coded take no part. None where a formula of the clause is broken.
    """
    if clause.kind == "formula":
        if clause.formula is None or not isinstance(clause.formula.type, typed.YesNo):
            return None
        if clause.unknown == "asks":
            return clause.formula
        if clause.unknown == "stops":
            return typed.Required(YES_NO, clause.formula)
        taken = typed.Literal(YES_NO, for_it == (clause.unknown == "admits"))
        return typed.IfUnknown(YES_NO, clause.formula, taken)
    below = for_it if clause.kind != "none_of" else not for_it
    parts: list[typed.Expression] = []
    for part in clause.parts:
        if part.kind == "not_coded":
            continue
        found = outcome_of(part, for_it=below)
        if found is None:
            return None
        parts.append(found)
    if clause.kind == "all_of":
        return typed.Both(YES_NO, tuple(parts))
    some = typed.Either(YES_NO, tuple(parts))
    return some if clause.kind == "any_of" else typed.Not(YES_NO, some)
