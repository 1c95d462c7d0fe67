"""What callers ask under load, made before anybody is measured: drafts and forms, persons, names and numbers."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from typing import Any

FIRST = ("Bushra", "Nasreen", "Zainab", "Shazia", "Rukhsana", "Aslam", "Akram", "Ghulam Nabi", "Yasmeen", "Parveen")
LAST = ("Bibi", "Khan", "Hussain", "Ahmed", "Begum", "Akhtar", "Masih", "Baloch", "Solangi", "Chaudhry")
AREAS = ("PK60301", "PK60302", "PK20101", "PK70101", "PK70102")
MOST_A_SECOND = 300
"""So many forms are ready for each second measured."""


def plan(wanted: Sequence[str], *, seconds: int, officers: int, district: str) -> dict[str, Any]:
    """Everything that the callers of ``wanted`` need."""
    chance = random.Random(time.time_ns())
    each = seconds * MOST_A_SECOND // officers
    made: dict[str, Any] = {"persons": _persons(""), "persons of a district": _persons(district)}
    made["sessions"] = [_session(f"bench{number}") for number in range(officers)]
    made["sessions of a district"] = [_session(f"district{number}") for number in range(officers)]
    if "wizard" in wanted:
        made["drafts"] = _drafts(chance, each, officers)
    if "rest" in wanted:
        made["forms"] = [[json.dumps(_form(chance)) for _ in range(each)] for _ in range(officers)]
        made["client"] = _client()
    made["sought"] = _sought("")
    made["sought in a district"] = _sought(district)
    return made


def _session(username: str) -> str:
    """The key of a session as signing in leaves it: signing in itself (it hashes a password for long) is not measured."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from mazdoor.access.selectors import find_officer

    officer = find_officer(username=username)
    assert officer is not None
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(officer.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _drafts(chance: random.Random, count: int, officers: int) -> list[list[int]]:
    """Filled drafts, so many for each officer."""
    from mazdoor.access.selectors import find_officer
    from mazdoor.access.services import acting_as
    from mazdoor.delivery.registration import drafts

    made = []
    for number in range(officers):
        officer = find_officer(username=f"bench{number}")
        assert officer is not None
        with acting_as(officer_id=officer.pk):
            made.append([drafts.begin_draft(form=_form(chance)).draft_id for _ in range(count)])
    return made


def _client() -> dict[str, str]:
    """A system that may register, with a new secret."""
    from mazdoor.access.services import acting_as_system
    from mazdoor.interfaces.clients import services

    with acting_as_system(reason="benchmark"):
        code = f"bench-{time.time_ns()}"
        given = services.add_client(
            code=code, name="Benchmark", scopes=["registrations.write"], areas=["*"], must_sign=False,
            requests_per_minute=1_000_000,
        )  # fmt: skip
    return {"code": code, "secret": given.secret}


def _persons(area: str) -> list[int]:
    return [row[0] for row in _sample("p.id", area, 20_000)]


def _sought(area: str) -> dict[str, list[str]]:
    """What officers write into the search box: names and numbers of people who are there."""
    from mazdoor.database.keys import keyring

    ring = keyring()
    columns = "r.given_name, r.surname, r.given_name_ur, r.surname_ur, r.cnic_encrypted, r.mobile_encrypted"
    rows = _sample(columns, area, 3_000)
    return {
        "English name": [f"{given} {surname}" for given, surname, *_ in rows if given and surname],
        "Urdu name": [f"{given} {surname}" for _, _, given, surname, *_ in rows if given and surname],
        "CNIC": [ring.open(cnic, purpose="cnic") for *_, cnic, _ in rows if cnic],
        "mobile": [ring.open(mobile, purpose="mobile") for *_, mobile in rows if mobile],
    }


def _sample(columns: str, area: str, most: int) -> list[tuple[Any, ...]]:
    from django.db import connection

    from mazdoor.access.services import acting_as_system

    with acting_as_system(reason="benchmark"), connection.cursor() as cursor:
        sampled = "" if area else "TABLESAMPLE SYSTEM (3)"
        cursor.execute(
            f"SELECT {columns} FROM registration_person p {sampled} JOIN registration_personrecord r ON r.person_id = p.id"
            " WHERE r.valid_to IS NULL AND r.recorded_to IS NULL AND starts_with(r.area_code, %s) LIMIT %s",
            [area, most],
        )
        return list(cursor.fetchall())


def _form(chance: random.Random) -> dict[str, Any]:
    """One invented worker with household and job."""
    return {
        "household": {
            "area_code": chance.choice(AREAS), "address": f"House {chance.randint(1, 999)}", "urban": "no",
            "rooms": str(chance.randint(1, 5)), "roof": "iron", "toilet": "flush", "water": "pump",
        },
        "people": [
            {
                "given_name": chance.choice(FIRST) + chance.choice(("", "a", "an", "een")), "surname": chance.choice(LAST),
                "father_name": f"{chance.choice(FIRST)} {chance.choice(LAST)}", "sex": "female",
                "birth_date": f"{chance.randint(1960, 2005)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
                "marital_status": "married", "cnic": f"0{chance.randint(0, 10**11 - 1):011d}{chance.choice('2468')}",
                "mobile": f"03{chance.randint(0, 999_999_999):09d}", "relationship": "head",
                "employments": [
                    {
                        "status": "employee", "category": "home_based", "occupation": "7318", "industry": "1312",
                        "started_on": "2022", "employer_kind": "business", "pay_period": "month",
                        "pay_amount": str(chance.randint(8, 60) * 1000), "days_per_month": "24",
                        "business": {"name": "Noor Looms", "premises": "home", "persons_engaged": "6"},
                    }
                ],
            }
        ],
        "consent": {"consents": ["registration", "verification", "programmes"]},
    }  # fmt: skip
