"""One household at each of the six doors, as people and programs bring it there; nothing here calls the service behind.

Razia sews at home for a workshop, paid by the piece; her son Ali is eleven. Every door is asked the same answers, in the
way it asks: fields of steps, screens of a telephone, cells, XML, JSON, an SMS and then the steps.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
import openpyxl
from click.testing import CliRunner
from django.test import Client
from tests.interfaces.partners import Partner, one_connection
from tests.openrosa import filling
from tests.web import wizard
from tests.worker.conftest import Telephone

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration import interest_list
from mazdoor.delivery.registration.files import selectors, services
from mazdoor.delivery.registration.questionnaire import AnswerType, get_questionnaire
from mazdoor.delivery.registration.questionnaire.model import Section
from mazdoor.interfaces.openrosa.devices import enrol_device
from mazdoor.interfaces.openrosa.xlsform import may_be_left_out

SECRET: Final = "between-the-gateway-and-us"
MOBILE: Final = "03001234567"

Form = dict[str, Any]

FORM: Final[Form] = {
    "household": {"area_code": "PK618", "address": "House 12, Street 4"},
    "people": [
        {
            "given_name": "Razia", "surname": "Bibi", "father_name": "Ghulam Rasool", "sex": "female",
            "birth_date": "1987", "marital_status": "widowed", "relationship": "head", "cnic": "01234-1234567-2",
            "mobile": "0300 1234567", "mobile_shared": "yes", "language": "en",
            "employments": [
                {
                    "status": "employee", "category": "home_based", "occupation_text": "Sewing or embroidery",
                    "occupation": "7533", "industry": "1410", "started_on": "2022", "employer_kind": "business",
                    "pay_period": "piece", "pay_amount": "45.50", "days_per_month": "24",
                    "business": {"name": "Noor Looms", "premises": "home", "persons_engaged": "6"},
                }
            ],
        },
        {"given_name": "Ali", "sex": "male", "birth_date": "2015", "relationship": "child"},
    ],
    "consent": {
        "consents": ["registration", "verification", "programmes"], "given_how": "online", "consent_language": "en",
    },
}  # fmt: skip


def by_wizard(desk: Client, form: Form = FORM) -> None:
    """The officer's wizard, step by step."""
    _finish(desk, wizard.begin(desk), form)


def _finish(desk: Client, draft: int, form: Form = FORM) -> None:
    wizard.fill_all(desk, draft, form)
    done = wizard.hand_in(desk, draft)
    assert done.status_code == 302 and done["Location"] == "/registry/registered/", wizard.errors(done)


def by_telephone(telephone: Callable[..., Telephone]) -> None:
    """The worker's own pages: the code that came by SMS, the screens, who lives with her, the button."""
    phone = telephone(number=MOBILE)
    phone.prove()
    phone.post("/w/who/", registered="no")
    for address, answers in screens():
        response = phone.post(address, **answers)
        assert response.status_code == 200, re.findall(r'class="problem"[^>]*>([^<]+)', response.content.decode())
    response = phone.post("/w/register/check/")
    assert response.redirect_chain[-1][0] == "/w/register/done/", response.content.decode()


def screens() -> list[tuple[str, dict[str, Any]]]:
    """What is sent from each of the worker's screens: every answer of the form that the screen asks."""
    from mazdoor.web.worker.screens import SCREENS

    child = FORM["people"][1]
    sent = []
    for number, screen in enumerate(SCREENS, 1):
        answers: dict[str, Any] = {"work": {"work": "sewing"}, "for_whom": {"for_whom": "boss"}}.get(screen.plain, {})
        for asked in screen.asked:
            value: Any = FORM
            for part in asked.place:
                value = value[part] if isinstance(part, int) else value.get(part, "")
                if value == "":
                    break
            name = str(asked.place[-1])
            if value != "":
                # A date is three fields, but where the year alone is asked.
                answers[f"{name}-year" if name == "birth_date" else name] = value
        sent.append((f"/w/register/{number}/", answers))
    return [*sent, ("/w/register/people/", child)]


def by_csv(folder: Path, form: Form = FORM) -> None:
    """``mazdoor import``: one row a person, the rows of a household under one key."""
    from mazdoor.cli.importing import import_

    path = folder / "people.csv"
    out = io.StringIO(newline="")
    csv.writer(out).writerows(_table(form))
    path.write_text(out.getvalue(), encoding="utf-8")
    done = CliRunner().invoke(import_, [str(path), "--json"], standalone_mode=False)
    assert done.exception is None and done.return_value == 0, (done.exception, done.output)
    assert json.loads(done.stdout.splitlines()[-1])["entered"] == len(form["people"])


def by_workbook(officer_id: int) -> None:
    """The same rows in a workbook, sent from a registrar's page."""
    from mazdoor.access.services import acting_as

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in _table(FORM):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    with acting_as(officer_id=officer_id):
        number = services.receive_file(blocks=[content.getvalue()])
        services.confirm_columns(import_id=number, mapping=services.sure_mapping(number) or [])
    services.import_file(import_id=number, acting=lambda: acting_as(officer_id=officer_id))
    with acting_as(officer_id=officer_id):
        assert selectors.get_file(import_id=number).rows_entered == 2


def _table(form: Form) -> list[list[str]]:
    """A heading row and a row for each person; the household and consent stand in each."""
    questionnaire = get_questionnaire()
    rows = [
        {
            "household_key": "7",
            **_cells(questionnaire.section("household"), form["household"], ""),
            **_cells(questionnaire.section("people"), person, ""),
            **_owned(form, place),
            **_cells(questionnaire.section("consent"), form["consent"], ""),
        }
        for place, person in enumerate(form["people"], 1)
    ]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [names, *([row.get(name, "") for name in names] for row in rows)]


def _owned(form: Form, place: int) -> dict[str, str]:
    """The other businesses of one person, in the row of the person, who needs no saying."""
    section = get_questionnaire().section("businesses")
    theirs = [each for each in form.get("businesses", []) if int(each["owner"]) == place]
    cells: dict[str, str] = {}
    for number, each in enumerate(theirs):
        cells |= _cells(section, {name: value for name, value in each.items() if name != "owner"}, "", number)
    return cells


def _cells(section: Section, answers: Form, before: str, number: int = 0) -> dict[str, str]:
    """Answers as cells, under the names of their columns."""
    prefix = before + section.prefix(number)
    given = {question.name: answers[question.name] for question in section.questions if question.name in answers}
    cells = {f"{prefix}{name}": " ".join(value) if isinstance(value, list) else value for name, value in given.items()}
    for inner in section.sections:
        held = answers.get(inner.name) or []
        for place, each in enumerate(held if isinstance(held, list) else [held]):
            cells |= _cells(inner, each, prefix, place)
    return cells


def by_device(officer_id: int, form: Form = FORM) -> None:
    """OpenRosa: the form this server gives out, filled, with digest authentication and multipart."""
    from mazdoor.config.wsgi import application

    with acting_as_system(reason="test"):
        device = enrol_device(name="Tablet of Fatima", officer_id=officer_id)
    with (
        one_connection(),
        httpx.Client(
            transport=httpx.WSGITransport(app=application),
            base_url="http://testserver",
            auth=httpx.DigestAuth(device.username, device.secret),
            headers={"X-OpenRosa-Version": "1.0", "Accept-Language": "en"},
        ) as client,
    ):
        version = filling.current_version(client)
        answer = filling.post(client, filling.xml(version, filling.new_id(), _xform(form)))
    assert answer.status_code == 201, answer.text


def _xform(form: Form) -> Form:
    """The form as the XForm asks it: provinces before districts, a year under its own question, a gate to each part that
    may be left out."""
    return {
        section.name: [_group(section, each) for each in form[section.name]]
        if section.repeats
        else _group(section, form[section.name])
        for section in get_questionnaire().sections
        if form.get(section.name)
    }


def _group(section: Section, answers: Form) -> Form:
    filled: Form = {}
    for question in section.questions:
        name, value = question.name, answers.get(question.name)
        if value is None:
            continue
        if question.type is AnswerType.AREA:
            filled |= {f"{name}_province": value[:3], f"{name}_district": value[:5]}
            filled |= {name: value} if len(value) > len("PK618") else {}
        elif question.or_year:
            year = len(value) == len("1987")
            filled |= (
                {f"{name}_known": "year", f"{name}_year": value} if year else {f"{name}_known": "day", name: value}
            )
        else:
            filled[name] = " ".join(value) if isinstance(value, list) else value
    for inner in section.sections:
        held = answers.get(inner.name)
        if may_be_left_out(inner):
            filled[f"{inner.name}_any"] = "yes" if held else "no"
        if held:
            filled[inner.name] = [_group(inner, each) for each in held] if inner.repeats else _group(inner, held)
    return filled


def by_system(form: Form = FORM) -> None:
    """REST: an employer's or union's own program."""
    union = Partner(scopes=("registrations.write", "registrations.read"), purposes=(), areas=("PK6",))
    answer = union.browser.post(
        "/api/v1/registrations",
        json.dumps(form),
        content_type="application/json",
        headers={**union.bearer, "Idempotency-Key": "member-1"},
    )
    assert answer.status_code == 201, answer.content


def by_message(desk: Client) -> None:
    """An SMS with a CNIC; the registrar's list; the wizard, begun with what is known; and the request is closed by it."""
    gateway = base64.b64encode(f"gateway:{SECRET}".encode()).decode()
    answer = Client().post(
        "/sms/incoming/?id=17",
        "01234-1234567-2 Lahore",
        content_type="text/plain; charset=utf-8",
        headers={"Authorization": f"Basic {gateway}", "X-Kannel-From": f"+92{MOBILE[1:]}"},
    )
    assert answer.status_code == 200
    with acting_as_system(reason="test"):
        (waiting,) = interest_list.list_interests()
    address = f"/registry/by-message/{waiting['interest_id']}/"
    assert "/registry/by-message/" in desk.get("/registry/by-message/").content.decode()
    desk.post(f"{address}act/", {"act": "take_up"})
    begun = desk.post(f"{address}act/", {"act": "register"})
    draft = int(re.search(r"/register/(\d+)/", begun["Location"])[1])  # type: ignore[index]
    page = desk.get(f"/registry/register/{draft}/step/people-0/").content.decode()
    assert MOBILE in page.replace(" ", "") and "01234" in page, "what the message said stands in the form"
    _finish(desk, draft)
    with acting_as_system(reason="test"):
        assert interest_list.list_interests() == []
