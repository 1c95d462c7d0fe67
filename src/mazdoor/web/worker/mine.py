"""What the own record says, read as this worker: every question goes through the doors of its room, and the database
answers with this worker's rows only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from mazdoor.casework import selectors as casework
from mazdoor.delivery.accounts import selectors as accounts
from mazdoor.delivery.contributions import selectors as contributions
from mazdoor.delivery.contributions.selectors import Statement
from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.delivery.payments import selectors as payments
from mazdoor.delivery.payments.selectors import PaymentRow
from mazdoor.delivery.registration import own, words
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.verification import selectors as verification
from mazdoor.interfaces.credentials import selectors as credentials
from mazdoor.interfaces.credentials.selectors import CardRow
from mazdoor.notices import selectors as notices
from mazdoor.notices.selectors import NoticeRow
from mazdoor.reference import selectors as reference
from mazdoor.web import formats, states
from mazdoor.web.cases import words as case_words
from mazdoor.web.programmes import words as programmes
from mazdoor.web.queues.verification_words import KINDS
from mazdoor.web.registry import verdicts
from mazdoor.web.registry.verdicts import Verdict

RECORD: Final = "record"
"""The subject of a case about what is held of the worker."""


@dataclass(frozen=True, slots=True)
class Me:
    """The worker: the record that stands for all of theirs, and every number they have."""

    person_id: int
    record: Mapping[str, Any]
    numbers: tuple[int, ...]

    @property
    def name(self) -> str:
        """In the script of the page, where it is known in it."""
        return formats.full_name(self.record)


def me(person_ids: Sequence[int]) -> Me:
    """The worker behind a visit. Raises ``REG-011`` where the record is gone."""
    first = deduplication.canonical_of(person_ids[0])
    person_id = first if first in person_ids else person_ids[0]
    return Me(person_id, registration.get_person(person_id=person_id), tuple(person_ids))


def about(person: Me) -> list[tuple[str, str, bool]]:
    """What is held about the person: (question, answer, written left to right)."""
    record, language = person.record, formats.language()
    rows = [
        ("name", person.name, False),
        ("father", formats.in_script(record["father_name"], record["father_name_ur"] or ""), False),
        ("born", formats.born(record["birth_date"], record["birth_date_precision"]), False),
        ("sex", words.SEX.say(record["sex"], language), False),
        ("married", words.MARITAL_STATUS.say(record["marital_status"], language) if record["marital_status"] else "", False),
        ("cnic", record["cnic_masked"], True),
        ("mobile", record["mobile_masked"], True),
        ("area", reference.area_name(record["area_code"], language), False),
    ]  # fmt: skip
    return [row for row in rows if row[1]]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How something the worker said stands with us, in words."""

    what: str
    state: str
    until: Any


def confirmed() -> list[Confirmed]:
    """Of what the worker said: what was asked about elsewhere, and what came of it."""
    return [
        Confirmed(str(KINDS[each.kind]), str(states.word(each.standing)), each.expires_on)
        for each in verification.own_summary().values()
    ]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the household, in the reader's words."""

    name: str
    relationship: str
    own: bool


def household() -> list[Member]:
    """Who lives with the worker: names and relationship."""
    language = formats.language()
    return [
        Member(
            name=formats.in_script(f"{each.given_name} {each.surname}", f"{each.given_name_ur} {each.surname_ur}"),
            relationship=words.RELATIONSHIP.say(each.relationship, language),
            own=each.own,
        )
        for each in own.own_members()
    ]


@dataclass(frozen=True, slots=True)
class Job:
    """One work of the worker's, in words. ``pay`` is paisa for ``period``; None where it is not paid in money."""

    title: str
    employer: str
    pay: int | None
    period: str
    since: Any
    until: Any


def work(person: Me) -> list[Job]:
    """The worker's works, the present one first."""
    language = formats.language()
    return [
        Job(
            title=reference.isco_title(row["isco_code"], language),
            employer=row["business_name"] or words.STATUS.say(row["status"], language),
            pay=row["pay_amount"] if row["pay_period"] != "none" else None,
            period=words.PAY_PERIOD.say(row["pay_period"], language),
            since=row["started_on"],
            until=row["ended_on"],
        )
        for number in person.numbers
        for row in registration.employments_of(person_id=number)
    ]


def card(person: Me) -> CardRow | None:
    """The live card, on whichever of the records it stands."""
    found = (credentials.find_card(person_id=number) for number in person.numbers)
    return next((each for each in found if each is not None), None)


def programmes_of(person: Me) -> list[Verdict]:
    """What each programme says of the worker, by title."""
    canonical_id = deduplication.canonical_of(person.person_id)
    found = {
        each.programme: each
        for number in person.numbers
        for each in verdicts.of(person_id=number, canonical_id=canonical_id)
    }
    return sorted(found.values(), key=lambda each: each.title)


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment in words."""

    title: str
    month: Any
    amount: int
    state: str
    tone: str
    on: Any


def paid(person: Me) -> list[Paid]:
    """What the worker was owed and what became of it, the newest first."""
    rows: list[PaymentRow] = payments.list_payments_of(canonical_person_id=person.person_id)
    return [
        Paid(
            programmes.title(row.programme_code),
            row.period_from,
            row.amount,
            str(states.word(row.state)),
            states.STATES.get(row.state, ("", ""))[1],
            row.answered_on,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Purse:
    """Where money for the worker goes: an account, or a request for one."""

    bank: str
    ending: str
    state: str
    on: Any


def purses(person: Me) -> list[Purse]:
    """Accounts and requests for accounts, live ones first."""
    found = []
    for number in person.numbers:
        for row in accounts.accounts_of(person_id=number):
            found.append(Purse(_bank(row["bank_code"]), row["iban_last4"], f"account_{row['state']}", row["opened_at"]))
        for row in accounts.requests_of(person_id=number):
            if row["state"] != "opened":
                found.append(Purse(_bank(row["bank_code"]), "", f"account_{row['state']}", row["requested_at"]))
    return [Purse(each.bank, each.ending, str(states.word(each.state)), each.on) for each in found]


def statement(person: Me) -> Statement:
    """What was paid in for the worker; of the record that has most."""
    every = [contributions.statement_of(person_id=number) for number in person.numbers]
    return max(every, key=lambda each: (each.insured_months, each.saved_amount))


@dataclass(frozen=True, slots=True)
class Told:
    """A message or letter as the worker got it."""

    text: str
    language: str
    on: Any


def told(person: Me) -> list[Told]:
    """Everything the worker was told, the newest first."""
    rows: list[NoticeRow] = [row for number in person.numbers for row in notices.notices_of(person_id=number)]
    rows.sort(key=lambda row: row.queued_at, reverse=True)
    return [Told(row.text, row.language, row.queued_at) for row in rows]


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose of consent: its words, whether the worker agrees to it now, whether that may be changed here."""

    code: str
    words: str
    agreed: bool
    may_withdraw: bool
    may_agree: bool


def purposes(person: Me) -> list[Purpose]:
    """Every purpose, agreed to or not. The first is what the registration itself stands on: ending it is not done by a button."""
    agreed = {
        purpose
        for number in person.numbers
        for receipt in registration.consents_of(person_id=number)
        if receipt["withdrawn_at"] is None
        for purpose in receipt["purposes"]
    }
    language = formats.language()
    return [
        Purpose(
            code,
            text,
            code in agreed,
            may_withdraw=code in agreed and code != "registration",
            may_agree=code not in agreed and "registration" in agreed,
        )
        for code, text in words.PURPOSE.choices_in(language)
    ]


def receipts(person: Me) -> list[dict[str, Any]]:
    """Every receipt of consent: when, to what, in which version of the words, until when."""
    language = formats.language()
    found = []
    for number in person.numbers:
        for receipt in registration.consents_of(person_id=number):
            found.append(
                {
                    "purposes": [words.PURPOSE.say(code, language) for code in receipt["purposes"]],
                    "version": receipt["text_version"],
                    "given_at": receipt["given_at"],
                    "withdrawn_at": receipt["withdrawn_at"],
                }
            )
    return found


def complaints(person: Me) -> list[dict[str, Any]]:
    """The worker's complaints and appeals, the newest first, with what was answered."""
    rows = [row for number in person.numbers for row in casework.cases_of(person_id=number)]
    rows.sort(key=lambda row: row["opened_at"], reverse=True)
    return [
        {
            "kind": case_words.kind(row["kind"]),
            "about": _("my record") if row["subject"] == RECORD else case_words.about(row["subject"]),
            "state": str(states.word(f"case_{row['state']}")),
            "open": row["state"] == "opened",
            "opened_at": row["opened_at"],
            "answered_at": row["answered_at"],
            "words": row["words"],
            "answer": row["answer"],
        }
        for row in rows
    ]


def _bank(code: str) -> str:
    bank = reference.find_bank(code)
    return bank.name_en if bank else code
