"""What a change would do: the record before and after, the household before and after, and what hangs on it elsewhere.

"After" is not guessed: the change is applied in a savepoint, looked at, and undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from mazdoor.casework import refusals_changes
from mazdoor.casework.changes.applying import Asked
from mazdoor.casework.changes.fields import FIELDS, masked, read_values
from mazdoor.casework.changes.kept import asked_by, before_of, same_as_before, tried
from mazdoor.casework.changes.kinds import Kind
from mazdoor.casework.models import Case
from mazdoor.casework.models_changes import Change
from mazdoor.casework.states_changes import ChangeState
from mazdoor.delivery.accounts import selectors as accounts
from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.delivery.enrolment import selectors as enrolment
from mazdoor.delivery.registration import history
from mazdoor.delivery.verification import selectors as verification
from mazdoor.kernel.refusals import Refusal, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One field: what is held, and what is asked for. Numbers of cards, telephones and accounts are masked."""

    name: str
    label: Words
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """Something of a later room that hangs on what is changed, and what becomes of it."""

    what: Words
    follows: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a change would do. ``refused`` is what would keep it from being applied now; ``stale`` that the record has
    changed since it was asked for."""

    lines: tuple[Line, ...]
    members_before: tuple[Mapping[str, Any], ...] = ()
    members_after: tuple[Mapping[str, Any], ...] = ()
    touches: tuple[Touch, ...] = ()
    refused: Refusal | None = None
    stale: bool = False
    areas: tuple[str, ...] = field(default=())
    """Areas lived in before and after, where they differ: another office answers from then on."""


def preview_change(*, change_id: int) -> Preview:
    """The preview of a change; one that is decided shows what was decided on. Raises nothing but ``CSW-015``."""
    change = Change.objects.filter(pk=change_id).first()
    if change is None:
        raise refusals_changes.CHANGE_UNKNOWN.because()
    kind, asked = asked_by(change)
    before = read_values({name: value for name, value in before_of(change).items() if name in FIELDS})
    lines = tuple(
        Line(name=name, label=FIELDS[name].label, before=masked(name, before.get(name)), after=masked(name, value))
        for name, value in asked.values.items()
    )
    if change.state != ChangeState.PROPOSED:
        return Preview(lines=lines)
    day = asked.on or timezone.localdate()
    household = _household(kind, asked)
    now = _members(household, day)
    refused: Refusal | None = None
    after: tuple[Mapping[str, Any], ...] = ()
    areas: tuple[str, ...] = ()
    try:
        with tried(kind, asked):
            after = _members(household, timezone.localdate())
            there = history.person_at(person_id=asked.person_id, on=timezone.localdate())
            areas = (there["lived_in"],) if there else ()
        was = history.person_at(person_id=asked.person_id, on=timezone.localdate())
        areas = (was["lived_in"], *areas) if was and areas and was["lived_in"] != areas[0] else ()
    except Refusal as found:
        refused = found
    changed = {(row["person_id"], row["relationship"]) for row in now} != {
        (row["person_id"], row["relationship"]) for row in after
    }
    return Preview(
        lines=lines,
        members_before=now if changed and not refused else (),
        members_after=after if changed and not refused else (),
        touches=touches_of(kind, asked),
        refused=refused,
        stale=not same_as_before(change, kind, asked),
        areas=areas,
    )


def touches_of(kind: Kind, asked: Asked) -> tuple[Touch, ...]:
    """What hangs on the person in later rooms, as far as the kind of change says it matters."""
    found: list[Touch] = []
    canonical = deduplication.canonical_of(asked.person_id)
    if "verification" in kind.touches and verification.find_identity(person_id=asked.person_id) == "match":
        found.append(
            Touch(
                what=Words("Identity confirmed by the authority", "شناخت کی تصدیق ہو چکی ہے"),
                follows=Words("The authority is asked again.", "ادارے سے دوبارہ پوچھا جائے گا۔"),
            )
        )
    live = [row for row in enrolment.enrolments_of(person_id=canonical) if row["state"] != "exited"]
    if "enrolments" in kind.touches and live:
        found.append(
            Touch(
                what=Words(
                    f"{len(live)} live enrolments: " + ", ".join(sorted(row["programme_code"] for row in live)),
                    f"{len(live)} فعال شمولیتیں: " + "، ".join(sorted(row["programme_code"] for row in live)),
                ),
                follows=Words(
                    "They stay as they are until the next assessment looks at the changed facts.",
                    "اگلے جائزے تک جوں کی توں رہیں گی، پھر نئی معلومات دیکھی جائیں گی۔",
                ),
            )
        )
    opened = [row for row in accounts.accounts_of(person_id=asked.person_id) if row["state"] == "opened"]
    if "accounts" in kind.touches and opened:
        found.append(
            Touch(
                what=Words(f"{len(opened)} live accounts", f"{len(opened)} فعال اکاؤنٹ"),
                follows=Words(
                    "The account is replaced: the next payment goes to the new one.",
                    "اکاؤنٹ بدل جائے گا: اگلی ادائیگی نئے میں جائے گی۔",
                )
                if kind.how == "bank_account"
                else Words(
                    "The bank may compare the name or the card number: tell the worker.",
                    "بینک نام یا شناختی نمبر ملا سکتا ہے: مزدور کو بتائیں۔",
                ),
            )
        )
    if "cases" in kind.touches:
        waiting = Case.objects.filter(person_id=asked.person_id, state="opened").count()
        if waiting:
            found.append(
                Touch(
                    what=Words(f"{waiting} open cases", f"{waiting} کھلے معاملات"),
                    follows=Words("They go along to the new office.", "یہ نئے دفتر کے ساتھ جائیں گے۔"),
                )
            )
    return tuple(found)


def _household(kind: Kind, asked: Asked) -> int | None:
    if kind.subject == "household":
        return asked.subject_id
    if kind.how in ("join", "wrong_household"):
        return int(asked.values["household_id"])
    return history.household_of_at(person_id=asked.person_id, on=asked.on or timezone.localdate())


def _members(household_id: int | None, day: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(history.members_at(household_id=household_id, on=day)) if household_id else ()
