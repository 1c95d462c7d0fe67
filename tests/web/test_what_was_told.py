"""What a person was told, whether it arrived, and the words of what they agreed to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.cast.forms import form
from tests.web.conftest import SignIn
from tests.worker.conftest import Telephone, gateway, sms, telephone

from mazdoor.config import wiring
from mazdoor.delivery.registration import consent_notices, selectors
from mazdoor.delivery.registration import services as registration
from mazdoor.delivery.registration.telling import send_messages
from mazdoor.notices import services as notices
from mazdoor.notices.models import Notice
from mazdoor.notices.tasks import fetch_reports

__all__ = ["gateway", "sms", "telephone"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def bushra(telephone: Callable[..., Telephone], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Registered by the whole form; what this process wrote into another test's database is forgotten."""
    monkeypatch.setattr(consent_notices, "_written", set())
    done = registration.submit(form=form(), channel="web", idempotency_key="form-1")
    notices.queue(
        person_id=done.person_ids[0],
        area_code="PK618",
        template="registered",
        params={"registry_number": done.registry_numbers[0]},
        about=f"person:{done.person_ids[0]}",
    )
    return done


def test_a_message_that_did_not_arrive_is_seen_and_sent_again_by_the_registrar(
    bushra: Any, at_desk: SignIn, gateway: Any, sms: Callable[[str], list[str]]
) -> None:
    gateway.fail(seed=1, faults={"message.undelivered": {"rate": 1}})
    sender = wiring.sms_gateway()
    assert sender is not None and send_messages(gateway=sender)["sent"] == 1
    fetch_reports(0)
    person = bushra.person_ids[0]
    desk = at_desk("registrar", areas=["PK6"])
    address = f"/registry/person/{person}/messages/"
    assert address in desk.get(f"/registry/person/{person}/").content.decode()
    page = desk.get(address).content.decode()
    assert "did not arrive" in page and 'lang="ur" dir="rtl"' in page and "مزدور" in page
    gateway.fail(seed=1, faults={})
    number = Notice.objects.get(person_id=person).pk
    again = desk.post(f"{address}{number}/again/", follow=True).content.decode()
    assert "waits to be sent again" in again and "Send it again" not in again
    assert "NTC-004" in desk.post(f"{address}{number}/again/", follow=True).content.decode(), "it has not failed now"
    assert send_messages(gateway=sender)["sent"] == 1
    fetch_reports(0)
    assert "arrived" in desk.get(address).content.decode()
    assert len(sms("03001234567")) == 2


def test_who_may_not_send_sees_no_button_and_other_areas_see_nothing(bushra: Any, at_desk: SignIn) -> None:
    address = f"/registry/person/{bushra.person_ids[0]}/messages/"
    Notice.objects.update(state="failed")
    number = Notice.objects.get().pk
    auditor = at_desk("auditor")
    assert "Send it again" not in auditor.get(address).content.decode()
    assert auditor.post(f"{address}{number}/again/").status_code == 403
    elsewhere = at_desk("registrar", areas=["PK7"])
    assert elsewhere.get(address).status_code == 404
    assert Notice.objects.get().state == "failed"


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ur", "rtl")])
def test_the_words_of_a_consent_are_read_from_the_receipt(
    bushra: Any, at_desk: SignIn, language: str, direction: str
) -> None:
    desk = at_desk("registrar", areas=["PK6"], language=language)
    (receipt,) = selectors.consents_of(person_id=bushra.person_ids[0])
    address = f"/registry/consents/{receipt['text_version']}/"
    assert address in desk.get(f"/registry/person/{bushra.person_ids[0]}/consents/").content.decode()
    page = desk.get(address).content.decode()
    assert f'<html lang="{language}" dir="{direction}">' in page
    for other in ("en", "ur"):
        shown = consent_notices.find_notice(version=receipt["text_version"], language=other)
        assert shown is not None and shown.purposes[0] in page and shown.lines[0] in page
    assert desk.get("/registry/consents/unheard-of/").status_code == 404


def test_a_worker_reads_the_words_of_the_own_receipts_only(bushra: Any, telephone: Callable[..., Telephone]) -> None:
    phone = telephone(language="ur")
    phone.prove()
    phone.post("/w/mine/", number=bushra.registry_numbers[0], year="1987")
    (receipt,) = selectors.consents_of(person_id=bushra.person_ids[0])
    address = f"/w/me/consents/words/{receipt['text_version']}/"
    assert address in phone.get("/w/me/consents/").content.decode()
    shown = consent_notices.find_notice(version=receipt["text_version"], language="ur")
    assert shown is not None and shown.lines[0] in phone.get(address).content.decode()
    consent_notices.keep_notice(consent_notices.CARRIED_OVER)
    assert phone.get(f"/w/me/consents/words/{consent_notices.CARRIED_OVER}/").status_code == 404
