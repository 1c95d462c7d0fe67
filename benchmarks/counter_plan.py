"""What callers ask under load, made before anybody is measured: drafts and forms, persons, names and numbers."""

from __future__ import annotations

import json
import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

NAMES = os.environ.get("NAMES", "borne")
"""``borne``: people as they are over the whole country (`mazdoor.synth`, of another seed than the register's), each name as
often as it is borne. ``ten``: ten names, ten surnames and five tehsils, where nearly everybody is like somebody."""
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
        made["drafts"] = _drafts(_forms(chance, each * officers), each, officers)
    if "rest" in wanted:
        forms = _forms(chance, each * officers)
        made["forms"] = [[json.dumps(next(forms)) for _ in range(each)] for _ in range(officers)]
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


def _drafts(forms: Iterator[dict[str, Any]], count: int, officers: int) -> list[list[tuple[int, str]]]:
    """Filled drafts, so many for each officer, and whom the page before the last submit showed."""
    from mazdoor.access.selectors import find_officer
    from mazdoor.access.services import acting_as
    from mazdoor.delivery.registration import drafts
    from mazdoor.web.registry.wizard.check import checked_form, find_likely

    def begun() -> tuple[int, str]:
        draft = drafts.begin_draft(form=next(forms))
        likely = find_likely(checked_form(draft))
        return draft.draft_id, " ".join(found.mark for each in likely for found in each["likely"])

    made = []
    for number in range(officers):
        officer = find_officer(username=f"bench{number}")
        assert officer is not None
        with acting_as(officer_id=officer.pk):
            made.append([begun() for _ in range(count)])
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


def _forms(chance: random.Random, count: int) -> Iterator[dict[str, Any]]:
    """So many invented workers, each with household and job."""
    if NAMES == "ten":
        yield from (_form(chance) for _ in range(count))
        return
    rows = _heads(chance, count)
    for row in rows:
        form, born = _form(chance), row.pop("birth_date").isoformat()
        form["household"] |= {"area_code": row.pop("area_code")}
        form["people"][0] |= {"birth_date": born, **{name: value for name, value in row.items() if value}}
        yield form


def _heads(chance: random.Random, count: int) -> list[dict[str, Any]]:
    """Grown heads of households of a population nobody has registered."""
    import duckdb

    from mazdoor.synth import generate

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "people"
        generate(workers=4 * count, seed=chance.randrange(2**31), out=folder)
        found = duckdb.sql(
            "SELECT p.given_name, p.surname, p.father_name, p.given_name_ur, p.surname_ur, p.father_name_ur, p.sex, "
            "p.birth_date, p.marital_status, h.area_code "
            f"FROM '{folder}/persons/*.parquet' p JOIN '{folder}/households/*.parquet' h USING (household_no) "
            "WHERE p.relationship = 'head' AND p.birth_date BETWEEN '1940-01-01' AND '2005-12-31' AND p.died_on IS NULL "
            f"ORDER BY hash(p.person_no) LIMIT {count}"
        )
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    assert len(rows) == count, f"{len(rows)} heads where {count} are needed"
    return rows


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
