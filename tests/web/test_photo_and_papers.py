"""Whoever came without a photo gets one later; papers go along to the office that answers for a person."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from tests.cast.households import BAGH, registered
from tests.web.conftest import SignIn

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.registration import attachments, events

pytestmark = pytest.mark.django_db


def face(colour: str = "brown") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 1200), colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def home(db: None) -> Any:
    with acting_as_system(reason="test"):
        return registered()


def test_a_photo_and_a_paper_are_added_later_and_the_newest_photo_is_the_cards(home: Any, at_desk: SignIn) -> None:
    person = home.person_ids[0]
    desk, page = at_desk("registrar"), f"/registry/person/{person}/papers/"
    assert "Nothing is kept yet." in desk.get(page).content.decode()
    empty = desk.post(page, {})
    assert empty.status_code == 422 and "Choose the photo or the document." in empty.content.decode()
    for colour in ("brown", "black"):
        sent = desk.post(page, {"paper-kind": "photo", "paper-file": SimpleUploadedFile("a.txt", face(colour))})
        assert sent.status_code == 302
    with acting_as_system(reason="test"):
        newest = attachments.photo_of(person_id=person)
        assert newest is not None
        picture = Image.open(io.BytesIO(attachments.open_attachment(attachment_id=newest).content)).convert("L")
        assert picture.getpixel((10, 10)) == 0 and max(picture.size) == attachments.PHOTO_SIDE
        assert len(attachments.attachments_of(person_id=person)) == 2
    wrong = desk.post(page, {"paper-kind": "other", "paper-file": SimpleUploadedFile("a.jpg", b"MZ not a picture")})
    assert wrong.status_code == 422 and 'href="#id_paper-file"' in wrong.content.decode()
    assert at_desk("auditor").get(page).status_code == 403


def test_papers_go_along_to_the_office_that_answers_from_now_on(home: Any, officer: Callable[..., Any]) -> None:
    person = home.person_ids[0]
    with acting_as_system(reason="test"):
        kept = attachments.add_to_person(person_id=person, content=face(), kind="photo")
        events.move_household(household_id=home.household_id, area_code=BAGH, on=timezone.localdate())
    with acting_as(officer_id=officer(desk="registrar", areas=[BAGH]).pk):
        assert attachments.photo_of(person_id=person) == kept.attachment_id
    with acting_as(officer_id=officer(desk="registrar", areas=["PK618"]).pk):
        assert attachments.photo_of(person_id=person) is None
