"""The pages of the own record: what we hold, the card, programmes and why, money, consents, messages."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from mazdoor.delivery.assessment import selectors as assessment
from mazdoor.delivery.registration import consent_notices
from mazdoor.delivery.registration.consenting import give_consent, withdraw_consent
from mazdoor.delivery.registration.questionnaire import get_questionnaire
from mazdoor.interfaces.credentials import services as credentials
from mazdoor.web.programmes import words as programme_words
from mazdoor.web.worker import mine
from mazdoor.web.worker.frame import Page, worker_page


@worker_page("known")
def me(page: Page) -> HttpResponse:
    """The first page of the own record: the number, and where everything is."""
    person = mine.me(page.here.person_ids)
    complaints = mine.complaints(person)
    return page.show(
        "portal/me",
        title=person.name,
        number=person.record["registry_number"],
        since=person.record["registered_on"],
        card=mine.card(person),
        programmes=len(mine.programmes_of(person)),
        open_complaints=sum(1 for each in complaints if each["open"]),
        answered=sum(1 for each in complaints if not each["open"]),
        messages=len(mine.told(person)),
    )


@worker_page("known")
def record(page: Page) -> HttpResponse:
    """What we hold: the person, the household, the work."""
    person = mine.me(page.here.person_ids)
    return page.show(
        "portal/record",
        title=_("What we hold about you"),
        number=person.record["registry_number"],
        rows=[(_question(each[0]), each[1], each[2]) for each in mine.about(person)],
        confirmed=mine.confirmed(),
        members=mine.household(),
        jobs=mine.work(person),
    )


def _question(name: str) -> str:
    return {
        "name": _("Name"),
        "father": _("Father's name"),
        "born": _("Born"),
        "sex": _("Sex"),
        "married": _("Marital status"),
        "cnic": _("CNIC"),
        "mobile": _("Mobile"),
        "area": _("You live in"),
    }[name]


@worker_page("known")
def card(page: Page) -> HttpResponse:
    """The registry card."""
    person = mine.me(page.here.person_ids)
    return page.show(
        "portal/card", title=_("Your card"), card=mine.card(person), number=person.record["registry_number"]
    )


@worker_page("known")
def card_file(page: Page) -> HttpResponse:
    """The card as a file to print or keep on the telephone."""
    held = mine.card(mine.me(page.here.person_ids))
    if held is None:
        raise Http404
    response = HttpResponse(credentials.card_pdf(card_id=held.card_id), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="card.pdf"'
    return response


@worker_page("known")
def programmes(page: Page) -> HttpResponse:
    """What each programme says of the worker."""
    person = mine.me(page.here.person_ids)
    return page.show("portal/programmes", title=_("Programmes: what you may get"), verdicts=mine.programmes_of(person))


@worker_page("known")
def why(page: Page, assessment_id: int) -> HttpResponse:
    """Why a programme says so: the letter, with the clause and how to appeal, in the reader's language."""
    person = mine.me(page.here.person_ids)
    said = assessment.find_assessment(assessment_id=assessment_id)
    if said is None or said["person_id"] not in person.numbers:
        raise Http404
    told = assessment.explain_assessment(assessment_id=assessment_id, language=page.language)
    return page.show(
        "portal/why",
        title=programme_words.title(said["run__programme_code"]),
        # The letter is written by the rules, which escape every word that goes into it.
        letter=mark_safe(told.html),  # noqa: S308
        programme=said["run__programme_code"],
    )


@worker_page("known")
def money(page: Page) -> HttpResponse:
    """Payments, the account, and what was paid in."""
    person = mine.me(page.here.person_ids)
    return page.show(
        "portal/money",
        title=_("Your money"),
        payments=mine.paid(person),
        purses=mine.purses(person),
        statement=mine.statement(person),
    )


@worker_page("known")
def consents(page: Page) -> HttpResponse:
    """What the worker agreed to."""
    person = mine.me(page.here.person_ids)
    return page.show(
        "portal/consents",
        title=_("What you agreed to"),
        purposes=mine.purposes(person),
        receipts=mine.receipts(person),
        withdrawn=page.request.GET.get("withdrawn") == "1",
        newly=page.request.GET.get("agreed") == "1",
    )


@worker_page("known")
def consent_words(page: Page, version: str) -> HttpResponse:
    """What the worker was shown when they agreed, word for word, of a version that one of the own receipts names."""
    person = mine.me(page.here.person_ids)
    shown = consent_notices.find_notice(version=version, language=page.language)
    if shown is None or all(each["version"] != version for each in mine.receipts(person)):
        raise Http404
    return page.show("portal/consent_words", title=_("What you were told"), shown=shown, version=version)


@worker_page("known")
def withdraw(page: Page) -> HttpResponse:
    """Take back the consent to one purpose: first a page that says what follows, then the act."""
    person = mine.me(page.here.person_ids)
    code = page.text("purpose") if page.posted else page.request.GET.get("purpose", "")
    purpose = next((each for each in mine.purposes(person) if each.code == code and each.may_withdraw), None)
    if purpose is None:
        return page.go("consents")
    if not page.posted:
        return page.show("portal/withdraw", title=_("Take back this consent?"), purpose=purpose, effect=_effect(code))
    for number in person.numbers:
        withdraw_consent(person_id=number, purpose=code)
    return page.go("consents", query="withdrawn=1")


@worker_page("known")
def agree(page: Page) -> HttpResponse:
    """Agree to one more purpose, or again to one that was taken back: first the words, then the act."""
    person = mine.me(page.here.person_ids)
    code = page.text("purpose") if page.posted else page.request.GET.get("purpose", "")
    purpose = next((each for each in mine.purposes(person) if each.code == code and each.may_agree), None)
    if purpose is None:
        return page.go("consents")
    if not page.posted:
        return page.show(
            "portal/agree",
            title=_("Agree to this?"),
            purpose=purpose,
            intro=get_questionnaire().section("consent").intro,
        )
    give_consent(
        person_id=person.person_id, purposes=[code], channel="worker", given_how="online", language=page.language
    )
    return page.go("consents", query="agreed=1")


def _effect(code: str) -> str:
    """What follows where the consent to this purpose is taken back; the registration's own is not taken back here."""
    return {
        "verification": _("We will not ask the identity authority about you again. A programme that needs it may refuse you."),
        "account": _("We will not ask a bank to open an account for you. Money that is due to you waits."),
        "programmes": _("We will not look whether a programme is for you. You may miss help that you would get."),
        "statistics": _("Your data will not be counted in statistics, even without your name."),
    }[code]  # fmt: skip


@worker_page("known")
def messages(page: Page) -> HttpResponse:
    """Everything the worker was told."""
    person = mine.me(page.here.person_ids)
    return page.show("portal/messages", title=_("Messages to you"), told=mine.told(person))
