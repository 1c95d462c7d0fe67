"""Forms as devices send them: registered once, kept where they fail, with their files over several requests."""

from __future__ import annotations

import httpx
import pytest
from tests.openrosa import filling
from tests.openrosa.conftest import Field

STATES = "SELECT state FROM openrosa_submission WHERE instance_id = %s ORDER BY id"


@pytest.fixture
def client(field: Field) -> httpx.Client:
    return field.client()


@pytest.fixture
def version(client: httpx.Client) -> str:
    return filling.current_version(client)


def test_a_household_filled_on_a_device_is_registered_and_the_device_hears_201(
    field: Field, client: httpx.Client, version: str
) -> None:
    number = filling.new_id()
    answer = filling.post(client, filling.xml(version, number))
    assert answer.status_code == 201, answer.text
    assert "<OpenRosaResponse" in answer.text and "Registered:" in answer.text
    assert field.rows(STATES, number) == [("registered",)]
    rows = field.rows(
        "SELECT r.given_name_ur, r.birth_date::text, r.birth_date_precision, r.area_code FROM registration_form f"
        " JOIN registration_person p ON p.form_id = f.id JOIN registration_personrecord r ON r.person_id = p.id"
        " WHERE f.idempotency_key = %s AND f.channel = 'device' ORDER BY p.id",
        f"openrosa:{number}",
    )
    assert rows[0] == ("بشریٰ", "1987-01-01", "year", filling.LAYYAH)
    assert len(rows) == 2


def test_the_same_form_sent_again_is_one_registration(field: Field, client: httpx.Client, version: str) -> None:
    number = filling.new_id()
    content = filling.xml(version, number)
    first, second = (filling.post(client, content) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.text == second.text
    key = f"openrosa:{number}"
    assert field.rows("SELECT count(*) FROM registration_form WHERE idempotency_key = %s", key) == [(1,)]
    assert field.rows(STATES, number) == [("registered",)]


def test_a_form_that_fails_is_kept_sealed_and_the_device_hears_202_in_its_language(field: Field, version: str) -> None:
    number = filling.new_id()
    with field.client(headers={"Accept-Language": "ur-PK,ur;q=0.9"}) as client:
        answer = filling.post(client, filling.xml(version, number, filling.with_answers(relationship="child")))
    assert answer.status_code == 202
    assert answer.headers["Content-Language"] == "ur"
    assert "موصول ہوا" in answer.text
    ((state, problems, sealed),) = field.rows(
        "SELECT state, problems, xml_encrypted FROM openrosa_submission WHERE instance_id = %s", number
    )
    assert state == "waiting"
    assert [problem["code"] for problem in problems if not problem["warning"]]
    assert "بشریٰ".encode() not in bytes(sealed) and b"Bushra" not in bytes(sealed)
    assert "بشریٰ" not in str(problems) and "Bushra" not in str(problems)


def test_a_form_of_another_area_is_kept_for_the_office_of_that_area(field: Field, version: str) -> None:
    number = filling.new_id()
    with field.client("device-sindhi") as client:
        answer = filling.post(client, filling.xml(version, number))
    assert answer.status_code == 202
    ((state, area, problems),) = field.rows(
        "SELECT state, area_code, problems FROM openrosa_submission WHERE instance_id = %s", number
    )
    assert (state, area) == ("waiting", filling.LAYYAH)
    assert problems[0]["code"] == "REG-012"


def test_a_form_of_a_version_never_given_out_is_kept_and_explained(field: Field, client: httpx.Client) -> None:
    number = filling.new_id()
    answer = filling.post(client, filling.xml("of somebody else", number))
    assert answer.status_code == 202
    assert "never gave out (of somebody else)" in answer.text
    assert field.rows(STATES, number) == [("waiting",)]


def test_a_form_of_an_older_version_of_ours_is_registered(field: Field, client: httpx.Client, version: str) -> None:
    field.change(
        "INSERT INTO openrosa_formversion (form_id, version, title, xml, media)"
        " VALUES (%s, 'last-year', '{\"en\": \"Old\", \"ur\": \"پرانا\"}', '<old/>', '{}') ON CONFLICT DO NOTHING",
        filling.FORM_ID,
    )
    assert filling.post(client, filling.xml("last-year", filling.new_id())).status_code == 201


def test_other_answers_under_the_same_number_are_kept_beside_the_first(
    field: Field, client: httpx.Client, version: str
) -> None:
    number = filling.new_id()
    assert filling.post(client, filling.xml(version, number)).status_code == 201
    answer = filling.post(client, filling.xml(version, number, filling.with_answers(given_name="Nasreen")))
    assert answer.status_code == 202
    assert field.rows(STATES, number) == [("registered",), ("waiting",)]


def test_a_corrected_form_takes_the_place_of_one_that_waits(field: Field, client: httpx.Client, version: str) -> None:
    wrong, right = filling.new_id(), filling.new_id()
    assert filling.post(client, filling.xml(version, wrong, filling.with_answers(sex="unknown"))).status_code == 202
    assert filling.post(client, filling.xml(version, right, deprecated=wrong)).status_code == 201
    assert field.rows(STATES, wrong) == [("replaced",)]
    later = filling.post(client, filling.xml(version, filling.new_id(), deprecated=right))
    assert later.status_code == 202 and "already registered" in later.text


def test_files_of_one_form_come_over_several_requests_and_are_kept_with_the_people(
    field: Field, client: httpx.Client, version: str
) -> None:
    number = filling.new_id()
    content = filling.xml(version, number, filling.with_answers(photo="1.jpg", identity_document="2.jpg"))
    first = filling.post(client, content, ("1.jpg", picture("red")))
    assert first.status_code == 202 and "may follow" in first.text
    assert field.rows(STATES, number) == [("received",)]
    names = field.rows("SELECT name_encrypted, content_encrypted FROM openrosa_submissionfile f"
                       " JOIN openrosa_submission s ON s.id = f.submission_id WHERE instance_id = %s", number)  # fmt: skip
    assert len(names) == 1 and b"1.jpg" not in bytes(names[0][0]) and b"JFIF" not in bytes(names[0][1])
    second = filling.post(client, content, ("2.jpg", picture("blue")))
    assert second.status_code == 201
    kinds = field.rows(
        "SELECT a.kind, a.person_id IS NOT NULL FROM registration_attachment a"
        " JOIN registration_form f ON f.id = a.form_id WHERE f.idempotency_key = %s ORDER BY a.kind",
        f"openrosa:{number}",
    )
    assert kinds == [("identity_document", True), ("photo", True)]
    assert filling.post(client, content, ("2.jpg", picture("blue"))).status_code == 201


def test_a_file_that_is_no_picture_does_not_hold_the_household_up(
    field: Field, client: httpx.Client, version: str
) -> None:
    number = filling.new_id()
    content = filling.xml(version, number, filling.with_answers(photo="x.jpg"))
    answer = filling.post(client, content, ("x.jpg", b"MZ this is a program"))
    assert answer.status_code == 201
    ((problems,),) = field.rows("SELECT problems FROM openrosa_submission WHERE instance_id = %s", number)
    assert [problem["code"] for problem in problems if problem["code"] == "ODK-013"] == ["ODK-013"]


def picture(colour: str) -> bytes:
    """A small JPEG."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(out, "JPEG")
    return out.getvalue()
