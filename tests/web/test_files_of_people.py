"""The registrar's pages for files: send, say which column is which, see what became of it, take the refused rows back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mazdoor.access.services import acting_as
from mazdoor.delivery.registration.files import services

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("household")]

HEAD = b"Name,Gender,DOB,Relation,Tehsil,Consent\n"
ROWS = HEAD + b"Rani,female,1990,head,PK60301,registration\nZara,woman,1991,head,PK60301,registration\n"


@pytest.mark.parametrize(("language", "words"), [("en", "Files of people"), ("ur", "لوگوں کی فائلیں")])
def test_a_list_with_its_own_headings_is_sent_confirmed_and_told(at_desk: Any, language: str, words: str) -> None:
    client = at_desk("registrar", language=language)
    assert words in client.get("/registry/files/").content.decode()
    sent = client.post("/registry/files/", {"file": SimpleUploadedFile("list.csv", ROWS)})
    assert sent.status_code == 302
    page = client.get(sent["Location"]).content.decode()
    assert 'value="given_name" selected' in page and 'value="sex" selected' in page
    columns = ["given_name", "sex", "birth_date", "relationship", "household_area_code", "consents"]
    confirmed = client.post(f"{sent['Location']}columns/", {f"column{n}": name for n, name in enumerate(columns)})
    assert confirmed.status_code == 302
    assert 'id="progress"' in client.get(sent["Location"]).content.decode()
    number = int(sent["Location"].rstrip("/").rpartition("/")[2])
    officer = int(client.session["_auth_user_id"])
    with acting_as(officer_id=officer):
        services.import_file(import_id=number, acting=lambda: acting_as(officer_id=officer))
    done = client.get(sent["Location"]).content.decode()
    assert "REG-026" in done
    back = client.get(f"{sent['Location']}returned/")
    assert b"Zara" in b"".join(back.streaming_content) and "attachment" in back["Content-Disposition"]


def test_columns_that_cannot_carry_a_registration_are_told_on_the_page(at_desk: Any) -> None:
    client = at_desk("registrar")
    sent = client.post("/registry/files/", {"file": SimpleUploadedFile("list.csv", ROWS)})
    page = client.post(f"{sent['Location']}columns/", {"column0": "given_name"})
    assert page.status_code == 422 and "REG-047" in page.content.decode()


def test_what_is_no_list_is_refused_on_the_page(at_desk: Any) -> None:
    page = at_desk("registrar").post("/registry/files/", {"file": SimpleUploadedFile("a.csv", b"%PDF-1.4")})
    assert page.status_code == 422 and "REG-041" in page.content.decode()


def test_another_officer_does_not_see_the_file_and_other_desks_send_none(at_desk: Any) -> None:
    sent = at_desk("registrar").post("/registry/files/", {"file": SimpleUploadedFile("list.csv", ROWS)})
    assert at_desk("registrar").get(sent["Location"]).status_code == 404
    assert at_desk("finance").get("/registry/files/").status_code == 403


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_file_to_fill_in_is_read_back_without_a_guess(at_desk: Any, kind: str, tmp_path: Any) -> None:
    from mazdoor.delivery.registration.files.columns import guess
    from mazdoor.delivery.registration.files.template import _headings
    from mazdoor.delivery.registration.questionnaire import get_questionnaire

    content = at_desk("registrar", language="ur").get(f"/registry/files/template.{kind}").content
    assert content[:2] == b"PK" if kind == "xlsx" else content.decode("utf-8-sig")
    for language in ("en", "ur"):
        assert all(each.sure and each.column for each in guess(_headings(language), get_questionnaire()))


def test_a_file_that_was_cut_off_goes_on_at_the_press_of_a_button(at_desk: Any) -> None:
    """Settled, and nobody works on it: as after a machine that stopped."""
    client = at_desk("registrar")
    sent = client.post("/registry/files/", {"file": SimpleUploadedFile("list.csv", ROWS)})
    number = int(sent["Location"].rstrip("/").rpartition("/")[2])
    columns = ["given_name", "sex", "birth_date", "relationship", "household_area_code", "consents"]
    officer = int(client.session["_auth_user_id"])
    with acting_as(officer_id=officer):
        services.confirm_columns(import_id=number, mapping=columns)
    page = client.get(sent["Location"]).content.decode()
    assert f'action="/registry/files/{number}/go-on/"' in page and 'hx-trigger="every 1s"' not in page
    assert client.post(f"/registry/files/{number}/go-on/").status_code == 302
    assert 'hx-trigger="every 1s"' in client.get(sent["Location"]).content.decode()
    with acting_as(officer_id=officer):
        services.import_file(import_id=number, acting=lambda: acting_as(officer_id=officer))
    assert 'id="became-done"' in client.get(sent["Location"]).content.decode()
