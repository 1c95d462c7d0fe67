"""The tables of a person's page."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from mazdoor.casework import selectors as casework
from mazdoor.delivery.accounts import selectors as accounts
from mazdoor.delivery.payments import selectors as payments
from mazdoor.delivery.payments.selectors import PaymentRow
from mazdoor.delivery.registration import history, words
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.verification import selectors as verification
from mazdoor.delivery.wages import selectors as wages
from mazdoor.reference import selectors as reference
from mazdoor.web import formats, states
from mazdoor.web.cases import tables as case_tables
from mazdoor.web.permits import may
from mazdoor.web.programmes import words as programme_words
from mazdoor.web.queues.verification_words import KINDS, METHODS
from mazdoor.web.tables import Column, Table


@dataclass(frozen=True)
class PersonTables:
    """One table for each part of the page that is a list; ``None`` where the reader's desk may not look."""

    household: Table
    employments: Table
    wages: Table | None
    contributions: Table | None
    verifications: Table | None
    accounts: Table | None
    payments: Table | None
    cases: Table | None
    history: Table

    def every(self) -> Iterator[Table]:
        """All of them, for the file somebody asks for."""
        for field in fields(self):
            table = getattr(self, field.name)
            if table is not None:
                yield table


def of(
    request: HttpRequest,
    *,
    person_id: int,
    canonical_id: int,
    household_id: int | None,
    contributed: Sequence[Mapping[str, Any]] | None,
) -> PersonTables:
    """The tables of one person, as far as the desk of whoever asks may read them. ``canonical_id`` is who stands for them,
    ``contributed`` the spells of their statement (``None``: not for this desk)."""

    def read(act: str, table: Callable[[], Table]) -> Table | None:
        return table() if may(request, act) else None

    return PersonTables(
        household=_household(registration.household_members(household_id=household_id) if household_id else []),
        employments=_employments(registration.employments_of(person_id=person_id)),
        wages=read("wages.read", lambda: _wages(wages.wages_of(person_id=person_id))),
        contributions=None if contributed is None else _contributions(contributed),
        verifications=read(
            "verification.read", lambda: _verifications(verification.verifications_of(person_id=person_id))
        ),
        accounts=read("accounts.read", lambda: _accounts(person_id)),
        payments=read(
            "payments.read",
            lambda: _payments(payments.list_payments_of(canonical_person_id=canonical_id)),
        ),
        cases=read("casework.read", lambda: case_tables.of_person(casework.cases_of(person_id=person_id))),
        history=beliefs(history.beliefs_about(person_id=person_id), name="history"),
    )


def begun(started_on: dt.date, precision: str) -> str:
    """Since when somebody works: the month, or the year alone where no more is known."""
    return str(started_on.year) if precision == "year" else formats.month(started_on)


def beliefs(rows: Sequence[Mapping[str, Any]], *, name: str) -> Table:
    """Everything ever believed about a person: true from when until when, written down when and replaced when."""
    language = formats.language()
    return Table(
        name=name,
        caption=_("What we have believed, and when"),
        columns=[
            Column(_("Name"), formats.full_name, head=True),
            Column(_("Father's name"), formats.father_name),
            Column(_("Born"), lambda h: formats.born(h["birth_date"], h["birth_date_precision"])),
            Column(
                _("Marital status"),
                lambda h: words.MARITAL_STATUS.say(h["marital_status"], language) if h["marital_status"] else "",
            ),
            Column(_("Lived in"), lambda h: reference.area_name(h["lived_in"], language)),
            Column(_("True from"), lambda h: h["valid_from"], "day"),
            Column(_("True until"), lambda h: h["valid_to"], "day"),
            Column(_("Written down"), lambda h: h["recorded_from"], "moment"),
            Column(_("Replaced"), lambda h: h["recorded_to"], "moment"),
        ],
        rows=rows,
    )


def _household(members: list[dict[str, Any]]) -> Table:
    language = formats.language()
    return Table(
        name="household",
        caption=_("Members of the household"),
        columns=[
            Column(
                _("Name"), formats.full_name, head=True, link=lambda m: reverse("web:person", args=[m["person_id"]])
            ),
            Column(
                _("Relationship"),
                lambda m: words.RELATIONSHIP.say(m["relationship"], language) if m["relationship"] else "",
            ),
            Column(_("Sex"), lambda m: words.SEX.say(m["sex"], language)),
            Column(_("Born"), lambda m: formats.born(m["birth_date"], m["birth_date_precision"])),
            Column(_("Registry number"), lambda m: m["registry_number"], "code"),
        ],
        rows=members,
    )


def _employments(rows: list[dict[str, Any]]) -> Table:
    language = formats.language()
    return Table(
        name="work",
        caption=_("Work"),
        columns=[
            Column(_("Occupation"), lambda e: reference.isco_title(e["isco_code"], language), head=True),
            Column(_("Kind of work"), lambda e: words.CATEGORY.say(e["category"], language)),
            Column(_("Status in employment"), lambda e: words.STATUS.say(e["status"], language)),
            Column(
                _("Employer"), lambda e: e["business_name"] or words.EMPLOYER_KIND.say(e["employer_kind"], language)
            ),
            Column(_("Pay (Rs)"), lambda e: e["pay_amount"] if e["pay_period"] != "none" else None, "money"),
            Column(_("Paid by"), lambda e: words.PAY_PERIOD.say(e["pay_period"], language)),
            Column(_("Since"), lambda e: begun(e["started_on"], e["started_on_precision"])),
            Column(_("Until"), lambda e: e["ended_on"], "month"),
        ],
        rows=rows,
    )


def _wages(rows: list[dict[str, Any]]) -> Table:
    def short(row: dict[str, Any], key: str) -> Any:
        return row["short"][key] if row["short"] else None

    return Table(
        name="wages",
        caption=_("Wages against the minimum"),
        note=_("the newest first; amounts in rupees"),
        columns=[
            Column(_("Month"), lambda w: w["month"], "month", head=True),
            Column(_("Paid"), lambda w: w["paid_amount"], "money"),
            Column(_("Due at least"), lambda w: short(w, "due_amount"), "money"),
            Column(_("Missing"), lambda w: short(w, "shortfall_amount"), "money"),
            Column(_("Provision"), lambda w: short(w, "rate__provision")),
            Column(_("How far the rate was checked"), lambda w: short(w, "rate__mark"), "state"),
        ],
        rows=rows,
    )


def _contributions(spells: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        name="contributions",
        caption=_("Contributions"),
        note=_("amounts in rupees a month"),
        columns=[
            Column(_("From"), lambda s: s["from_month"], "month", head=True),
            Column(_("To"), lambda s: s["to_month"], "month"),
            Column(_("Months paid"), lambda s: s["months_paid"], "number"),
            Column(_("Wage declared"), lambda s: s["monthly_wage_amount"], "money"),
            Column(_("Employer's part"), lambda s: s["employer_amount"], "money"),
            Column(_("Worker's part"), lambda s: s["employee_amount"], "money"),
        ],
        rows=spells,
    )


def _verifications(rows: list[dict[str, Any]]) -> Table:
    return Table(
        name="verifications",
        caption=_("What was verified"),
        columns=[
            Column(_("What"), lambda v: str(KINDS.get(v["kind"], v["kind"])), head=True),
            Column(_("Answer"), lambda v: v["outcome"], "state"),
            Column(_("By"), lambda v: str(METHODS.get(v["method"], v["method"]))),
            Column(_("On"), lambda v: v["verified_at"], "day"),
            Column(_("Holds until"), lambda v: v["superseded_at"] or v["expires_on"], "day"),
        ],
        rows=rows,
    )


def _accounts(person_id: int) -> Table:
    live = [
        {
            "bank": row["bank_code"],
            "iban": f"···· {row['iban_last4']}",
            "state": f"account_{row['state']}",
            "on": row["opened_at"],
        }
        for row in accounts.accounts_of(person_id=person_id)
    ]
    asked = [
        {"bank": row["bank_code"], "iban": "", "state": f"account_{row['state']}", "on": row["requested_at"]}
        for row in accounts.requests_of(person_id=person_id)
        if row["state"] != "opened"
    ]
    return Table(
        name="accounts",
        caption=_("Accounts and requests"),
        columns=[
            Column(_("Bank"), lambda a: a["bank"], "code", head=True),
            Column(_("IBAN"), lambda a: a["iban"], "code"),
            Column(_("State"), lambda a: a["state"], "state"),
            Column(_("On"), lambda a: a["on"], "day"),
        ],
        rows=live + asked,
    )


def _payments(rows: list[PaymentRow]) -> Table:
    return Table(
        name="payments",
        caption=_("Payments"),
        note=_("amounts in rupees"),
        columns=[
            Column(_("Programme"), lambda p: programme_words.title(p.programme_code), head=True),
            Column(_("Period"), lambda p: p.period_from, "month"),
            Column(_("Owed"), lambda p: p.amount, "money"),
            Column(_("State"), lambda p: p.state, "state"),
            Column(_("Why it waits"), lambda p: states.word(p.hold_reason) if p.hold_reason else ""),
            Column(_("Bank's reason"), lambda p: p.reason_code, "code"),
            Column(_("On"), lambda p: p.answered_on, "day"),
        ],
        rows=rows,
    )
