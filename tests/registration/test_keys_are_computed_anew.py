"""After the rules about names have changed, what people are found by is computed anew."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from tests.cast.households import household

from mazdoor.database import bulk
from mazdoor.delivery.registration import services
from mazdoor.delivery.registration.looking import already_here
from mazdoor.delivery.registration.models import PersonKeys, PersonRecord
from mazdoor.delivery.registration.people import PersonAnswers
from mazdoor.delivery.registration.rekeying import Rekeyed, compute_keys_anew

pytestmark = pytest.mark.django_db

HERE = PersonAnswers(
    given_name="Farhan",
    surname="Butt",
    father_name="Mazhar",
    sex="male",
    birth_date=dt.date(1984, 3, 7),
    relationship="head",
)
IN_URDU = replace(HERE, given_name="", surname="", father_name="", given_name_ur="سبحان", surname_ur="خان",
                  father_name_ur="طلحہ", relationship="sibling", birth_date=dt.date(1990, 5, 9))  # fmt: skip


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("statistics_from", [bulk.ANALYSE_FROM, 1], ids=["a few", "as of a nation"])
def test_stale_sounds_and_keys_are_written_anew_and_only_they(
    statistics_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "ANALYSE_FROM", statistics_from)
    registered = services.register(
        answers=replace(household(), people=[HERE, IN_URDU], area_code="PK61801"),
        channel="web",
        idempotency_key="anew-1",
    )
    before = list(PersonKeys.objects.order_by("person_id").values())
    sounds = {record.id: record.name_sounds for record in PersonRecord.objects.all()}
    assert compute_keys_anew() == Rekeyed(len(sounds), 0, 0), (
        "fresh keys are what computing anew gives, in either script"
    )

    stale = registered.person_ids[0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registration_personrecord SET name_sounds = '{FRN}' WHERE person_id = %s", [stale])
        cursor.execute(
            "UPDATE registration_personkeys SET year_two_names = 1, born_father = 2, district_family = 3, "
            "year_own_names = 4, born_district = NULL WHERE person_id = %s",
            [stale],
        )
    assert not already_here(person=HERE, area_code="PK61801")
    assert compute_keys_anew(batch=1) == Rekeyed(len(sounds), 1, 1)
    assert [found.person_id for found in already_here(person=HERE, area_code="PK61801")] == [stale]
    assert list(PersonKeys.objects.order_by("person_id").values()) == before
    assert {record.id: record.name_sounds for record in PersonRecord.objects.all()} == sounds
