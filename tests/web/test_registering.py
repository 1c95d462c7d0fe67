"""The wizard: look first, one section a step, kept at each, read over, registered, printed."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.cast.forms import form, put
from tests.cast.households import BAGH
from tests.web import wizard
from tests.web.conftest import SignIn

from mazdoor.delivery.registration import attachments, selectors, services
from mazdoor.delivery.registration.models import Attachment, Draft, Form, Person
from mazdoor.kernel.identifiers import registry_number
from mazdoor.web.registry.wizard.steps import get_step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("household")]
NEW: dict[str, Any] = {
    "people0__cnic": "02345-1234567-2",
    "people0__mobile": "0301 7654321",
    "people0__given_name": "Nasreen",
    "people0__surname": "Akhtar",
    "people0__given_name_ur": "نسرین",
    "people0__surname_ur": "اختر",
    "people0__birth_date": "1984",
}


def picture(kind: str = "JPEG", size: tuple[int, int] = (1200, 900)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "steelblue").save(out, kind)
    return SimpleUploadedFile("face.bin", out.getvalue())


def test_first_it_is_looked_who_is_here_already(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    assert "Begin a new form" not in client.get("/registry/register/").content.decode()
    found = client.post("/registry/register/", {"q": "بشریٰ"}).content.decode()
    assert "Bushra Bibi" in found and "None of these: begin a new form" in found
    assert "Nobody found" in client.post("/registry/register/", {"q": "Zubaida"}).content.decode()


def test_a_household_is_registered_step_by_step(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    draft = wizard.begin(client)
    wizard.fill_all(client, draft, form(**NEW))
    page = client.get(f"/registry/register/{draft}/check/").content.decode()
    assert "Nasreen" in page and "Noor Looms" in page and "1984" in page
    done = wizard.hand_in(client, draft)
    assert done["Location"] == "/registry/registered/", wizard.errors(done)
    page = client.get("/registry/registered/").content.decode()
    number = re.search(r'class="big"><bdi dir="ltr">(\d{12})', page)
    assert number is not None
    (found,) = selectors.search(text=number[1])
    assert found.name == "Nasreen Akhtar"
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("words", "code", "language"),
    [("riksha wala", "8321", "en"), ("راج مستری کا کام", "7112", "ur"), ("tailor", "7531", "en")],
)
def test_work_in_a_persons_own_words_is_coded_by_a_choice_the_officer_makes(
    at_desk: SignIn, words: str, code: str, language: str
) -> None:
    client = at_desk("registrar", language=language)
    draft = wizard.begin(client)
    said = form(**NEW)
    for step, answers in (("household", said["household"]), ("people-0", said["people"][0])):
        assert wizard.fill(client, draft, step, answers).status_code == 302
    address = f"/registry/register/{draft}/step/people-0.employments-0/"
    job = {name: value for name, value in said["people"][0]["employments"][0].items() if name != "occupation_text"}
    written = wizard.sent(get_step("people-0.employments-0"), {**job, "occupation": words})
    response = client.post(address, written)
    page = response.content.decode()
    assert response.status_code == 422
    choice = re.search(rf'name="occupation_choice" id="([^"]+)" value="{code}"', page)
    assert choice is not None and f'name="occupation_for" value="{words}"' in page
    assert "checked" not in page[choice.start() : choice.start() + 200]  # it suggests, nobody has chosen yet
    # A choice made for other words than stand there now does not count.
    stale = {**written, "occupation_choice": code, "occupation_for": "other words"}
    assert client.post(address, stale).status_code == 422
    assert client.post(address, {**written, "occupation_choice": "0000", "occupation_for": words}).status_code == 422
    assert client.post(address, {**written, "occupation_choice": code, "occupation_for": words}).status_code == 302
    page = client.get(address).content.decode()
    assert f'name="occupation" value="{code} ' in page and f'name="occupation_text" value="{words}"' in page


def test_the_words_of_the_work_alone_are_enough_to_be_offered_codes(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    draft = wizard.begin(client)
    said = form(**NEW)
    wizard.fill(client, draft, "household", said["household"])
    wizard.fill(client, draft, "people-0", said["people"][0])
    address = f"/registry/register/{draft}/step/people-0.employments-0/"
    job = {
        **said["people"][0]["employments"][0],
        "occupation": None,
        "industry": None,
        "occupation_text": "kapre ki dukan",
    }
    written = wizard.sent(get_step("people-0.employments-0"), job)
    page = client.post(address, written).content.decode()
    offered = {
        name: re.findall(rf'name="{name}_choice" id="[^"]+" value="(\d+)"', page) for name in ("occupation", "industry")
    }
    assert offered["occupation"] and "4751" in offered["industry"]
    chosen = {f"{name}_choice": codes[0] for name, codes in offered.items()}
    meant = {"occupation_for": "kapre ki dukan", "industry_for": "kapre ki dukan"}
    assert client.post(address, {**written, **chosen, **meant}).status_code == 302


def test_what_was_written_is_kept_at_every_step_even_where_it_is_wrong(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    draft = wizard.begin(client)
    response = wizard.fill(client, draft, "household", {"area_code": "PK618", "rooms": "many"})
    assert response.status_code == 422
    assert any("Rooms" in line for line in wizard.errors(response))
    page = client.get(f"/registry/register/{draft}/step/household/").content.decode()
    assert 'value="many"' in page
    assert "Unfinished forms" in client.get("/registry/register/").content.decode()


def test_each_error_leads_to_its_field(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    draft = wizard.begin(client)
    wizard.fill(client, draft, "household", {"area_code": "PK618"})
    page = wizard.fill(client, draft, "people-0", {"given_name": "Nasreen", "cnic": "12"}).content.decode()
    targets = re.findall(r'<a href="#([^"]+)"', page.split('class="error-summary"')[1].split("</ul>")[0])
    assert len(targets) > 1, "at least a CNIC too short and what was not answered"
    for target in targets:
        assert f'id="{target}"' in page, target


def test_a_draft_holds_nothing_that_can_be_read_and_is_its_officers_alone(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    draft = wizard.begin(client)
    wizard.fill(client, draft, "household", {"area_code": "PK618", "address": "House 12"})
    assert b"House" not in bytes(Draft.objects.get(pk=draft).content_encrypted)
    other = at_desk("registrar")
    assert other.get(f"/registry/register/{draft}/").status_code in (404, 409, 422, 400)
    assert "House 12" not in other.get(f"/registry/register/{draft}/").content.decode()


def test_a_likely_duplicate_is_shown_before_anybody_is_added(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    draft = wizard.begin(client)
    wizard.fill_all(
        client, draft, form(people0__cnic="01234-1234567-1", people0__sex="male", people0__birth_date="1987-03-07")
    )
    response = client.post(f"/registry/register/{draft}/check/")
    assert "may already be registered" in response.content.decode()
    assert "CNIC: the same" in response.content.decode(), "what speaks for it is said"
    client.cookies["django_language"] = "ur"
    assert "شناختی کارڈ: ایک جیسا" in client.get(f"/registry/register/{draft}/check/").content.decode()
    assert Person.objects.count() == 2


def test_whoever_came_since_the_officer_looked_is_shown_before_the_act(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    address = _like_bushra(client)
    first = client.get(address).content.decode()
    assert first.count('<li><a href="/registry/person/') == 1
    newcomer = _alone(people0__given_name="Bushrah", people0__cnic="03345-1234567-2")
    services.submit(form=newcomer, channel="api", idempotency_key="in the meantime")
    again = client.post(address, {"looked": "yes", "shown": wizard.shown(first)}).content.decode()
    assert "may already be registered" in again and again.count('<li><a href="/registry/person/') == 1
    assert "Bushrah" in again, "only who is new"
    assert set(wizard.shown(first).split()) < set(wizard.shown(again).split())
    done = client.post(address, {"looked": "yes", "shown": wizard.shown(again)})
    assert done["Location"] == "/registry/registered/"


def test_a_birth_known_by_its_year_is_not_told_as_a_day_beside_an_applicant(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    older = _alone(people0__given_name="Bushrah", people0__cnic="03345-1234567-2", people0__birth_date="1987")
    services.submit(form=older, channel="api", idempotency_key="known by the year")
    page = client.get(_like_bushra(client)).content.decode()
    shown = {line for line in page.split('<li><a href="/registry/person/')[1:] if "Bushrah" in line.split("</a>")[0]}
    assert len(shown) == 1 and "1987" in shown.pop()
    assert "1 January 1987" not in page


@pytest.mark.parametrize("which", ["none", "made up", "of another form", "changed by one digit"])
def test_who_was_shown_is_known_by_marks_nobody_can_make_up(at_desk: SignIn, which: str) -> None:
    client = at_desk("registrar")
    address = _like_bushra(client)
    another = _like_bushra(client, people0__birth_date="1987-03-08")
    mark = wizard.shown(client.get(address).content.decode())
    sent = {
        "none": "", "made up": "0" * 32, "of another form": wizard.shown(client.get(another).content.decode()),
        "changed by one digit": mark[:-1] + ("0" if mark[-1] != "0" else "1"),
    }  # fmt: skip
    assert re.fullmatch(r"[0-9a-f]{32}", mark) and sent[which] != mark
    refused = client.post(address, {"looked": "yes", "shown": sent[which]})
    assert refused.status_code == 200 and "may already be registered" in refused.content.decode()
    assert client.post(address, {"shown": mark}).status_code == 200, "the box was not ticked"
    assert Person.objects.count() == 2
    assert client.post(address, {"looked": "yes", "shown": mark}).status_code == 302


def _alone(**changed: Any) -> dict[str, Any]:
    """The form of Bushra without her son."""
    said = form(**changed)
    del said["people"][1]
    return said


def _like_bushra(client: Client, **changed: str) -> str:
    """The address of the last page of a form of somebody who is like one person on the register."""
    draft = wizard.begin(client)
    wizard.fill_all(client, draft, _alone(**{"people0__cnic": None, "people0__mobile": None} | changed))
    return f"/registry/register/{draft}/check/"


def test_nobody_is_registered_outside_the_officers_area(at_desk: SignIn) -> None:
    client = at_desk("registrar", areas=[BAGH])
    draft = wizard.begin(client)
    wizard.fill_all(client, draft, form(**NEW))
    response = wizard.hand_in(client, draft)
    assert response.status_code == 422 and any("REG-012" in line for line in wizard.errors(response))
    assert Person.objects.count() == 2


def test_a_photo_is_made_small_upright_and_bare_and_kept_sealed(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    draft = wizard.begin(client)
    wizard.fill(client, draft, "household", {"area_code": "PK618"})
    answers = wizard.sent(wizard.get_step("people-0"), form(**NEW)["people"][0])
    address = f"/registry/register/{draft}/step/people-0/"
    response = client.post(address, {**answers, "photo": picture()})
    assert response.status_code == 302, wizard.errors(response)
    kept = Attachment.objects.get()
    opened = attachments.open_attachment(attachment_id=kept.pk)
    with Image.open(io.BytesIO(opened.content)) as image:
        assert max(image.size) == 600 and not image.getexif()
    shown = f"{address}kept/photo/"
    assert f'src="{shown}"' in client.get(address).content.decode()
    seen = client.get(shown)
    assert (seen["Content-Type"], seen.content) == (opened.content_type, opened.content)
    assert "no-store" in seen["Cache-Control"]
    assert client.get(f"{address}kept/given_name/").status_code == 404
    assert at_desk("registrar").get(shown).status_code in (403, 404, 409)  # another officer's form
    wrong = client.post(address, {**answers, "photo": SimpleUploadedFile("x.jpg", b"MZ not a picture")})
    assert wrong.status_code == 422 and any("neither a photo" in line for line in wizard.errors(wrong))
    assert Attachment.objects.count() == 1


def test_what_was_recorded_is_printed_for_the_worker_to_keep(at_desk: SignIn) -> None:
    client = at_desk("registrar", language="ur")
    draft = wizard.begin(client)
    wizard.fill_all(client, draft, form(**NEW))
    wizard.hand_in(client, draft)
    page = client.get("/registry/registered/print/").content.decode()
    assert "نسرین" in page and "0234512" not in page and "*****67-2" in page
    assert "رضامندی" in page
    paper = client.get("/registry/registered/receipt.pdf")
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


def test_a_receipt_is_for_the_officer_who_registered_and_for_nobody_else(at_desk: SignIn) -> None:
    client, other = at_desk("registrar"), at_desk("registrar")
    draft = wizard.begin(client)
    wizard.fill_all(client, draft, form(**NEW))
    wizard.hand_in(client, draft)
    kept = client.cookies["registered"]
    assert (kept["path"], kept["httponly"], kept["samesite"]) == ("/registry/registered/", True, "Lax")
    own = str(kept.value)  # the client writes later values into the same place
    said, _, signature = own.partition(":")
    number, others = client.session["_auth_user_id"], other.session["_auth_user_id"]
    form_id = said.partition("-")[2]
    assert said.startswith(f"{number}-")

    def told(browser: Client, cookie: str) -> list[int]:
        browser.cookies["registered"] = cookie
        answers = [browser.get(f"/registry/registered/{page}") for page in ("", "print/", "receipt.pdf")]
        assert all(each.status_code == 200 or each["Location"] == "/registry/register/" for each in answers)
        return [each.status_code for each in answers]

    assert told(other, own) == [302, 302, 302]  # the same browser, another officer at it
    for wrong in (
        f"{others}-{form_id}:{signature}",  # the other officer's number written in
        f"{others}-{form_id}",
        signing.get_cookie_signer(salt="messages").sign(f"{others}-{form_id}"),  # signed here, for something else
        "",
        "-",
    ):
        assert told(other, wrong) == [302, 302, 302], wrong
    (earlier,) = set(Form.objects.exclude(pk=form_id).values_list("pk", flat=True))
    assert told(client, f"{number}-{earlier}:{signature}") == [302, 302, 302]  # another household's form
    assert told(client, own) == [200, 200, 200]
    well_signed = signing.get_cookie_signer(salt="registered" * 2).sign(f"{others}-{form_id}")
    assert told(other, well_signed) == [200, 200, 200]  # only its signature and its number kept the others out


def test_a_person_without_work_and_a_further_member_are_on_one_screen(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    draft = wizard.begin(client)
    wizard.fill(client, draft, "household", {"area_code": "PK618"})
    wizard.fill(client, draft, "people-0", form(**NEW)["people"][0])
    skipped = client.post(f"/registry/register/{draft}/step/people-0.employments-0/", {"skip": "yes"})
    assert skipped["Location"].endswith("/people-0.functioning/")
    wizard.fill(client, draft, "people-1", form()["people"][1])
    page = client.get(f"/registry/register/{draft}/").content.decode()
    assert "Nasreen Akhtar" in page and "Ali Raza" in page
    taken = client.post(f"/registry/register/{draft}/step/people-1/take-out/")
    assert taken.status_code == 302
    assert "Ali Raza" not in client.get(f"/registry/register/{draft}/").content.decode()


def test_a_thrown_away_form_is_gone_with_its_files(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    draft = wizard.begin(client)
    wizard.fill(client, draft, "household", {"area_code": "PK618"})
    answers = wizard.sent(wizard.get_step("people-0"), form(**NEW)["people"][0])
    client.post(f"/registry/register/{draft}/step/people-0/", {**answers, "photo": picture("PNG")})
    client.post(f"/registry/register/{draft}/throw-away/")
    assert not Draft.objects.exists() and not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("step", "changes", "field", "sentence"),
    [
        ("people-0", {"people0__given_name": None, "people0__given_name_ur": None}, "given_name", "has no answer"),
        ("people-0", {"people0__sex": None}, "sex", "has no answer"),
        ("people-0", {"people0__cnic": "12345"}, "cnic", "5 were given"),
        ("people-0", {"people0__mobile": "042-111"}, "mobile", "beginning with 03"),
        ("people-0", {"people0__birth_date": "84"}, "birth_date-day", "not a day, month or year"),
        ("people-0", {"people0__birth_date": "1984-02-30"}, "birth_date-day", "not a day, month or year"),
        ("household", {"household__area_code": None}, "area_code", "has no answer"),
        ("people-0.employments-0", {"people0__employments0__occupation": "wizard"}, "occupation", "names nothing"),
        ("people-0.employments-0", {"people0__employments0__pay_amount": None}, "pay_amount", "has no answer"),
        ("people-0.employments-0.business", {"people0__employments0__business__name": None}, "name", "has no answer"),
        ("consent", {"consent__consents": None}, "consents", "has no answer"),
    ],
)
def test_what_is_wrong_is_listed_on_top_and_leads_to_its_field(
    at_desk: SignIn, step: str, changes: dict[str, Any], field: str, sentence: str
) -> None:
    client = at_desk("registrar")
    draft = wizard.begin(client)
    said = form(**NEW)
    wizard.fill_all(client, draft, said)
    for place, value in changes.items():
        put(said, place.replace("__", "."), value)
    here = wizard.get_step(step)
    response = wizard.fill(client, draft, step, here.answers(said))
    page = response.content.decode()
    assert response.status_code == 422
    summary = page.split('class="error-summary"')[1].split("</ul>")[0]
    assert f'href="#id_{field}"' in summary and sentence in summary
    assert f'id="id_{field}"' in page


def test_a_question_is_asked_only_where_it_has_a_meaning(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    draft = wizard.begin(client)
    wizard.fill_all(client, draft, form(**NEW))
    page = client.get(f"/registry/register/{draft}/step/people-0.employments-0/").content.decode()
    assert "id_pay_amount" in page and "id_employer_name" not in page
    unpaid = dict(form()["people"][0]["employments"][0], pay_period="none", pay_amount=None)
    wizard.fill(client, draft, "people-0.employments-0", unpaid)
    assert (
        "id_pay_amount" not in client.get(f"/registry/register/{draft}/step/people-0.employments-0/").content.decode()
    )


def test_the_form_speaks_urdu(at_desk: SignIn) -> None:
    client = at_desk("registrar", language="ur")
    draft = wizard.begin(client)
    assert "لاہور" in client.get(f"/registry/register/{draft}/step/household/").content.decode()
    wizard.fill(client, draft, "household", {"area_code": "PK618"})
    response = wizard.fill(client, draft, "people-0", {"given_name_ur": "نسرین", "cnic": "12"})
    assert any("تیرہ ہندسے" in line for line in wizard.errors(response))
    wizard.fill(client, draft, "people-0", form(**NEW)["people"][0])
    assert (
        "گھر میں کام کرنے والا"
        in client.get(f"/registry/register/{draft}/step/people-0.employments-0/").content.decode()
    )


def test_an_employing_household_is_named_by_number_and_never_guessed_from_a_name(
    household: Any, at_desk: SignIn
) -> None:
    client = at_desk("registrar")
    draft = wizard.begin(client)
    domestic = {"people0__employments0__category": "domestic", "people0__employments0__employer_kind": "household",
                "people0__employments0__industry": "9700", "people0__employments0__business": None}  # fmt: skip
    said = form(**NEW, **domestic)
    said["people"][0]["employments"][0]["employer_number"] = household.registry_numbers[0]
    wizard.fill_all(client, draft, said)
    step = "people-0.employments-0"
    named = wizard.fill(client, draft, step, {**wizard.get_step(step).answers(said), "employer_number": "Bushra Bibi"})
    assert named.status_code == 422
    nobody = registry_number(987_654)
    wizard.fill(client, draft, step, {**wizard.get_step(step).answers(said), "employer_number": nobody})
    refused = wizard.hand_in(client, draft)
    assert refused.status_code == 422 and Person.objects.count() == 2
    wizard.fill(client, draft, step, wizard.get_step(step).answers(said))
    wizard.hand_in(client, draft)
    (found,) = selectors.search(text="02345-1234567-2")
    (work,) = selectors.employments_of(person_id=found.person_id)
    assert work["employer_household_id"] == household.household_id


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_empty_form_can_be_printed(at_desk: SignIn, language: str) -> None:
    paper = at_desk("registrar", language=language).get("/registry/register/form.pdf")
    assert (
        paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF") and len(paper.content) > 20_000
    )
