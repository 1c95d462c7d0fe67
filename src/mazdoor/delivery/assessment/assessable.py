"""Which programmes can be assessed on the register, and in words why the others cannot.

Some law speaks of what no snapshot of the register holds (an engagement with a secured employer, a survivor, a claim).
It is law that can be read, and tried with facts of one's own; nobody on the register can be assessed by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from mazdoor.delivery.assessment import refusals
from mazdoor.delivery.assessment.policies import check_programme, policy_set
from mazdoor.delivery.assessment.snapshots import SNAPSHOT_TABLES
from mazdoor.kernel.refusals import Words
from mazdoor.rules.reach import reach_of

UNITS: Final = ("person", "family", "household")
"""Whom the register can answer for: each has a person on it who hears the decision and is paid."""

_UNIT: Final = Words(
    "it is asked of another unit ({unit}), and the register assesses persons, families and households",
    "یہ کسی اور اکائی ({unit}) پر چلتا ہے، جبکہ رجسٹر افراد، خاندانوں اور گھرانوں کا جائزہ لیتا ہے",
)
_TABLES: Final = Words(
    "it reads what no snapshot of the register holds: {tables}",
    "یہ وہ معلومات پڑھتا ہے جو رجسٹر کے اسنیپ شاٹ میں نہیں: {tables}",
)


def why_not_assessable(*, programme_code: str) -> Words | None:
    """Why the register cannot assess a programme, in words; None where it can. Raises ``ASM-003`` for an unknown one."""
    check_programme(programme_code)
    return _reasons()[programme_code]


def can_assess(*, programme_code: str) -> bool:
    """Whether the register can assess a programme. Raises ``ASM-003`` for an unknown one."""
    return why_not_assessable(programme_code=programme_code) is None


def check_assessable(*, programme_code: str) -> None:
    """Raises ``ASM-009`` with the reason where the register cannot assess a programme, ``ASM-003`` for an unknown one."""
    reason = why_not_assessable(programme_code=programme_code)
    if reason is not None:
        raise refusals.NOT_ON_THE_REGISTER.because(programme=programme_code, why=reason.en, why_ur=reason.ur)


@cache
def _reasons() -> Mapping[str, Words | None]:
    return {code: _reason(code) for code in policy_set().programmes}


def _reason(programme_code: str) -> Words | None:
    policies = policy_set()
    programme = policies.programmes[programme_code]
    if programme.unit not in UNITS:
        title = policies.entities[programme.unit].title
        return Words(_UNIT.en.format(unit=title.en), _UNIT.ur.format(unit=title.ur))
    read = [policies.entities[each] for each in reach_of(policies, programme).entities()]
    missing = [each.title for each in read if each.table not in SNAPSHOT_TABLES]
    if not missing:
        return None
    return Words(
        _TABLES.en.format(tables=", ".join(each.en for each in missing)),
        _TABLES.ur.format(tables="، ".join(each.ur for each in missing)),
    )
