"""Programmes and clauses in words, from the policies in force."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from mazdoor.delivery.assessment import selectors as assessment
from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.delivery.enrolment.words import HOLDS
from mazdoor.rules.model import Citation, Clause, DatedValue, Parameter, Programme
from mazdoor.rules.reach import reach_of
from mazdoor.web import formats


@dataclass(frozen=True)
class ProgrammeWords:
    """A programme in a list. ``why_not``: why the register cannot be assessed for it; empty where it can."""

    code: str
    title: str
    unit: str
    cycle: str
    why_not: str


@dataclass(frozen=True)
class ClauseWords:
    """A clause as the page shows it: its sentence, how its parts are joined, where it is written, how far checked."""

    id: str
    kind: str
    title: str
    provision: str
    instrument: str
    source: str
    verified: str
    note: str
    reason: str
    unknown: str
    parts: tuple["ClauseWords", ...]


@dataclass(frozen=True)
class ValueWords:
    """One dated value of a parameter a programme reads."""

    title: str
    key: str
    value: str
    valid_from: object
    provision: str
    source: str
    verified: str


def programmes() -> list[ProgrammeWords]:
    """Every programme, by title."""
    language = formats.language()
    found = [
        ProgrammeWords(each.id, each.title.in_language(language), each.unit, each.cycle, _why_not(each.id, language))
        for each in policy_set().programmes.values()
    ]
    return sorted(found, key=lambda each: each.title)


def _why_not(code: str, language: str) -> str:
    reason = assessment.why_not_assessable(programme_code=code)
    return reason.in_language(language) if reason else ""


def find(code: str) -> Programme | None:
    """The programme with this code."""
    return policy_set().programmes.get(code)


def title(code: str) -> str:
    """The title of a programme; a code no longer in the policies speaks for itself."""
    programme = find(code)
    return programme.title.in_language(formats.language()) if programme else code


def rule_of(programme: Programme) -> ClauseWords:
    """The rule of a programme, clause by clause."""
    return _clause(policy_set().rules[programme.rule].root, formats.language())


def _clause(clause: Clause, language: str) -> ClauseWords:
    return ClauseWords(
        id=clause.id,
        kind=clause.kind,
        title=clause.title.in_language(language),
        provision=clause.citation.provision,
        instrument=_instrument(clause.citation, language),
        source=clause.citation.source,
        verified=clause.citation.verified,
        note=clause.note,
        reason=clause.reason.in_language(language) if clause.reason else "",
        unknown=clause.unknown if clause.kind == "formula" else "",
        parts=tuple(_clause(part, language) for part in clause.parts),
    )


def _instrument(citation: Citation, language: str) -> str:
    instrument = policy_set().instruments.get(citation.instrument)
    return instrument.short.in_language(language) if instrument else ""


@lru_cache(maxsize=64)
def _titles(programme: str, language: str) -> dict[str, str]:
    found = policy_set().programmes.get(programme)
    if found is None:
        return {}
    rule = policy_set().rules[found.rule]
    return {clause.id: clause.title.in_language(language) for clause in rule.root.everything()}


def clause_title(programme: str, clause: str) -> str:
    """The sentence of a clause, or of a reason to hold; a code without one speaks for itself."""
    if clause in HOLDS:
        return HOLDS[clause].in_language(formats.language())
    return _titles(programme, formats.language()).get(clause, clause)


def values_of(programme: Programme) -> list[ValueWords]:
    """The dated values a programme reads, each parameter's newest first."""
    language = formats.language()
    policies = policy_set()
    return [
        _value(policies.parameters[name], value, language)
        for name in sorted(
            reach_of(policies, programme).parameters | ({programme.quota.places} if programme.quota else set())
        )
        for value in _newest_first(policies.parameters[name])
    ]


def _newest_first(parameter: Parameter) -> Iterator[DatedValue]:
    return iter(sorted(parameter.binding(None), key=lambda value: (value.key, value.valid_from), reverse=True))


def _value(parameter: Parameter, value: DatedValue, language: str) -> ValueWords:
    return ValueWords(
        title=parameter.title.in_language(language),
        key=" ".join(value.key),
        value=_plain(value.value),
        valid_from=value.valid_from,
        provision=value.citation.provision,
        source=value.citation.source,
        verified=value.citation.verified,
    )


def _plain(value: object) -> str:
    """A fraction as a decimal where it ends, else as it is."""
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return f"{value.numerator:,}"
        as_float = float(value)
        return f"{as_float:,.4f}".rstrip("0") if Fraction(str(round(as_float, 4))) == value else str(value)
    return str(value)
