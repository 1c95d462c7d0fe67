"""What the tables cover: for each operator how often it came out true, false, with a value, unknown, at fault, on a boundary.

Counted from the typed trees while the reference engine evaluates every row of every table, nested operators included. The
list of operators is taken from the language itself, so a new operator without a table is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final, get_args

from mazdoor.kernel.numbers import RoundingName
from mazdoor.rules.engines.reference import Evaluator, Fault, Row, Value
from mazdoor.rules.language import typed
from mazdoor.rules.language.functions import DATE_FUNCTIONS
from mazdoor.rules.language.parser import GATHERERS
from mazdoor.rules.spec.trying import Trial

OUTCOMES: Final = ("true", "false", "value", "unknown", "stops", "boundary")
_ENORMOUS: Final = 10**15
_SIGNS: Final = ("=", "<>", "<", "<=", ">", ">=")
_LOGIC: Final = frozenset({"true", "false", "unknown"})
_VALUE: Final = frozenset({"value", "unknown"})


@dataclass(frozen=True, slots=True)
class Covered:
    """One operator: how often each outcome occurred, and which outcomes it can have."""

    key: str
    counts: Mapping[str, int]
    owed: frozenset[str]

    @property
    def missing(self) -> frozenset[str]:
        """Outcomes that no row shows."""
        return frozenset(each for each in self.owed if not self.counts.get(each))


def operators_of_the_language() -> dict[str, frozenset[str]]:
    """Operator → the outcomes it can have, each of which a table owes."""
    owed: dict[str, frozenset[str]] = {
        "written number": frozenset({"value"}),
        "written text": frozenset({"value"}),
        "written date": frozenset({"value"}),
        "written yes or no": frozenset({"true", "false"}),
        "at_date": frozenset({"value"}),
        "fact": _VALUE | _LOGIC,
        "fact over a link": _VALUE | {"boundary"},
        "named result": _VALUE | {"stops"},
        "named result over a link": _VALUE | {"stops"},
        "parameter": frozenset({"value", "boundary"}),
        "parameter at a date": _VALUE | {"stops", "boundary"},
        "parameter from a table": _VALUE | {"stops"},
        "bracket": _VALUE | {"stops", "boundary"},
        "required": frozenset({"true", "stops"}),
        "-x": _VALUE | {"boundary"},
        "not": _LOGIC,
        "and": _LOGIC,
        "or": _LOGIC,
        "if (number)": _VALUE,
        "if (yes or no)": _LOGIC,
        "if (text)": _VALUE,
        "if (date)": _VALUE,
        "in (number)": _LOGIC,
        "in (text)": _LOGIC,
        "in (date)": _LOGIC,
        "is unknown": frozenset({"true", "false"}),
        "if_unknown": _VALUE,
        "starts_with": _LOGIC | {"boundary"},
    }
    owed |= {sign: _VALUE | {"boundary"} for sign in "+-*"}
    owed |= {f"rounded {name}": _VALUE | {"stops", "boundary"} for name in RoundingName}
    for sign in _SIGNS:
        kinds = ("number", "date", "text", "yes or no") if sign in ("=", "<>") else ("number", "date")
        for kind in kinds:
            owed[f"{sign} ({kind})"] = _LOGIC | ({"boundary"} if kind in ("number", "date") else set())
    for kind in ("min", "max"):
        for of in ("number", "date"):
            owed[f"{kind} ({of})"] = _VALUE | {"boundary"}
    stopping = {"add_years", "add_months", "add_days"}
    for name in DATE_FUNCTIONS:
        owed[name] = _VALUE | {"boundary"} | ({"stops"} if name in stopping else set())
    for name in GATHERERS:
        owed[f"{name} over rows"] = (_LOGIC if name in ("any", "all") else _VALUE) | {"boundary"}
    return owed


def key_of(node: typed.Expression) -> str:
    """The operator that ``node`` is, as the table of coverage calls it."""
    match node:
        case typed.Literal(type=kind):
            return f"written {_kind(kind)}"
        case typed.RunDate():
            return "at_date"
        case typed.Field(links=links):
            return "fact over a link" if links else "fact"
        case typed.Named(links=links):
            return "named result over a link" if links else "named result"
        case typed.Dated(keys=keys, on=on):
            return "parameter from a table" if keys else "parameter" if on is None else "parameter at a date"
        case typed.Bracketed():
            return "bracket"
        case typed.Required():
            return "required"
        case typed.Negative():
            return "-x"
        case typed.Arithmetic(sign=sign):
            return sign
        case typed.Rounded(rounding=rounding):
            return f"rounded {rounding}"
        case typed.Compared(sign=sign, left=left):
            return f"{sign} ({_kind(left.type)})"
        case typed.Not():
            return "not"
        case typed.Both():
            return "and"
        case typed.Either():
            return "or"
        case typed.Chosen(type=kind):
            return f"if ({_kind(kind)})"
        case typed.Member(subject=subject):
            return f"in ({_kind(subject.type)})"
        case typed.IsUnknown():
            return "is unknown"
        case typed.IfUnknown():
            return "if_unknown"
        case typed.Extreme(kind=which, type=kind):
            return f"{which} ({_kind(kind)})"
        case typed.StartsWith():
            return "starts_with"
        case typed.OnDates(name=name):
            return name
        case typed.Gathered(kind=which):
            return f"{which} over rows"
    raise AssertionError(f"coverage does not know {type(node).__name__}")


def _kind(kind: typed.Type) -> str:
    names = {typed.Number: "number", typed.Text: "text", typed.Day: "date", typed.YesNo: "yes or no"}
    return names[type(kind)]


def measure(trial: Trial) -> list[Covered]:
    """Every operator of the language, with what the rows of ``trial`` show of it."""
    assert len(get_args(typed.Expression)) == 22, "a new kind of node: name it in key_of and what it owes"
    counts: dict[str, dict[str, int]] = {}
    evaluators: dict[tuple[date, date | None], _Watching] = {}
    for index, table in enumerate(trial.tables):
        when = (table.at, table.known_at)
        if when not in evaluators:
            evaluators[when] = _Watching(trial, when, counts)
        evaluator = evaluators[when]
        programme = trial.policy_set.programmes[f"t{index}"]
        for row, _ in enumerate(table.rows):
            unit = f"t{index}.{row}"
            if table.outside:
                continue
            facts = evaluator.by_key["thing"][unit]
            try:
                if table.rule is None:
                    evaluator.named("thing", f"t{index}", facts)
                else:
                    evaluator.assess(programme, facts)
            except Fault:
                continue
    owed = operators_of_the_language()
    return [Covered(key, counts.get(key, {}), owed.get(key, frozenset())) for key in {**owed, **counts}]


def owed(covered: list[Covered]) -> list[str]:
    """What tables still owe, one line each."""
    return [
        f"{each.key}: no row shows {', '.join(sorted(each.missing))}" if each.owed else f"{each.key} is not listed"
        for each in covered
        if each.missing or not each.owed
    ]


class _Watching(Evaluator):
    """The reference engine, noting each node it evaluates."""

    def __init__(self, trial: Trial, when: tuple[date, date | None], counts: dict[str, dict[str, int]]) -> None:
        super().__init__(trial.policy_set, trial.facts, at=when[0], known_at=when[1])
        self.counts = counts

    def value(self, entity: str, node: typed.Expression, row: Row) -> Value:
        """As the reference engine, noted."""
        key = key_of(node)
        try:
            found = super().value(entity, node, row)
        except Fault:
            self.note(key, "stops")
            raise
        self.note(key, "unknown" if found is None else str(found).lower() if isinstance(found, bool) else "value")
        if self.on_boundary(entity, node, row, found):
            self.note(key, "boundary")
        return found

    def note(self, key: str, outcome: str) -> None:
        """One more."""
        at = self.counts.setdefault(key, {})
        at[outcome] = at.get(outcome, 0) + 1

    def on_boundary(self, entity: str, node: typed.Expression, row: Row, found: Value) -> bool:
        """Whether this is where careful people differ: an exact half, equal sides, a leap day, an empty household."""
        match node:
            case typed.Field(links=links):
                return bool(links) and self.linked(entity, links, row) is None
            case typed.Gathered(collection=collection):
                return not self.rows_of(entity, collection, row)
            case typed.Arithmetic() | typed.Negative():
                return isinstance(found, Fraction) and (abs(found) >= _ENORMOUS or found < 0)
            case typed.Dated(parameter=parameter, on=on):
                day: Any = self.at if on is None else super().value(entity, on, row)
                edges = {each.valid_from for each in self.policy_set.parameters[parameter].values}
                edges |= {each.valid_to for each in self.policy_set.parameters[parameter].values if each.valid_to}
                return day in edges
            case typed.Bracketed(parameter=parameter, operand=operand):
                scales: list[Any] = [each.value for each in self.policy_set.parameters[parameter].values]
                starts = {bracket.start for scale in scales for bracket in scale.brackets}
                return super().value(entity, operand, row) in starts
            case typed.Rounded(numerator=numerator, denominator=denominator, places=places):
                top: Any = super().value(entity, numerator, row)
                bottom: Any = super().value(entity, denominator, row)
                return found is not None and ((top / bottom) * 10**places * 2) % 2 == 1
            case typed.Compared(left=left, right=right):
                one: Any = super().value(entity, left, row)
                return one is not None and one == super().value(entity, right, row)
            case typed.Extreme(operands=operands):
                values = [super(_Watching, self).value(entity, each, row) for each in operands]
                return found is not None and len(set(values)) < len(values)
            case typed.StartsWith(subject=subject, prefix=prefix):
                text: Any = super().value(entity, subject, row)
                return text is not None and (text == prefix or prefix.startswith(text))
            case typed.OnDates(arguments=arguments):
                dates = [super(_Watching, self).value(entity, each, row) for each in arguments]
                return any(isinstance(each, date) and _edge(each) for each in (*dates, found))
        return False


def _edge(day: date) -> bool:
    """A day at the end of its month or of the calendar, the leap day among them."""
    if day in (date.min, date.max):
        return True
    return (day + timedelta(days=1)).month != day.month or (day.month, day.day) == (3, 1)
