"""A filled form as a device sends it: Bushra's household, in the XML of the form that this server gives out."""

from __future__ import annotations

import uuid
from typing import Any
from xml.sax.saxutils import escape

import httpx

FORM_ID = "mazdoor:registration"
LAYYAH = "PK61803"

HOUSEHOLD: dict[str, Any] = {
    "household": {
        "area_code_province": "PK6",
        "area_code_district": "PK618",
        "area_code": LAYYAH,
        "address": "گلی نمبر 4",
        "urban": "yes",
        "rooms": "2",
    },
    "people": [
        {
            "given_name": "Bushra",
            "surname": "Bibi",
            "given_name_ur": "بشریٰ",
            "surname_ur": "بی بی",
            "sex": "female",
            "birth_date_known": "year",
            "birth_date_year": "1987",
            "marital_status": "widowed",
            "relationship": "head",
            "cnic": "01234-1234567-2",
            "employments_any": "yes",
            "employments": [
                {
                    "status": "employee",
                    "category": "home_based",
                    "occupation": "7318",
                    "industry": "1312",
                    "started_on_known": "year",
                    "started_on_year": "2022",
                    "employer_kind": "business",
                    "pay_period": "piece",
                    "pay_amount": "45.50",
                    "days_per_month": "24",
                    "business": {"name": "Noor Looms", "premises": "home", "persons_engaged": "6"},
                }
            ],
        },
        {
            "given_name": "Ali",
            "surname": "Raza",
            "sex": "male",
            "birth_date_known": "day",
            "birth_date": "2015-05-01",
            "relationship": "child",
            "employments_any": "no",
        },
    ],
    "consent": {"consents": "registration programmes"},
}


def with_answers(**head: str) -> dict[str, Any]:
    """The household with other answers of its head; an empty one is left out."""
    people = [{**HOUSEHOLD["people"][0], **head}, HOUSEHOLD["people"][1]]
    return {**HOUSEHOLD, "people": people}


def new_id() -> str:
    """A number for a form."""
    return f"uuid:{uuid.uuid4()}"


def xml(
    version: str, instance_id: str, answers: dict[str, Any] = HOUSEHOLD, *, deprecated: str = "", **root: str
) -> bytes:
    """The form as XML."""
    meta = f"<orx:instanceID>{instance_id}</orx:instanceID>" if instance_id else ""
    meta += f"<orx:deprecatedID>{deprecated}</orx:deprecatedID>" if deprecated else ""
    form_id = root.get("form_id", FORM_ID)
    return (
        f'<?xml version=\'1.0\' ?><data id="{form_id}" version="{version}" xmlns:orx="http://openrosa.org/xforms">'
        f"<deviceid>collect:tablet7</deviceid>{_written(answers)}<orx:meta>{meta}</orx:meta></data>"
    ).encode()


def _written(answers: Any) -> str:
    told = ""
    for name, value in answers.items():
        for one in value if isinstance(value, list) else [value]:
            told += f"<{name}>{_written(one) if isinstance(one, dict) else escape(one)}</{name}>"
    return told


def current_version(client: httpx.Client) -> str:
    """The version of the form this server gives out."""
    text = client.get("/openrosa/formList").raise_for_status().text
    return text.partition("<version>")[2].partition("</version>")[0]


def post(client: httpx.Client, content: bytes, *files: tuple[str, bytes], **more: Any) -> httpx.Response:
    """POST as ODK Collect does: the form first, then its files, each under its own name."""
    parts: list[tuple[str, Any]] = [("xml_submission_file", ("form.xml", content, "text/xml"))]
    parts += [(name, (name, data, "image/jpeg")) for name, data in files]
    return client.post("/openrosa/submission?deviceID=collect%3Atablet7", files=parts, **more)
