"""What of a simulation may be shown and kept: groups so small that their people could be known are withheld.

The same rule as for open data (:mod:`mazdoor.delivery.reporting.suppression`): a count of 1 to 9 is withheld, and with it a second
group where it could be found by subtraction. What would tell a withheld count (a cost) is withheld with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mazdoor.delivery.reporting.suppression import is_small, withheld
from mazdoor.simulation import Line, Report


@dataclass(frozen=True)
class Group:
    """One group as it may be shown; None: withheld. Counts of units; money in whole paisa a cycle.

    ``gain``: newly eligible, or eligible with more; ``lose``: the reverse. ``open``: cannot be decided with the reform.
    """

    group: str
    units: int | None
    before: int | None
    after: int | None
    gain: int | None
    lose: int | None
    open: int | None
    cost_before: int | None
    cost_after: int | None

    @property
    def change(self) -> int | None:
        """What a cycle costs more (paisa)."""
        if self.cost_after is None or self.cost_before is None:
            return None
        return self.cost_after - self.cost_before


_COUNTS = ("units", "before", "after", "gain", "lose", "open")


def groups(lines: Sequence[Line]) -> list[Group]:
    """Lines of one breakdown, in their order."""
    plain = [_counts(line) for line in lines]
    hidden: set[tuple[int, str]] = set()
    for name in _COUNTS:
        values = {(place, name): counts[name] for place, counts in enumerate(plain)}
        hidden |= withheld(values, [list(values)])
    found = []
    for place, (line, counts) in enumerate(zip(lines, plain, strict=True)):
        shown = {name: None if (place, name) in hidden else counts[name] for name in _COUNTS}
        secret = any((place, name) in hidden for name in ("before", "after", "gain", "lose"))
        found.append(
            Group(
                line.group,
                **shown,
                cost_before=None if secret else int(line.cost_before * 100),
                cost_after=None if secret else int(line.cost_after * 100),
            )
        )
    return found


def total(line: Line) -> Group:
    """The line of all units: it has no other group to be found from, so only its own small counts are withheld."""
    counts = _counts(line)
    shown = {name: None if is_small(value) else value for name, value in counts.items()}
    secret = any(shown[name] is None for name in ("before", "after", "gain", "lose"))
    before, after = int(line.cost_before * 100), int(line.cost_after * 100)
    return Group(line.group, **shown, cost_before=None if secret else before, cost_after=None if secret else after)


def _counts(line: Line) -> dict[str, int]:
    return {
        "units": int(line.units),
        "before": int(line.eligible_before),
        "after": int(line.eligible_after),
        "gain": int(line.gained + line.more),
        "lose": int(line.lost + line.less),
        "open": int(line.open_after),
    }


def results_of(report: Report) -> dict[str, Any]:
    """What a draft keeps of a report, as plain JSON."""
    whole = report.as_dict()
    everybody = total(report.total)
    kept: dict[str, Any] = {
        name: whole[name]
        for name in (
            "programme",
            "reform",
            "unit",
            "cycle",
            "at",
            "areas",
            "rule_before",
            "rule_after",
            "welfare",
            "said",
        )
    }
    kept["total"] = asdict(everybody)
    kept["by"] = {name: [asdict(each) for each in groups(lines)] for name, lines in report.by.items()}
    if everybody.change is not None:
        kept["years"] = [
            {name: year[name] for name in ("starts", "cycles", "before", "after", "change", "by_payer")}
            for year in whole["years"]
        ]
        kept["distribution"] = whole["distribution"]
    return kept


def group_of(data: dict[str, Any]) -> Group:
    """A group as a draft kept it."""
    return Group(**data)
