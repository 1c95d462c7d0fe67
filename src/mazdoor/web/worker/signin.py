"""A worker comes in: the number, the code, which record is mine; and goes out again.

Nothing here tells whether a number is known. A code is sent to any mobile number, since whoever holds it may register.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from mazdoor.access import workers
from mazdoor.access.refusals import MANY_CLAIMS, NOT_SENT
from mazdoor.access.services import acting_as_system
from mazdoor.access.workers import Asked, Outcome
from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.delivery.registration import own
from mazdoor.kernel.identifiers import ascii_digits, mask_mobile
from mazdoor.kernel.refusals import Refusal
from mazdoor.notices.direct import tell_number
from mazdoor.web.shell import plain_sentence
from mazdoor.web.worker.frame import Page, Problem, address_of, sms_gateway, worker_page

MINUTES: Final = int(workers.CODE_LASTS.total_seconds() // 60)


@worker_page("open")
def start(page: Page) -> HttpResponse:
    """The first page: what this is, that it is free, and the one button."""
    if page.visit and page.visit.person_ids:
        return page.go("me")
    return page.show("start", title=_("Mazdoor: the register of workers"), open=sms_gateway() is not None)


@worker_page("open")
def help_page(page: Page) -> HttpResponse:
    """Where to go without a telephone, with another's, or with a number that has changed."""
    return page.show("help", title=_("No telephone, or it does not work?"))


@worker_page("open")
def phone(page: Page) -> HttpResponse:
    """The mobile number; then a code is on its way."""
    written, problems = "", list[Problem]()
    if page.posted:
        written = page.text("mobile")
        try:
            asked = workers.ask_code(mobile=written, address=address_of(page.request))
            _send(page, asked)
        except Refusal as refusal:
            problems = [("mobile", plain_sentence(refusal))]
        else:
            page.renew(asked.token)
            return page.go("code")
    return page.show("phone", title=_("Your mobile number"), problems=problems, written=written)


@worker_page("asked")
def code(page: Page) -> HttpResponse:
    """The code that came."""
    visit = page.here
    if visit.proved:
        return page.go("who")
    problems: list[Problem] = []
    if page.posted:
        try:
            proof = workers.prove(token=page.token, code=page.text("code"), address=address_of(page.request))
        except Refusal as refusal:
            problems = [("code", plain_sentence(refusal))]
        else:
            if proof.outcome is Outcome.PROVED:
                page.renew(proof.token)
                return page.go("who")
            problems = [("code", _wrong(proof.outcome, proof.left))]
    return _code_page(page, problems)


def _code_page(page: Page, problems: list[Problem] | None = None) -> HttpResponse:
    visit = page.here
    return page.show(
        "code",
        title=_("Write the code from the message"),
        problems=problems,
        mobile=mask_mobile(visit.mobile),
        minutes=MINUTES,
        again_in=visit.again_in,
    )


def _wrong(outcome: Outcome, left: int) -> str:
    if outcome is Outcome.SPENT:
        return _("This code is no longer good. Ask for a new one below.")
    return _("The code is not right. Look at the message again; you can try %(left)s more times.") % {"left": left}


@worker_page("asked")
def code_again(page: Page) -> HttpResponse:
    """Another code to the same number."""
    if page.posted and not page.here.proved:
        try:
            _send(page, workers.ask_again(token=page.token, address=address_of(page.request)))
        except Refusal as refusal:
            return _code_page(page, [("again", plain_sentence(refusal))])
    return page.go("code")


@worker_page("proved")
def who(page: Page) -> HttpResponse:
    """Already on the register, or new?"""
    if page.here.person_ids:
        return page.go("me")
    problems: list[Problem] = []
    if page.posted:
        match page.text("registered"):
            case "no":
                return page.go("screen", 1)
            case "yes":
                return page.go("mine")
        problems = [("registered-yes", _("Say whether you are on the register."))]
    return page.show("who", title=_("Are you on the register?"), problems=problems, begun=bool(page.here.kept))


@worker_page("proved")
def mine(page: Page) -> HttpResponse:
    """Which record is mine: a number and the year of birth. Whatever does not fit, the answer is the same."""
    problems: list[Problem] = []
    number, year = page.text("number"), ascii_digits(page.text("year"))
    if page.posted:
        problems = _unwritten(number, year)
        if not problems:
            try:
                known = _recognise(page, number=number, year=int(year))
            except Refusal as refusal:
                if refusal.kind is not MANY_CLAIMS:
                    raise
                problems = [("number", plain_sentence(refusal))]
            else:
                if known:
                    return page.go("me")
                problems = [
                    ("number", _("These do not belong together: the number, the year and this telephone. Check the first two.")),
                ]  # fmt: skip
    return page.show(
        "mine",
        title=_("Which record is yours?"),
        problems=problems,
        number=number,
        year=year,
        mobile=mask_mobile(page.here.mobile),
    )


def _unwritten(number: str, year: str) -> list[Problem]:
    problems: list[Problem] = []
    if len(ascii_digits(number)) not in (12, 13):
        problems.append(("number", _("Write all digits: 13 of the CNIC, or 12 of the registry number.")))
    if len(year) != 4 or not 1900 <= int(year) <= timezone.localdate().year:
        problems.append(("year", _("Write the year with four digits, as on your card, for example 1987.")))
    return problems


def _recognise(page: Page, *, number: str, year: int) -> bool:
    workers.check_may_claim(token=page.token)
    with acting_as_system(reason=workers.REASON):
        found = own.find_own_record(number=number, birth_year=year, mobile=page.here.mobile)
        records = deduplication.records_of(person_id=found) if found is not None else []
    if found is None:
        workers.count_wrong_claim(token=page.token)
        return False
    page.renew(workers.recognise(token=page.token, person_ids=[found, *records]))
    return True


@worker_page("open")
def leave(page: Page) -> HttpResponse:
    """Out: nobody who takes up this telephone next sees anything."""
    if page.posted:
        if page.token:
            workers.end(token=page.token)
        page.renew("")
        return page.go("left")
    return page.go("start")


@worker_page("open")
def left(page: Page) -> HttpResponse:
    """After leaving."""
    return page.show("left", title=_("You have left your pages"))


def _send(page: Page, asked: Asked) -> None:
    """Hand the code to the gateway. Raises ``WRK-009`` where it does not take it: the visit stays, a new code can be asked."""
    gateway = sms_gateway()
    sent = False
    if gateway is not None:
        with acting_as_system(reason=workers.REASON):
            sent = tell_number(
                gateway=gateway,
                mobile=asked.mobile,
                template="code",
                params={"code": f"{asked.code[:3]} {asked.code[3:]}", "minutes": str(MINUTES)},
                language=page.language,
                key=asked.key,
            )
    if not sent:
        raise NOT_SENT.because()
