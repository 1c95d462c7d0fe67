"""Registration through the doors, on a few invented households: a file with bad rows, a device in the field, another
system, an SMS; then a card, and a change that two officers decide.

What comes over a wire comes over it here too: the site itself answers, in this process, to digest authentication, tokens
and multipart bodies. Run again, every door says that it has this already.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

import httpx

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.casework.changes import selectors as changes
from mazdoor.casework.changes.deciding import approve_change
from mazdoor.casework.changes.opening import open_change
from mazdoor.cli.demo.households import BY_DEVICE, BY_FILE, BY_SYSTEM, EVIDENCE, INTERESTED, NEW_NAME
from mazdoor.cli.demo.world import World
from mazdoor.config import wiring
from mazdoor.delivery.registration import interest_list, interests
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration.files import selectors as files_read
from mazdoor.delivery.registration.files import services as files
from mazdoor.interfaces.clients import selectors as clients_read
from mazdoor.interfaces.clients import services as clients
from mazdoor.interfaces.credentials import checking, keys, reading, selectors, services, status
from mazdoor.interfaces.openrosa import devices
from mazdoor.kernel.refusals import Refusal

DEVICE: Final = "Tablet of the demonstration"
CLIENT: Final = "union.demonstration"
SITE: Final = "http://127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a door says in the table."""

    count: int
    note: str


def bring_file(registrar: int) -> Told:
    """A list of seven people, two of them written wrongly: five enter, two come back with the reason beside the cell."""
    out = io.StringIO(newline="")
    names = list(dict.fromkeys(name for row in BY_FILE for name in row))
    csv.writer(out).writerows([names, *([row.get(name, "") for name in names] for row in BY_FILE)])
    with acting_as(officer_id=registrar):
        number = files.receive_file(blocks=[out.getvalue().encode()])
        files.confirm_columns(import_id=number, mapping=[guess.column for guess in files.guesses_of(number)])
    files.import_file(import_id=number, acting=lambda: acting_as(officer_id=registrar))
    with acting_as(officer_id=registrar):
        done = files_read.get_file(import_id=number)
    return Told(
        count=done.rows_entered + done.rows_already,
        note=f"of {done.rows_total} rows of a file; {done.rows_refused} came back with reasons",
    )


def send_from_device(registrar: int) -> Told:
    """A household filled on a tablet, sent as ODK Collect sends it, with digest authentication. Once they are here nothing
    is sent: the tablet's secret was shown once and is kept nowhere."""
    note = "from a device in the field, by OpenRosa"
    cnic = str(BY_DEVICE["people"][0]["cnic"])
    if _find_person(cnic) is not None:
        return Told(count=_household_of(cnic), note=note)
    with acting_as_system(reason="demonstration"):
        device = devices.enrol_device(name=DEVICE, officer_id=registrar)
    with _site(auth=httpx.DigestAuth(device.username, device.secret), headers={"X-OpenRosa-Version": "1.0"}) as site:
        listed = site.get("/openrosa/formList").raise_for_status().text
        version = listed.partition("<version>")[2].partition("</version>")[0]
        form = (
            f'<data id="mazdoor:registration" version="{version}" xmlns:orx="http://openrosa.org/xforms">'
            f"{_xml(BY_DEVICE)}<orx:meta><orx:instanceID>uuid:demonstration</orx:instanceID></orx:meta></data>"
        )
        answer = site.post(
            "/openrosa/submission", files={"xml_submission_file": ("form.xml", form.encode(), "text/xml")}
        )
    if answer.status_code != httpx.codes.CREATED:
        raise RuntimeError(f"the form of the device was not registered: {answer.status_code} {answer.text[:300]}")
    return Told(count=_household_of(cnic), note=note)


def send_from_system() -> Told:
    """A union's program registers a member over REST, with a token of its own."""
    note = "by a union's program, over REST"
    cnic = str(BY_SYSTEM["people"][0]["cnic"])
    if _find_person(cnic) is not None:
        return Told(count=_household_of(cnic), note=note)
    with acting_as_system(reason="demonstration"):
        if any(client.code == CLIENT for client in clients_read.list_clients()):  # an earlier walk ended here
            given = clients.rotate_secret(code=CLIENT)
        else:
            given = clients.add_client(
                code=CLIENT,
                name="Union of the demonstration",
                scopes=["registrations.write"],
                areas=["PK6"],
                must_sign=False,
            )
    with _site() as site:
        token = site.post(
            "/oauth2/client/token",
            data={"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": given.secret},
        ).raise_for_status()
        answer = site.post(
            "/api/v1/registrations",
            json=BY_SYSTEM,
            headers={"Authorization": f"Bearer {token.json()['access_token']}", "Idempotency-Key": "demonstration-1"},
        )
    if answer.is_error:
        raise RuntimeError(f"the union's form was not registered: {answer.status_code} {answer.text[:300]}")
    return Told(count=_household_of(cnic), note=note)


def ask_by_message(world: World) -> Told:
    """A CNIC comes by SMS as the gateway hands it over, and is answered through the gateway; a registrar's list follows."""
    name = base64.b64encode(f"gateway:{sms_secret()}".encode()).decode()
    with _site() as site:
        site.post(
            "/sms/incoming/?id=demonstration-1",
            content=INTERESTED.text.encode(),
            headers={
                "Authorization": f"Basic {name}",
                "Content-Type": "text/plain; charset=utf-8",
                "X-Kannel-From": f"+92{INTERESTED.mobile[1:]}",
            },
        ).raise_for_status()
    os.environ["MAZDOOR_SMS"] = world.sms_url()
    gateway = wiring.sms_gateway()
    with acting_as_system(reason="demonstration"):
        if gateway is not None:
            interests.send_answers(gateway=gateway)
        waiting = len(interest_list.list_interests())
    texts = httpx.get(f"{world.sms_url()}/phones/{INTERESTED.mobile}", trust_env=False).raise_for_status().json()
    return Told(count=waiting, note=f"on the registrar's list; {len(texts['messages'])} answered by SMS")


def make_card(registrar: int) -> Told:
    """A card for one of them, drawn, read from its picture and judged with nothing but public keys and the public list."""
    person_id = _person(str(BY_SYSTEM["people"][0]["cnic"]))
    with acting_as(officer_id=registrar):
        card = selectors.find_card(person_id=person_id) or services.issue_card(person_id=person_id)
        try:
            pictures = services.card_pictures(card_id=card.card_id)
        except Refusal as refusal:
            return Told(count=1, note=f"made; not drawn: {refusal.cause('en')}")
    known = keys.public_keys()
    with acting_as_system(reason="demonstration"):
        lists = [
            status.read(selectors.status_list(number=number), known) for number in range(selectors.lists_there_are())
        ]
    (text,) = reading.qr_texts(pictures[1])
    check = checking.check(text, keys=known, lists={one.uri: one for one in lists}, at=dt.datetime.now(tz=dt.UTC))
    return Told(count=1, note=f"read from its picture, offline: {checking.WORDS[check.verdict].en}")


def change_a_name(registrar: int, verifier: int) -> Told:
    """The registrar asks for another surname with a card seen; a verifier approves it; the record follows."""
    person_id = _person(str(BY_SYSTEM["people"][0]["cnic"]))
    with acting_as(officer_id=registrar):
        asked = list(changes.changes_of(person_id=person_id))
        if not asked:
            open_change(person_id=person_id, type_code="name", values=NEW_NAME, evidence=EVIDENCE, channel="officer")
            asked = list(changes.changes_of(person_id=person_id))
    for row in asked:
        if row["state"] == "proposed":
            with acting_as(officer_id=verifier):
                approve_change(change_id=row["id"])
    with acting_as(officer_id=registrar):
        done = sum(row["state"] == "applied" for row in changes.changes_of(person_id=person_id))
    return Told(count=done, note="of a name: asked for by the registrar, approved by the verifier")


def numbers_of_households() -> list[dict[str, str]]:
    """CNIC and mobile of everybody here who has both, for the register of SIM cards."""
    people = [*BY_FILE, *BY_DEVICE["people"], *BY_SYSTEM["people"]]
    found = [{name: _digits(str(person.get(name, ""))) for name in ("mobile", "cnic")} for person in people]
    return [each for each in found if len(each["mobile"]) == 11 and len(each["cnic"]) == 13]


def sms_secret() -> str:
    """What the gateway of the demonstration shows; drawn once for each run."""
    return os.environ.setdefault("MAZDOOR_SMS_SECRET", secrets.token_urlsafe(24))


def _site(**more: Any) -> httpx.Client:
    from mazdoor.config.wsgi import application

    return httpx.Client(transport=httpx.WSGITransport(app=application), base_url=SITE, timeout=60, **more)


def _find_person(cnic: str) -> int | None:
    with acting_as_system(reason="demonstration"):
        found = registration.search(text=cnic)
    return found[0].person_id if found else None


def _person(cnic: str) -> int:
    found = _find_person(cnic)
    if found is None:
        raise RuntimeError("somebody of the demonstration is not on the register")
    return found


def _household_of(cnic: str) -> int:
    """How many people live in the household of somebody on the register."""
    person_id = _person(cnic)
    with acting_as_system(reason="demonstration"):
        household_id = registration.household_of(person_id=person_id)
        return len(registration.household_members(household_id=household_id))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _xml(answers: Mapping[str, Any]) -> str:
    told = ""
    for name, value in answers.items():
        for one in value if isinstance(value, list) else [value]:
            told += f"<{name}>{_xml(one) if isinstance(one, dict) else escape(str(one))}</{name}>"
    return told
