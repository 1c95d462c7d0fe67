"""A union sends the list of its members as one file: taken once, brought in behind in its name, its bad rows given back."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from tests.interfaces.partners import Partner

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration import selectors
from mazdoor.delivery.registration.models import FileImport
from mazdoor.interfaces.clients.services import acting_as_client
from mazdoor.interfaces.rest import tasks
from mazdoor.interfaces.rest.models import SentFile
from mazdoor.journal import selectors as journal

pytestmark = pytest.mark.django_db

BOTH = ("registrations.write", "registrations.read")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = "row_key,given_name,sex,birth_date,relationship,household_area_code,consents"
ROWS = [
    "1,Rani,female,1990,head,PK60301,registration",
    "2,Zara,woman,1991,head,PK60301,registration",
    "3,Mina,female,1992,head,PK10101,registration",  # not one of the union's areas
]


def content(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *(rows or ROWS), ""]).encode()


@pytest.fixture
def union() -> Partner:
    return Partner(scopes=BOTH, purposes=(), areas=("PK6",))


def send(
    partner: Partner, given: bytes, key: str = "members-2026", *, kind: str = "text/csv", columns: str = ""
) -> Any:
    return partner.browser.post(
        "/api/v1/files" + (f"?columns={columns}" if columns else ""),
        given,
        content_type=kind,
        headers={**partner.bearer, "Idempotency-Key": key},
    )


def get(partner: Partner, path: str) -> Any:
    return partner.browser.get(f"/api/v1/files/{path}", headers=partner.bearer)


def bring_in(key: str = "members-2026") -> None:
    """What the worker does with what was put behind."""
    sent = SentFile.objects.get(key=key)
    tasks.bring_in(import_id=sent.import_id, client_id=sent.client_id)


def test_a_list_is_taken_brought_in_behind_and_its_bad_rows_come_back_to_be_mended(union: Partner) -> None:
    answer = send(union, content())
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting"), answer.content
    bring_in()
    told = get(union, "members-2026").json()
    assert (told["state"], told["rows"], told["registered"], told["refused"]) == ("done", 3, 1, 2)
    assert {(each["column"], each["code"]) for each in told["found"] if each["kind"] == "problem"} == {
        ("sex", "REG-026"),
        ("household_area_code", "REG-012"),
    }
    assert all(each["cause"]["ur"] and each["remedy"]["en"] for each in told["found"])
    back = get(union, "members-2026/refused")
    assert back["Content-Type"] == "text/csv"
    rows = list(csv.DictReader(io.StringIO(b"".join(back.streaming_content).decode("utf-8-sig"))))
    assert [row["given_name"] for row in rows] == ["Zara", "Mina"]
    rows[0]["sex"], rows[1]["household_area_code"] = "female", "PK60301"
    out = io.StringIO(newline="")
    write = csv.DictWriter(out, list(rows[0]))
    write.writeheader()
    write.writerows(rows)
    assert send(union, out.getvalue().encode(), "members-2026-mended").status_code == 202
    bring_in("members-2026-mended")
    told = get(union, "members-2026-mended").json()
    assert (told["registered"], told["refused"], told["refused_rows"]) == (2, 0, False)
    assert get(union, "members-2026-mended/refused").json()["code"] == "API-011"
    with acting_as_system(reason="test"):
        (act, *_) = journal.list_acts(act="registration.file.rows_entered")
        assert len(selectors.search(text="Rani")) == 1
    assert act.reason == f"client:{union.code}"


def test_the_same_file_under_its_key_changes_nothing_and_one_cut_off_goes_on(union: Partner) -> None:
    first = send(union, content())
    again = send(union, content())
    assert (first.status_code, again.status_code) == (202, 200)
    with acting_as_system(reason="test"):
        assert FileImport.objects.count() == 1
    bring_in()
    assert send(union, content()).json()["registered"] == 1
    assert send(union, content("9,Hina,female,1990,head,PK60301,registration")).json()["code"] == "API-003"
    # The same rows in another file: each is known by the union's own key, and here already.
    assert send(union, content(*reversed(ROWS)), "other").status_code == 202
    bring_in("other")
    told = get(union, "other").json()
    assert (told["registered"], told["already"]) == (0, 1)


def test_a_workbook_comes_back_as_a_workbook(union: Partner) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [HEAD, *ROWS]:
        sheet.append(row.split(","))
    out = io.BytesIO()
    book.save(out)
    assert send(union, out.getvalue(), kind=XLSX).status_code == 202
    bring_in()
    back = get(union, "members-2026/refused")
    assert back["Content-Type"] == XLSX
    rows = openpyxl.load_workbook(io.BytesIO(b"".join(back.streaming_content))).active
    assert rows is not None and rows.max_row == 3


def test_headings_of_its_own_are_named_by_the_system_and_never_guessed(union: Partner) -> None:
    given = content(*ROWS, head="No,Name,Gender,DOB,Relation,Tehsil,Consent")
    assert send(union, given).json()["code"] == "API-009"
    assert send(union, given, columns="given_name,sex").json()["code"] == "API-010"
    assert send(union, given, columns=HEAD.replace("sex", "bogus")).json()["code"] == "REG-048"
    with acting_as_system(reason="test"):
        assert not FileImport.objects.exists() and not SentFile.objects.exists()
    assert send(union, given, columns=HEAD).status_code == 202


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [(b"%PDF-1.4", "text/csv", "REG-041"), (b"\n", "text/csv", "REG-040"), (b"{}", "application/json", "API-001")],
)
def test_what_is_no_list_is_refused_and_nothing_is_kept(given: bytes, kind: str, code: str, union: Partner) -> None:
    answer = send(union, given, kind=kind)
    assert answer.json()["code"] == code and answer.json()["cause"]["ur"]
    with acting_as_system(reason="test"):
        assert not FileImport.objects.exists()
    assert get(union, "members-2026").status_code == 404


def test_another_system_sees_nothing_of_it_and_each_address_asks_for_its_scope(union: Partner) -> None:
    send(union, content())
    other = Partner(scopes=BOTH, purposes=(), areas=("*",))
    assert get(other, "members-2026").json()["code"] == "API-004"
    assert send(other, content()).status_code == 202, "keys are each system's own"
    reader = Partner(scopes=("registrations.read",), purposes=())
    assert send(reader, content()).status_code == 403
    assert get(union, "template?kind=csv&language=ur").content.decode("utf-8-sig").startswith("گھرانے کی شناخت")


def test_rows_of_two_systems_are_known_apart_by_the_keys_they_give_them(union: Partner) -> None:
    """Member 1 of one union is not member 1 of another."""
    other = Partner(scopes=BOTH, purposes=(), areas=("*",))
    send(union, content(ROWS[0]))
    bring_in()
    send(other, content("1,Hina,female,1985,head,PK60301,registration"), "theirs")
    bring_in("theirs")
    assert get(other, "theirs").json()["registered"] == 1
    with acting_as_client(SentFile.objects.get(key="theirs").client):
        assert FileImport.objects.count() == 2
