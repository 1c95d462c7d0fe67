"""What an officer fills in → a reform document, the same that ``mazdoor simulate`` reads; and the values that can be changed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import yaml

from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.rules.language import typed
from mazdoor.rules.model import Parameter, Programme
from mazdoor.rules.reach import reach_of

ADDED = "added_condition"


@dataclass(frozen=True)
class Value:
    """A single value of the law that a form can change: its parameter, and what is in force (None: nothing on that day)."""

    name: str
    title_en: str
    title_ur: str
    unit: str
    yes_or_no: bool
    now: Decimal | bool | None

    def title(self, language: str) -> str:
        """What the value is called."""
        return self.title_ur if language.startswith("ur") else self.title_en


def values_of(programme: Programme, at: dt.date) -> list[Value]:
    """The numbers and yes-or-nos a programme reads that are not tables, by title."""
    policies = policy_set()
    found = []
    for name in sorted(reach_of(policies, programme).parameters):
        parameter = policies.parameters[name]
        if not parameter.keys and isinstance(parameter.type, typed.Number | typed.YesNo):
            found.append(_value(parameter, at))
    return sorted((each for each in found if each.now is not None), key=lambda each: each.title_en)


def _value(parameter: Parameter, at: dt.date) -> Value:
    held = parameter.find(at)
    now: Decimal | bool | None = None
    if held is not None and isinstance(held.value, bool):
        now = held.value
    elif held is not None and isinstance(held.value, Fraction):
        exact = Decimal(held.value.numerator) / Decimal(held.value.denominator)
        now = exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact
    unit = str(parameter.type.unit) if isinstance(parameter.type, typed.Number) and parameter.type.unit.powers else ""
    yes = isinstance(parameter.type, typed.YesNo)
    return Value(parameter.id, parameter.title.en, parameter.title.ur, unit, yes, now)


def first_day(programme: Programme, today: dt.date) -> dt.date:
    """The day a trial is for: today, or the last day of a programme that is over (so there is a law to compare with)."""
    if programme.valid_to is not None and programme.valid_to <= today:
        return programme.valid_to - dt.timedelta(days=1)
    return today


@dataclass(frozen=True)
class Change:
    """What was filled in."""

    title_en: str
    title_ur: str
    first: dt.date
    values: Mapping[str, Decimal | bool]
    condition: str
    areas: tuple[str, ...]

    @property
    def anything(self) -> bool:
        """Whether the law would differ at all."""
        return bool(self.values or self.condition)


def reform_text(programme: Programme, change: Change) -> str:
    """The reform as YAML."""
    document: dict[str, Any] = {
        "kind": "reform",
        "id": f"draft_{programme.id}",
        "title": {"en": change.title_en, "ur": change.title_ur},
        "programme": programme.id,
        "from": change.first,
    }
    if change.areas:
        document["areas"] = list(change.areas)
    if change.values:
        document["parameters"] = {name: {"values": [{"value": value}]} for name, value in change.values.items()}
    if change.condition:
        words = {"en": "the added condition holds", "ur": "شامل کی گئی شرط پوری ہے"}
        clause = {"id": ADDED, "title": words, "provision": "proposed", "formula": change.condition}
        document["added_clauses"] = [{"under": programme.rule, "clause": clause}]
    return str(yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000))


class _Dumper(yaml.SafeDumper):
    """Writes exact numbers as they are."""


def _exact(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    kind = "int" if value == value.to_integral_value() else "float"
    plain = value.quantize(Decimal(1)) if kind == "int" else value
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", f"{plain:f}")


_Dumper.add_representer(Decimal, _exact)
