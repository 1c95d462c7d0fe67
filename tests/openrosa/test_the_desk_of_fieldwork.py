"""The office's side: a device is enrolled by a code Collect reads, and a form that waits is mended and registered."""

from __future__ import annotations

import base64
import json
import re
import zlib
from html import unescape

import httpx
import pytest
from tests.openrosa import filling
from tests.openrosa.conftest import Field
from tests.openrosa.prepare import PASSWORD


def at_desk(field: Field, username: str, language: str = "en") -> httpx.Client:
    """A signed-in browser without a screen."""
    client = httpx.Client(base_url=field.url, timeout=60, follow_redirects=True, cookies={"django_language": language})
    sent(client, "/sign-in/", "/sign-in/", username=username, password=PASSWORD)
    return client


def sent(client: httpx.Client, page: str, address: str, **data: str) -> httpx.Response:
    """POST with the token of a page."""
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(page).text)
    assert token is not None
    return client.post(address, data={"csrfmiddlewaretoken": token[1], **data})


def waiting(field: Field, **head: str) -> tuple[str, int]:
    """A form of Fatima's device that waits, and its row number."""
    number = filling.new_id()
    with field.client() as device:
        content = filling.xml(filling.current_version(device), number, filling.with_answers(**head))
        assert filling.post(device, content).status_code == 202
    ((row,),) = field.rows("SELECT id FROM openrosa_submission WHERE instance_id = %s", number)
    return number, row


def test_a_device_is_enrolled_with_a_code_that_sets_odk_collect_up(field: Field) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    admin = at_desk(field, "admin")
    page = sent(admin, "/devices/", "/devices/enrol/", name="Tablet 7", officer=str(field.people["fatima"]))
    assert page.status_code == 200
    pictures = [
        base64.b64decode(each).decode() for each in re.findall(r"data:image/svg\+xml;base64,([^\"]+)", page.text)
    ]
    for_page, for_collect = (read_code(zxingcpp, svg) for svg in pictures)
    settings = json.loads(zlib.decompress(base64.b64decode(for_collect)))
    general = settings["general"]
    assert general["server_url"] == f"{field.url}/openrosa"
    assert f"#device={general['username']}&secret={general['password']}" in for_page
    login = httpx.DigestAuth(general["username"], general["password"])
    assert httpx.get(f"{general['server_url']}/formList", auth=login, timeout=60).status_code == 200
    ((number,),) = field.rows("SELECT id FROM openrosa_device WHERE username = %s", general["username"])
    sent(admin, "/devices/", f"/devices/{number}/revoke/")
    assert httpx.get(f"{general['server_url']}/formList", auth=login, timeout=60).status_code == 401


def read_code(zxingcpp: object, svg: str) -> str:
    """What a camera reads off a code, from its path of rows and runs."""
    import numpy as np

    side = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    pixels = np.full((side, side), 255, dtype=np.uint8)
    path = re.search(r'class="qrline"[^>]*d="([^"]+)"', svg)
    assert path is not None, svg[:300]
    x = y = 0.0
    for letter, values in re.findall(r"([Mmh])([^Mmh]*)", path[1]):
        numbers = [float(each) for each in re.findall(r"-?[\d.]+", values)]
        if letter == "M":
            x, y = numbers
        elif letter == "m":
            x, y = x + numbers[0], y + numbers[1]
        else:
            pixels[int(y), int(x) : int(x + numbers[0])] = 0
            x += numbers[0]
    (read,) = zxingcpp.read_barcodes(np.kron(pixels, np.ones((4, 4), dtype=np.uint8)))  # type: ignore[attr-defined]
    return str(read.text)


def test_a_form_that_waits_is_mended_by_an_officer_and_registered(field: Field) -> None:
    number, row = waiting(field, relationship="child")
    desk = at_desk(field, "verifier")
    assert f"/devices/waiting/{row}/" in desk.get("/devices/").text
    page = desk.get(f"/devices/waiting/{row}/")
    assert page.status_code == 200 and "بشریٰ" in page.text
    still = sent(
        desk, f"/devices/waiting/{row}/", f"/devices/waiting/{row}/", **{"people[0].given_name_ur": "بشریٰ بانو"}
    )
    assert still.status_code == 422
    assert "بشریٰ بانو" in desk.get(f"/devices/waiting/{row}/").text, "what the officer corrected is kept"
    done = sent(desk, f"/devices/waiting/{row}/", f"/devices/waiting/{row}/", **{"people[0].relationship": "head"})
    assert done.status_code == 200 and re.search(r"Registered: [\d-]+", unescape(done.text))
    rows = field.rows(
        "SELECT r.given_name_ur, f.officer_id FROM registration_form f JOIN registration_person p ON p.form_id = f.id"
        " JOIN registration_personrecord r ON r.person_id = p.id WHERE f.idempotency_key = %s ORDER BY p.id",
        f"openrosa:{number}",
    )
    assert rows[0] == ("بشریٰ بانو", field.people["verifier"])
    assert f"/devices/waiting/{row}/" not in desk.get("/devices/").text
    with field.client() as device:  # the device that never heard the answer sends once more
        version = filling.current_version(device)
        again = filling.post(device, filling.xml(version, number, filling.with_answers(relationship="child")))
    assert again.status_code == 201


def test_a_form_is_set_aside_with_a_reason_and_stays(field: Field) -> None:
    number, row = waiting(field, sex="unknown")
    desk = at_desk(field, "fatima", "ur")
    address = f"/devices/waiting/{row}/"
    assert sent(desk, address, f"{address}set-aside/", reason=" ").status_code == 409
    assert sent(desk, address, f"{address}set-aside/", reason="filled twice").status_code == 200
    assert field.rows(
        "SELECT state, reason, xml_encrypted IS NOT NULL FROM openrosa_submission WHERE instance_id = %s", number
    ) == [("set_aside", "filled twice", True)]


def test_an_officer_of_another_area_sees_neither_form_nor_device(field: Field) -> None:
    _, row = waiting(field, sex="unknown")
    desk = at_desk(field, "sindhi")
    assert desk.get(f"/devices/waiting/{row}/").status_code == 404
    listed = desk.get("/devices/").text
    assert f"/devices/waiting/{row}/" not in listed and "Tablet of fatima" not in listed


def test_a_registrar_enrols_no_device(field: Field) -> None:
    desk = at_desk(field, "fatima")
    assert sent(desk, "/devices/", "/devices/enrol/", name="x", officer="1").status_code == 403


def test_the_page_for_devices_alone_has_a_policy_of_its_own(field: Field) -> None:
    page = httpx.get(f"{field.url}/fieldwork/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in page and "default-src 'none'" in page
    assert "unsafe" not in at_desk(field, "admin").get("/devices/").headers["Content-Security-Policy"]
    worker = httpx.get(f"{field.url}/fieldwork/worker.js")
    assert worker.headers["Content-Type"].startswith("text/javascript")
