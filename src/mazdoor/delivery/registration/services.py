"""Doors into registration: register a household, take a form, record applications.

Each door is one transaction with one journal entry. Callers have said who acts (``access.services.acting_as``), so
row-level security decides which areas they may write to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.database.bulk import ANALYSE_FROM, analyse
from mazdoor.database.prepared import ask
from mazdoor.delivery.registration import consent_notices, looking, refusals, refusals_form, selectors
from mazdoor.delivery.registration.answers import employers_of, household_answers
from mazdoor.delivery.registration.attachments import Kept, attach
from mazdoor.delivery.registration.models import Form, Person
from mazdoor.delivery.registration.people import HouseholdAnswers, check_household
from mazdoor.delivery.registration.questionnaire import Checked, Door, Problem, check_form, get_questionnaire
from mazdoor.delivery.registration.registering import Came, write_household
from mazdoor.journal import services as journal
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference

NEWS: Final = "registration.household.registered"
"""Topic of the news that a form was registered: ``{"household_id", "person_ids"}``."""


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What came of a form: the registry number of each person in the order given, and whether it was already here."""

    form_id: int
    household_id: int
    person_ids: tuple[int, ...]
    registry_numbers: tuple[str, ...]
    already: bool
    warnings: tuple[Problem, ...] = ()
    """What was recorded and flagged: a working child, a number that does not fit the sex."""
    repairs: tuple[Problem, ...] = ()
    """What was read differently from how it was written."""


class FormRefused(Refusal):
    """A form with answers that have to be put right (REG-030). ``checked`` holds what could be read, ``problems`` what
    stops it, each with its place, ``warnings`` and ``repairs`` the rest."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.problems = tuple(problem for problem in checked.problems if not problem.warning)
        self.warnings = tuple(problem for problem in checked.problems if problem.warning)
        self.repairs = checked.repairs
        super().__init__(refusals_form.FORM_REFUSED, {"problems": len(self.problems)})

    def __reduce__(self) -> tuple[Any, ...]:
        return (FormRefused, (self.checked,))


DOOR_OF: Final = {
    Form.Channel.WEB.value: Door.OFFICER,
    Form.Channel.WORKER.value: Door.WORKER,
    Form.Channel.FILE.value: Door.FILE,
    Form.Channel.DEVICE.value: Door.DEVICE,
    Form.Channel.API.value: Door.SYSTEM,
    Form.Channel.MESSAGE.value: Door.WORKER,
}
"""The door of the questionnaire each channel comes through."""


@transaction.atomic
def register(*, answers: HouseholdAnswers, channel: str, idempotency_key: str, on: dt.date | None = None) -> Registered:
    """Register a household with its people, their employments and businesses, in one act.

    The same ``idempotency_key`` again changes nothing and returns the first registration. Raises the refusals of
    :mod:`~mazdoor.delivery.registration.refusals` before anything is written, ``OFF-002`` at a desk that may not.
    """
    access.check_acting_may("registration.register")
    day = on or timezone.localdate()
    try:
        check_household(answers, on=day)
        check_area(answers.area_code)
    except Refusal:  # a form that was registered before stays so; of one that is well, writing it shows whether it was
        if (before := find_form(idempotency_key)) is None:
            raise
        return _what_came_of(before)
    return _write(answers, channel=channel, idempotency_key=idempotency_key, on=day, questionnaire_version="")


def submit(
    *,
    form: Mapping[str, Any] | Checked,
    channel: str,
    idempotency_key: str,
    on: dt.date | None = None,
    attachments: Sequence[Kept] = (),
) -> Registered:
    """Register what a form says: the one service where every door ends.

    ``form`` is nested plain values as they came (see `questionnaire.model`); ``attachments`` are files kept before, named
    by its photo and document answers. The same ``idempotency_key`` again changes nothing and returns the first
    registration. Raises `FormRefused` (REG-030) with every problem and its place before anything is written, REG-012 for
    an area not the officer's, ``OFF-002`` at a desk that may not. Warnings do not stop it: they are told in
    ``Registered.warnings``, and their codes are in the journal.

    Before anything is written the register is asked who each person might already be (`looking`); a person somebody is found
    for is recorded with the warning REG-088. Not for an officer's form: the wizard has shown them, and the officer decided.

    A caller who has just checked the form hands over what `check_form` gave in its place, so that what is registered is
    what was checked, and its day is the form's. ``ValueError`` where that was a part, or for another door or day.
    """
    access.check_acting_may("registration.register")
    door = DOOR_OF.get(channel, Door.SYSTEM)
    day = on or (form.on if isinstance(form, Checked) else None) or timezone.localdate()
    if isinstance(form, Checked) and (form.on, form.door) != (day, door):
        raise ValueError(f"a form checked for door {form.door} on {form.on}, handed in by door {door} on {day}")
    checked = form if isinstance(form, Checked) else check_form(form, on=day, door=door)
    try:
        answers = _well_answered(checked)
    except Refusal:  # a form that was registered before stays so; of one that is well, writing it shows whether it was
        if (before := find_form(idempotency_key)) is None:
            raise
        return _what_came_of(before)
    return _write(
        answers,
        channel=channel,
        idempotency_key=idempotency_key,
        on=day,
        questionnaire_version=get_questionnaire().version,
        warnings=(
            *(problem for problem in checked.problems if problem.warning),
            *(() if door is Door.OFFICER else _already_here(answers)),
        ),
        repairs=checked.repairs,
        attachments=attachments,
    )


def _well_answered(checked: Checked) -> HouseholdAnswers:
    """The answers of a form that may be registered. Raises ``REG-030`` and the refusal of another office's area."""
    employers = employers_of(checked.form, find=selectors.find_household_of)
    if unknown := [place for place, household_id in employers.values() if household_id is None]:
        told = tuple(Problem(place=place, refusal=refusals.PERSON_UNKNOWN.because()) for place in unknown)
        checked = replace(checked, problems=checked.problems + told)
    if not checked.well:
        raise FormRefused(checked)
    answers = household_answers(checked.form, employer_of=lambda number: employers[number][1])
    if not access.sees_area(answers.area_code):
        raise refusals.AREA_NOT_YOURS.because(field="area_code")
    return answers


def _already_here(answers: HouseholdAnswers) -> Iterator[Problem]:
    """A flag for each person of a form who may be on the register already: where, and not who it may be."""
    for number, person in enumerate(answers.people):
        if looking.already_here(person=person, area_code=answers.area_code, limit=1):
            yield Problem(place=f"people[{number}]", refusal=refusals_form.MAY_BE_HERE.because(), warning=True)


def find_form(idempotency_key: str) -> int | None:
    """The form that came under this key, where the acting officer sees it."""
    rows = ask("SELECT id FROM registration_form WHERE idempotency_key = %s", [idempotency_key])
    return rows[0][0] if rows else None


def _write(
    answers: HouseholdAnswers,
    *,
    channel: str,
    idempotency_key: str,
    on: dt.date,
    questionnaire_version: str,
    warnings: tuple[Problem, ...] = (),
    repairs: tuple[Problem, ...] = (),
    attachments: Sequence[Kept] = (),
) -> Registered:
    came = Came(
        channel=channel,
        idempotency_key=idempotency_key,
        officer_id=access.current_officer_id(),
        questionnaire_version=questionnaire_version,
        text_version=questionnaire_version or consent_notices.CARRIED_OVER,
    )
    # Where the caller has a transaction, only what may still be refused needs a place of its own to go back to.
    with transaction.atomic(savepoint=bool(attachments)):
        return _write_within(answers, came=came, on=on, warnings=warnings, repairs=repairs, attachments=attachments)


def _write_within(
    answers: HouseholdAnswers,
    *,
    came: Came,
    on: dt.date,
    warnings: tuple[Problem, ...],
    repairs: tuple[Problem, ...],
    attachments: Sequence[Kept],
) -> Registered:
    consent_notices.keep_notice(came.text_version)
    written = write_household(answers, came=came, on=on)
    if written is None:  # the same form came in the same moment, and was the first
        return _what_came_of(Form.objects.values_list("pk", flat=True).get(idempotency_key=came.idempotency_key))
    if attachments:
        attach(attachments, answers=answers, form_id=written.form_id, person_ids=written.person_ids)
    details: dict[str, Any] = {"channel": came.channel, "area": answers.area_code}
    if warnings:  # codes, never a value
        details["warnings"] = sorted({problem.refusal.code for problem in warnings})
    journal.record_and_publish(
        act="registration.household.registered",
        subject=f"household:{written.household_id}",
        details=details,
        count=len(written.person_ids),
        topic=NEWS,
        payload={"household_id": written.household_id, "person_ids": list(written.person_ids)},
    )
    return Registered(
        form_id=written.form_id,
        household_id=written.household_id,
        person_ids=written.person_ids,
        registry_numbers=written.registry_numbers,
        already=False,
        warnings=warnings,
        repairs=repairs,
    )


@transaction.atomic
def record_applications(
    *, programme_code: str, route: str, applied_on: dt.date, family_ids: list[int] | None = None
) -> int:
    """Record applications of families (all the officer sees, where none are named) to a programme, in one statement.

    The head of the family applies, else its eldest grown member with a CNIC. A family that has applied keeps its first
    application. Returns how many are new.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO registration_application (programme_code, family_id, person_id, route, applied_on, area_code)
            SELECT DISTINCT ON (p.family_id) %(programme)s, p.family_id, p.person_id, %(route)s, %(on)s, p.area_code
            FROM registration.person_now p
            WHERE p.family_id IS NOT NULL AND p.has_cnic
              AND (%(families)s::bigint[] IS NULL OR p.family_id = ANY (%(families)s::bigint[]))
            ORDER BY p.family_id, (p.relationship = 'head') DESC, p.birth_date NULLS LAST, p.person_id
            ON CONFLICT ON CONSTRAINT application_once_a_family DO NOTHING
            """,
            {"programme": programme_code, "route": route, "on": applied_on, "families": family_ids},
        )
        new = int(cursor.rowcount)
    if new >= ANALYSE_FROM:
        analyse("registration_application")
    journal.record(
        act="registration.applications.recorded",
        subject=f"programme:{programme_code}",
        details={"route": route},
        count=new,
    )
    return new


def check_area(area_code: str) -> None:
    """Raises unless the area exists and the acting officer works for it."""
    if reference.find_area(area_code) is None:
        raise refusals.AREA_UNKNOWN.because(field="area_code")
    if not access.sees_area(area_code):
        raise refusals.AREA_NOT_YOURS.because(field="area_code")


def _what_came_of(form_id: int) -> Registered:
    people = list(Person.objects.filter(form_id=form_id).order_by("id"))
    return Registered(
        form_id=form_id,
        household_id=selectors.household_of(person_id=people[0].pk),
        person_ids=tuple(row.pk for row in people),
        registry_numbers=tuple(row.registry_number for row in people),
        already=True,
    )
