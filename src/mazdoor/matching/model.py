"""The numbers of a linkage model, and what they say of one pair.

A pair is explained in three ways: the two records are **one person**, two **strangers** who are alike by chance, or
two **kin** (brothers, sisters, father and son), who share a surname, a father, a phone and a house without being one
person. Ordinary linkage knows only the first two, and merges brothers. Here a pair's weight is

    log2( P(fields | one person) * prior / (P(fields | strangers) + P(fields | kin) * share of kin) )

which is close to the smaller of the weight against strangers and the weight against kin. The field weights against
strangers are reported as they are, and what kinship takes away as a field of its own, so the sum is the weight.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Final

from mazdoor.matching.comparison import COMPARISONS, Comparison, Features, Level, level_of

#: No term frequency counts as rarer than this: one shared odd spelling must not decide alone.
RAREST = 2e-6


@dataclass(slots=True)
class LevelNumbers:
    """How often a level is seen among true pairs, strangers and kin (probabilities)."""

    match: float
    stranger: float
    kin: float


@dataclass(slots=True)
class Model:
    """Everything needed to weigh a pair. Weights are in bits (log2)."""

    prior_weight: float  # log2 odds that two random records are one person
    kin_weight: float  # log2 odds of one person against kin, before looking at the fields
    same_household_weight: float = -8.0  # members of one household were seen side by side by whoever registered them
    comparisons: dict[str, dict[str, LevelNumbers]] = field(default_factory=dict)
    #: column -> value -> share of records with it; commonest values only, others count as `frequency_floor`
    frequencies: dict[str, dict[str, float]] = field(default_factory=dict)
    frequency_floor: dict[str, float] = field(default_factory=dict)
    #: column -> how often two strangers share a value of it: what a frequency is held against
    usual: dict[str, float] = field(default_factory=dict)
    #: sounds of name parts that enough people are called by; a name with any other part is taken for misspelt
    attested: frozenset[str] = frozenset()
    lower: float = 0.0
    upper: float = 7.0
    records: int = 0  # how many people it was learnt from; 0 for the starting model
    seed: int = 0

    def save(self, path: Path) -> None:
        """Write as JSON, keys in order: equal models are equal files."""
        path.write_text(json.dumps(self.as_dict(), ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Model:
        """Read what `save` wrote."""
        return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Model:
        """From the dictionary `as_dict` gives."""
        values = dict(data)
        comparisons = values.pop("comparisons")
        if not isinstance(comparisons, dict):
            raise ValueError("a model needs its comparisons")
        return cls(
            attested=frozenset(values.pop("attested", ())),  # type: ignore[call-overload]
            **values,  # type: ignore[arg-type]  # read from our own JSON
            comparisons={
                name: {level: LevelNumbers(**numbers) for level, numbers in levels.items()}
                for name, levels in comparisons.items()
            },
        )

    @staticmethod
    def is_current(data: Mapping[str, object]) -> bool:
        """Whether a stored model knows the levels that pairs are compared by today; an older one must be learnt anew."""
        comparisons = data.get("comparisons")
        return isinstance(comparisons, dict) and all(
            {level.name for level in each.levels} == set(comparisons.get(each.name, ())) for each in COMPARISONS
        )

    def share(self, column: str, a: Features, b: Features) -> float:
        """How common what the two have in common is: of a name's parts the rarest both have, else the commoner value."""
        table = self.frequencies.get(column, {})
        floor = self.frequency_floor.get(column, RAREST)
        if column.endswith("_part"):
            name = column.removesuffix("_part")
            shared = set(getattr(a, name).parts) & set(getattr(b, name).parts)
            return max(min(table.get(part, floor) for part in shared), RAREST)
        return max(*(table.get(person.value(column), floor) for person in (a, b)), RAREST)

    def rarest(self, column: str, one: Features) -> float:
        """Whatever another person has in common with this one, its `share` is not less."""
        table = self.frequencies.get(column, {})
        floor = self.frequency_floor.get(column, RAREST)
        if column.endswith("_part"):
            parts = getattr(one, column.removesuffix("_part")).parts
            return max(min((table.get(part, floor) for part in parts), default=floor), RAREST)
        return max(table.get(one.value(column), floor), RAREST)

    def grown_to(self, records: int) -> Model:
        """The same model for a register of so many records: two of them taken at random are less often one person."""
        if not self.records or records < 2:
            return self
        moved = math.log2(records / self.records)
        return replace(self, prior_weight=round(self.prior_weight - moved, 6), records=records)

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return asdict(self) | {"attested": sorted(self.attested)}


def starting_model(records: int) -> Model:
    """The model of a register too small to learn from: learnt from invented people (`mazdoor.synth`), CNIC in play.

    Its prior is that of a register of ``records`` in which one in fifty is there twice.
    """
    text = files("mazdoor.matching").joinpath("data/starting_model.json").read_text(encoding="utf-8")
    model = Model.from_dict(json.loads(text))
    model.prior_weight = round(math.log2(0.04 / max(records, 1_000)), 6)
    return model


@dataclass(frozen=True, slots=True)
class FieldWeight:
    """What one field adds to the weight of a pair, in bits, and the level of likeness it is on."""

    field: str
    level: str | None
    weight: float


@dataclass(frozen=True, slots=True)
class Score:
    """The weight of a pair in bits, its probability, and the reasons: fields, then `kinship`, then `prior`."""

    weight: float
    reasons: tuple[FieldWeight, ...]

    @property
    def probability(self) -> float:
        """Probability that the two records are one person."""
        return 1.0 / (1.0 + math.exp2(-max(min(self.weight, 60.0), -60.0)))


class Weigher:
    """A model made ready to weigh pairs: what is the same for every pair is computed once, so the model may not change.

    At the counter one applicant is weighed against dozens: ``against`` takes the applicant apart once as well.
    """

    __slots__ = ("_bits", "_most", "_usual", "_wrong", "model")

    def __init__(self, model: Model) -> None:
        self.model = model
        self._wrong: dict[str, bool] = {}
        self._usual = {column: math.log2(share) for column, share in model.usual.items()}
        self._bits = {
            (comparison, level): (math.log2(each.match / each.stranger), math.log2(each.match / each.kin))
            for comparison, levels in model.comparisons.items()
            for level, each in levels.items()
        }
        self._most = {comparison.name: self._most_of(comparison) for comparison in COMPARISONS}

    def _most_of(self, comparison: Comparison) -> tuple[float, tuple[tuple[str, float], ...]]:
        """The most bits of the levels that no value weighs, and of those that a value does by its column, for a value as
        common as usual."""
        plain = [0.0]  # where nothing can be said
        by_value: dict[str, float] = {}
        for level in comparison.levels:
            bits, column = self._bits[comparison.name, level.name][0], level.frequency_column
            if column is None:
                plain.append(bits)
            else:
                bits += self._usual[column]
                by_value[column] = max(bits, by_value.get(column, bits))
        return max(plain), tuple(by_value.items())

    def most(self, comparison: str, one: Features) -> float:
        """No other person's field can speak more for being this person, in bits."""
        most, by_value = self._most[comparison]
        for column, bits in by_value:
            most = max(most, bits - math.log2(self.model.rarest(column, one)))
        return most

    def against(self, one: Features) -> WeigherOfOne:
        """Ready to weigh one person against others."""
        return WeigherOfOne(self, self.marked(one))

    def marked(self, person: Features) -> Features:
        """The person with their misspelt names known."""
        wrong = frozenset(name for name in _NAMES if self._is_misspelt(getattr(person, name).sound))
        return person if wrong == person.misspelt else replace(person, misspelt=wrong)

    def _is_misspelt(self, sound: str) -> bool:
        known = self._wrong.get(sound)
        if known is None:
            if len(self._wrong) >= _SOUNDS_KEPT:
                self._wrong.clear()
            known = self._wrong[sound] = not self.model.attested.issuperset(sound.split())
        return known

    def bits(self, comparison: str, level: Level, a: Features, b: Features) -> tuple[float, float]:
        """What a level is worth against strangers and against kin, in bits."""
        strangers, kin = self._bits[comparison, level.name]
        column = level.frequency_column
        if column:
            strangers += self._usual[column] - math.log2(self.model.share(column, a, b))
        return strangers, kin


_NAMES: Final = ("given", "surname", "father", "husband")
_SOUNDS_KEPT: Final = 100_000
_TELLING: Final = ("phone", "cnic", "place", "sex", "husband", "birth", "given", "father", "surname")
"""Fields in the order in which strangers are soonest told: names, which are dear to compare, last."""
_SLACK: Final = 1e-6
"""Bits: sums of the same numbers in another order differ by less."""


class WeigherOfOne:
    """Weighs one person against others, one at a time."""

    __slots__ = ("_most", "_one", "_weigher")

    def __init__(self, weigher: Weigher, one: Features) -> None:
        self._weigher = weigher
        self._one = one
        self._most: list[tuple[Comparison, float]] | None = None

    def score(self, other: Features) -> Score:
        """The weight of the pair with its reasons."""
        return self._score(self._weigher.marked(other), {})

    def score_from(self, least: float, other: Features) -> Score | None:
        """As `score`, or ``None`` where the weight is less than ``least``.

        Of most strangers that is certain after a few fields: whatever the others say, it cannot be enough.
        """
        weigher, one, other = self._weigher, self._one, self._weigher.marked(other)
        if self._most is None:
            self._most = [(_BY_NAME[name], weigher.most(name, one)) for name in _TELLING]
        reached = weigher.model.prior_weight + sum(most for _, most in self._most)
        seen: dict[str, _Found] = {}
        for comparison, most in self._most:
            found = seen[comparison.name] = self._compared(comparison, other)
            reached += found[1] - most
            if reached < least - _SLACK:
                return None
        score = self._score(other, seen)
        return score if score.weight >= least else None

    def _score(self, other: Features, seen: dict[str, _Found]) -> Score:
        model, one = self._weigher.model, self._one
        against_strangers, against_kin = model.prior_weight, model.kin_weight
        if one.household and one.household == other.household:
            against_kin += model.same_household_weight
        reasons: list[FieldWeight] = []
        for comparison in COMPARISONS:
            level, weight, kin = seen.get(comparison.name) or self._compared(comparison, other)
            against_strangers += weight
            against_kin += kin
            reasons.append(FieldWeight(comparison.name, level.name if level else None, weight))
        total = combine(against_strangers, against_kin)
        reasons.append(FieldWeight("kinship", None, total - against_strangers))
        reasons.append(FieldWeight("prior", None, model.prior_weight))
        return Score(total, tuple(reasons))

    def _compared(self, comparison: Comparison, other: Features) -> _Found:
        level = level_of(comparison, self._one, other)
        return (level, *self._weigher.bits(comparison.name, level, self._one, other)) if level else (None, 0.0, 0.0)


_Found = tuple[Level | None, float, float]
"""The level of a field, and its bits against strangers and against kin."""
_BY_NAME: Final = {comparison.name: comparison for comparison in COMPARISONS}


def compare(a: Features, b: Features, model: Model) -> Score:
    """Weigh one pair, with reasons; the same numbers as bulk linkage gives with the same model.

    Whoever weighs one person against many keeps a `Weigher`.
    """
    return Weigher(model).against(a).score(b)


def combine(against_strangers: float, against_kin: float) -> float:
    """-log2(2^-s + 2^-k): the weight against both explanations together, in bits."""
    low, high = sorted((against_strangers, against_kin))
    return low - math.log2(1.0 + math.exp2(low - high))
