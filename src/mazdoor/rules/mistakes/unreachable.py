"""Clauses and branches that can never decide anything. Told only where it is proven (see ``possible.py``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mazdoor.rules.language import typed
from mazdoor.rules.mistakes.possible import NOTHING_HELD, Possibilities, Situation
from mazdoor.rules.model import Clause, PolicySet
from mazdoor.rules.problems import Place, Problem

Met = tuple[bool, bool, bool]
"""Whether a clause can be met, not met, open."""


def unreachable(policy_set: PolicySet) -> Iterator[Problem]:
    """Every clause and branch of ``policy_set`` that is proven idle."""
    possible = Possibilities(policy_set.definitions, policy_set.parameters)
    for rule in policy_set.rules.values():
        yield from _Clauses(possible).group(rule.root, NOTHING_HELD, for_it=True)
    formulas: list[tuple[typed.Expression, Place]] = [
        (leaf.formula, leaf.place) for rule in policy_set.rules.values() for leaf in rule.root.leaves() if leaf.formula
    ]
    formulas += [(each.formula, each.place) for each in policy_set.definitions.values() if each.text]
    for programme in policy_set.programmes.values():
        formulas.append((programme.amount, programme.place))
        if programme.category is not None:
            formulas.append((programme.category, programme.place))
    for formula, place in formulas:
        for code, message, repair in _Inside(possible).look(formula, NOTHING_HELD, top=True):
            yield warning(place, code, message, repair)


def warning(place: Place, code: str, message: str, repair: str = "") -> Problem:
    """A problem that does not keep the policy from being used."""
    return replace(Problem(place.file, place.line, place.column, code, message, repair), severity="warning")


class _Clauses:
    """Groups of clauses: what can be met beside what."""

    def __init__(self, possible: Possibilities) -> None:
        self.possible = possible

    def met(self, clause: Clause, held: Situation, *, for_it: bool) -> Met:
        """Whether ``clause`` can be met, not met or open where ``held`` holds."""
        if clause.kind == "formula":
            if clause.formula is None or not isinstance(clause.formula.type, typed.YesNo):
                return True, True, True
            value = self.possible.of(clause.formula, held)
            counts = _unknown_counts(clause, for_it)
            yes = (value.known and value.yes) or (value.unknown and counts is True)
            no = (value.known and value.no) or (value.unknown and counts is False)
            return yes, no, value.unknown and counts is None and clause.unknown != "stops"
        below = for_it if clause.kind != "none_of" else not for_it
        parts = [self.met(part, held, for_it=below) for part in clause.parts if part.kind != "not_coded"]
        some_open = any(each[2] for each in parts)
        if clause.kind == "all_of":
            together = self.where(clause, True, held, for_it=for_it) is not None
            return together and all(each[0] for each in parts), any(each[1] for each in parts), some_open
        some, none = any(each[0] for each in parts), all(each[1] for each in parts)
        return (some, none, some_open) if clause.kind == "any_of" else (none, some, some_open)

    def where(self, clause: Clause, wanted: bool, held: Situation, *, for_it: bool) -> Situation | None:
        """``held``, and ``clause`` is met (``wanted``) or not. None where that is proven impossible."""
        if clause.kind == "formula":
            if clause.formula is None or not isinstance(clause.formula.type, typed.YesNo):
                return held
            if _unknown_counts(clause, for_it) is wanted and self.possible.of(clause.formula, held).unknown:
                return held
            return self.possible.where(clause.formula, wanted, held)
        every_part = {"all_of": True, "any_of": False, "none_of": True}.get(clause.kind)
        if every_part is not wanted:
            return held
        below = for_it if clause.kind != "none_of" else not for_it
        part_wanted = clause.kind == "all_of"
        here: Situation | None = held
        for part in clause.parts:
            if part.kind != "not_coded" and here is not None:
                here = self.where(part, part_wanted, here, for_it=below)
        return here

    def group(self, clause: Clause, held: Situation, *, for_it: bool) -> Iterator[Problem]:
        """What is idle in the group ``clause``, where ``held`` holds around it."""
        below = for_it if clause.kind != "none_of" else not for_it
        parts = [part for part in clause.parts if part.kind != "not_coded"]
        told: set[str] = set()
        yield from self.twice(parts, told)
        yield from self.alone(clause, parts, held, told, for_it=below)
        if clause.kind == "all_of" and not told:
            yield from self.contradiction(parts, held, told, for_it=below)
        if not told or clause.kind != "all_of":
            yield from self.settled(clause, parts, held, told, for_it=below)
        for part in parts:
            if part.parts and part.id not in told:
                around: Situation | None = held
                if clause.kind == "all_of" and not told:
                    for beside in parts:
                        if beside is not part and around is not None:
                            around = self.where(beside, True, around, for_it=below)
                yield from self.group(part, held if around is None else around, for_it=below)

    def twice(self, parts: Sequence[Clause], told: set[str]) -> Iterator[Problem]:
        seen: dict[typed.Expression, Clause] = {}
        for part in parts:
            if part.formula is None or isinstance(part.formula, typed.Literal):
                continue
            first = seen.setdefault(part.formula, part)
            if first is not part:
                told.add(part.id)
                yield warning(
                    part.place,
                    "clause-duplicate",
                    f"clause {part.id} asks the same as clause {first.id}",
                    "leave one of them out, or correct the formula",
                )

    def alone(
        self, group: Clause, parts: Sequence[Clause], held: Situation, told: set[str], *, for_it: bool
    ) -> Iterator[Problem]:
        """Clauses that can never, or cannot but, be met."""
        for part in parts:
            if isinstance(part.formula, typed.Literal) or part.id in told:
                continue
            if part.formula is not None and part.unknown != "asks" and not self.possible.of(part.formula).unknown:
                yield warning(
                    part.place,
                    "unknown-idle",
                    f"clause {part.id} says what an unknown fact means, and its formula is never unknown",
                    "leave unknown: out",
                )
            yes, no, open_ = self.met(part, held, for_it=for_it)
            always_alone = self.met(part, NOTHING_HELD, for_it=for_it)
            around = "" if always_alone == (yes, no, open_) else ", because of the clauses it stands under"
            if not yes:
                told.add(part.id)
                said = {
                    "all_of": "so nobody passes",
                    "any_of": "so it lets nobody in",
                    "none_of": "so it keeps nobody out",
                }
                yield warning(
                    part.place,
                    "clause-unreachable",
                    f"clause {part.id} can never be met{around}, {said[group.kind]}",
                    "correct the comparison, or leave the clause out",
                )
            elif not no and not open_:
                told.add(part.id)
                yield warning(
                    part.place,
                    "clause-idle",
                    f"clause {part.id} is always met{around}, so it decides nothing",
                    "correct the comparison, or leave the clause out",
                )

    def contradiction(
        self, parts: Sequence[Clause], held: Situation, told: set[str], *, for_it: bool
    ) -> Iterator[Problem]:
        """Clauses of ``all_of`` that cannot hold together."""
        here = held
        for index, part in enumerate(parts):
            after = self.where(part, True, here, for_it=for_it)
            if after is None:
                against = [
                    before.id
                    for before in parts[:index]
                    for alone in [self.where(before, True, held, for_it=for_it)]
                    if alone is None or self.where(part, True, alone, for_it=for_it) is None
                ]
                told.add(part.id)
                yield warning(
                    part.place,
                    "clause-contradiction",
                    f"clause {part.id} can never be met together with "
                    + (f"clause {against[0]}" if against else "the clauses before it")
                    + ", so nobody passes",
                    "correct one of them, or put them under any_of",
                )
                return
            here = after

    def settled(
        self, group: Clause, parts: Sequence[Clause], held: Situation, told: set[str], *, for_it: bool
    ) -> Iterator[Problem]:
        """Clauses that never decide because what stands beside them settles it."""
        asked = group.kind == "all_of"
        for part in reversed(parts):
            if part.id in told or part.kind != "formula" or isinstance(part.formula, typed.Literal):
                continue
            beside: Situation | None = held
            # Of any_of and none_of the first that holds decides: only what stands before can settle it.
            for other in parts if asked else parts[: parts.index(part)]:
                if other is not part and other.id not in told and other.kind == "formula" and beside is not None:
                    beside = self.where(other, asked, beside, for_it=for_it)
            if beside is None:
                continue
            yes, no, open_ = self.met(part, beside, for_it=for_it)
            if (asked and not no and not open_) or (not asked and not yes):
                told.add(part.id)
                yield warning(
                    part.place,
                    "clause-idle",
                    f"clause {part.id} never decides: "
                    + (
                        "whoever meets the clauses beside it meets it too"
                        if asked
                        else "whoever meets it meets a clause before it too"
                    ),
                    "leave it out, or correct the narrower one",
                )


def _unknown_counts(clause: Clause, for_it: bool) -> bool | None:
    """What an unknown formula makes of its clause: met, not met, or open (None)."""
    return {"excludes": not for_it, "admits": for_it}.get(clause.unknown)


class _Inside:
    """One formula: branches never taken, comparisons that cannot but hold, a divisor that is always 0."""

    def __init__(self, possible: Possibilities) -> None:
        self.possible = possible

    def look(self, node: typed.Expression, held: Situation, *, top: bool = False) -> Iterator[tuple[str, str, str]]:
        match node:
            case typed.Chosen(condition=condition, yes=yes, no=no):
                yield from self.look(condition, held, top=True)
                for branch, wanted, word in ((yes, True, "then"), (no, False, "else")):
                    inside = self.possible.where(condition, wanted, held)
                    if inside is None:
                        never = "true" if wanted else "false"
                        yield (
                            "branch-unreachable",
                            f'the "{word}" of an "if" is never taken: its condition is never {never}',
                            "correct the condition, or leave the branch out",
                        )
                    else:
                        yield from self.look(branch, inside)
                return
            case typed.Gathered(value=value, predicate=predicate):
                for each in (predicate, value):
                    if each is not None:
                        yield from self.look(each, NOTHING_HELD)
                return
            case typed.Both(operands=operands) | typed.Either(operands=operands):
                if len(set(operands)) < len(operands):
                    word = "and" if isinstance(node, typed.Both) else "or"
                    yield "said-twice", f'both sides of an "{word}" say the same', "leave one out, or correct it"
            case typed.IfUnknown(operand=operand):
                if not self.possible.of(operand, held).unknown:
                    yield (
                        "branch-unreachable",
                        'the second value of an "if_unknown" is never taken: the first is always known',
                        "leave if_unknown out",
                    )
            case typed.Rounded(denominator=denominator):
                below = self.possible.of(denominator, held)
                if below.low == 0 == below.high:
                    yield "divisor-zero", "this divides by 0, which would stop every run", "divide by something else"
            case typed.Compared() | typed.Member() | typed.StartsWith() if not top:
                found = self.possible.of(node, held)
                if not found.unknown and found.known and found.yes is not found.no:
                    yield (
                        "comparison-idle",
                        f"a comparison in this formula {'always' if found.yes else 'never'} holds",
                        "correct it, or leave it out",
                    )
        for child in typed.children(node):
            yield from self.look(child, held)
