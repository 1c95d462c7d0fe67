"""Every door registers the same household to the same record: one test through all six.

Every row of every table of registration is compared: people, keys at the door, household, members, families, work,
businesses, premises, consent. What may differ is named below, each with its why; anything else that differs is a defect.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connection, transaction
from tests.acceptance import doors
from tests.cast.forms import form
from tests.web.conftest import SignIn
from tests.worker.conftest import Telephone

from mazdoor.access.services import acting_as_system
from mazdoor.database.keys import keyring
from mazdoor.reference import selectors as reference
from mazdoor.reference import services as reference_services

pytestmark = pytest.mark.django_db

Rows = list[dict[str, Any]]

CHANNELS: Final = {
    "the officer's wizard": "web",
    "the worker's own pages": "worker",
    "a file of comma-separated values": "file",
    "a workbook": "file",
    "a device in the field": "device",
    "another system": "api",
    "a message": "web",
}
"""Door → the channel its form and receipts name. A message is only where it begins: an officer registers."""

THE_DOORS_OWN: Final = {
    "draft": "an officer's unfinished form, gone once registered",
    "interest": "a request by SMS, closed once registered",
    "incomingmessage": "the SMS itself, known by its number",
    "fileimport": "the file, its columns and counts",
    "consentnotice": "the words agreed to, kept once for each version of the questionnaire",
}
"""Tables that are about how the household came, not about the household."""

THE_DOORS_OWN_COLUMNS: Final = {
    ("form", "channel"): "the door; held against CHANNELS apart",
    ("consent", "channel"): "the same, on the receipt",
    ("form", "officer_id"): "who took the form: an officer, or nobody where workers and programs come themselves",
    ("form", "idempotency_key"): "the door's own name for the form",
    ("consent", "receipt_id"): "drawn at random",
    ("person", "registry_number"): "follows from the id",
}
"""Columns that may differ from door to door."""

ANCHORS: Final = ("form", "person", "household", "family", "business", "employment")
POINTS_TO: Final = {f"{anchor}_id": anchor for anchor in ANCHORS} | {
    "owner_id": "person",
    "employer_household_id": "household",
}
PURPOSES: Final = {"permanent_address": "address", "account": "account_claim"}


def the_record() -> dict[str, Rows]:
    """Every row of registration: ids as places in their table, seals opened, no times."""
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_name LIKE 'registration\\_%' ORDER BY 1"
        )
        found: dict[str, Rows] = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            names = [column[0] for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            if rows:
                found[table.removeprefix("registration_")] = rows
    places = {
        anchor: {row["id"]: f"{anchor} {place}" for place, row in enumerate(found.get(anchor, []), 1)}
        for anchor in ANCHORS
    }
    return {
        table: sorted((_normal(table, row, places) for row in rows), key=repr)
        for table, rows in found.items()
        if table not in THE_DOORS_OWN
    }


def _normal(table: str, row: dict[str, Any], places: dict[str, dict[int, str]]) -> dict[str, Any]:
    normal: dict[str, Any] = {}
    for name, value in row.items():
        if (table, name) in THE_DOORS_OWN_COLUMNS:
            continue
        if name in ("recorded_from", "recorded_to") or name.endswith("_at"):
            normal[name] = value is not None
        elif name == "id":
            normal[name] = places.get(table, {}).get(value)
        elif name in POINTS_TO:
            normal[name] = None if value is None else places[POINTS_TO[name]][value]
        elif name.endswith("_encrypted") and value is not None:
            kind = name.removesuffix("_encrypted")
            normal[name] = keyring().open(bytes(value), purpose=PURPOSES.get(kind, kind))
        else:
            normal[name] = bytes(value) if isinstance(value, memoryview) else value
    return normal


def channels() -> set[str]:
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute("SELECT channel FROM registration_form UNION SELECT channel FROM registration_consent")
        return {row[0] for row in cursor.fetchall()}


def test_every_door_registers_the_same_household_to_the_same_record(
    at_desk: SignIn,
    officer: Callable[..., Any],
    telephone: Callable[..., Telephone],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MAZDOOR_SMS_SECRET", doors.SECRET)
    reference.forget()
    with acting_as_system(reason="test"):
        if reference.find_area("PK618") is None:
            reference_services.load()
    desk = at_desk("registrar", areas=["PK6"])
    fatima = officer(desk="registrar", areas=["PK6"]).pk
    walks: dict[str, Callable[[], None]] = {
        "the officer's wizard": lambda: doors.by_wizard(desk),
        "the worker's own pages": lambda: doors.by_telephone(telephone),
        "a file of comma-separated values": lambda: doors.by_csv(tmp_path),
        "a workbook": lambda: doors.by_workbook(fatima),
        "a device in the field": lambda: doors.by_device(fatima),
        "another system": doors.by_system,
        "a message": lambda: doors.by_message(desk),
    }
    records: dict[str, dict[str, Rows]] = {}
    for door, walk in walks.items():
        with transaction.atomic():
            walk()
            records[door] = the_record()
            assert channels() == {CHANNELS[door]}, door
            transaction.set_rollback(True)
    record = records["the officer's wizard"]
    assert {table: len(rows) for table, rows in record.items()} == {
        "form": 1, "household": 1, "householdrecord": 1, "family": 1, "person": 2, "personrecord": 2, "personkeys": 2,
        "member": 2, "employment": 1, "employmentrecord": 1, "business": 1, "businessrecord": 1, "premises": 1,
        "consent": 2,
    }  # fmt: skip
    razia = next(row for row in record["personrecord"] if row["given_name"] == "Razia")
    assert (razia["cnic_encrypted"], razia["mobile_encrypted"]) == ("0123412345672", doors.MOBILE), "seals are opened"
    _are_the_same(records)


def test_the_doors_that_ask_everything_take_everything_alike(
    at_desk: SignIn, officer: Callable[..., Any], tmp_path: Path
) -> None:
    """Dwelling, disability, schooling, origin, account, two works, a second family, two other
    businesses: what a worker is not asked alone."""
    reference.forget()
    with acting_as_system(reason="test"):
        if reference.find_area("PK618") is None:
            reference_services.load()
    whole = form(
        people0__family="1",
        people0__employments1={
            "status": "own_account", "category": "street_vendor", "occupation": "9520", "industry": "4789",
            "started_on": "2019-05-01", "employer_kind": "none", "pay_period": "month", "pay_amount": "9000",
            "work_area_code": "PK603",
            "business": {"premises": "stall", "persons_engaged": "1", "tax_registered": "yes", "tax_number": "0123456-7"},
        },
        people1__family="1",
        people2={
            "given_name": "Sakina", "surname": "Mai", "sex": "female", "birth_date": "1950", "relationship": "parent",
            "family": "2", "husband_name": "Allah Bakhsh", "marital_status": "widowed",
        },
        businesses0={
            "owner": "1", "name": "Bismillah Tailors", "activity": "1410", "premises": "shop", "persons_engaged": "3",
            "owner_kind": "household", "keeps_accounts": "no", "tax_registered": "no", "eobi_registered": "no",
            "social_security_registered": "no", "sells_on_the_market": "yes", "set_up_on": "2018",
        },
        businesses1={
            "owner": "3", "name": "Sakina Pickles", "activity": "1030", "premises": "home", "area_code": "PK603",
            "persons_engaged": "1",
        },
    )  # fmt: skip
    desk = at_desk("registrar", areas=["PK6"])
    fatima = officer(desk="registrar", areas=["PK6"]).pk
    walks: dict[str, Callable[[], None]] = {
        "the officer's wizard": lambda: doors.by_wizard(desk, whole),
        "a file of comma-separated values": lambda: doors.by_csv(tmp_path, whole),
        "a device in the field": lambda: doors.by_device(fatima, whole),
        "another system": lambda: doors.by_system(whole),
    }
    records = {door: _record_of(walk) for door, walk in walks.items()}
    counts = {table: len(rows) for table, rows in records["the officer's wizard"].items()}
    assert (counts["person"], counts["family"], counts["employment"], counts["businessrecord"]) == (3, 2, 2, 4)
    _are_the_same(records)


def test_a_difference_between_doors_is_told() -> None:
    rows = {"person": [{"name": "Razia"}]}
    for other in ({"person": [{"name": "Rabia"}]}, {"person": []}, {**rows, "consent": [{"channel": "web"}]}):
        with pytest.raises(AssertionError, match="the second"):
            _are_the_same({"the first": rows, "the second": other})


def _record_of(walk: Callable[[], None]) -> dict[str, Rows]:
    with transaction.atomic():
        walk()
        found = the_record()
        transaction.set_rollback(True)
    return found


def _are_the_same(records: dict[str, dict[str, Rows]]) -> None:
    first, record = next(iter(records.items()))
    for door, other in records.items():
        told = {
            (table, place, name): (one.get(name), two.get(name))
            for table in {*record, *other}
            for place, (one, two) in enumerate(_pairs(record.get(table, []), other.get(table, [])))
            for name in {*one, *two}
            if one.get(name) != two.get(name)
        }
        assert told == {}, f"{door} registers something else than {first}"


def _pairs(one: Rows, two: Rows) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    longest = max(len(one), len(two))
    return [(one[n] if n < len(one) else {}, two[n] if n < len(two) else {}) for n in range(longest)]
