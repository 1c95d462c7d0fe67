"""A population comes in by bulk, once, whole, sealed, and as readable as what came by form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection

from mazdoor.database.keys import keyring
from mazdoor.delivery.contributions import services as contributions
from mazdoor.delivery.registration import loading, looking, selectors
from mazdoor.delivery.registration.models import Load, PersonRecord
from mazdoor.delivery.wages import services as wages
from mazdoor.kernel.identifiers import is_registry_number
from mazdoor.kernel.refusals import Refusal
from mazdoor.synth import generate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]

TABLES = [
    "registration_person",
    "registration_personrecord",
    "registration_household",
    "registration_member",
    "registration_family",
    "registration_business",
    "registration_employment",
    "registration_consent",
    "wages_wagerecord",
    "contributions_contribution",
]


@pytest.fixture(scope="session")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hundred workers with their households."""
    folder = tmp_path_factory.mktemp("population")
    generate(workers=200, seed=7, out=folder)
    return folder


def read(folder: Path, table: str) -> list[dict[str, Any]]:
    return [row for part in sorted((folder / table).glob("*.parquet")) for row in pq.read_table(part).to_pylist()]


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
        return found


def load(folder: Path) -> loading.Loaded:
    loaded = loading.load_population(folder=folder, source="test")
    wages.load_wage_records(folder=folder, source="test")
    contributions.load_contributions(folder=folder, source="test")
    return loaded


def test_everybody_in_the_file_is_on_the_register_and_twice_changes_nothing(population: Path) -> None:
    loaded = load(population)
    assert not loaded.already
    first = counts()
    assert first["registration_person"] == loaded.persons == len(read(population, "persons"))
    assert first["registration_employment"] == len(read(population, "employments"))
    assert first["wages_wagerecord"] == len(read(population, "wage_records"))
    assert first["contributions_contribution"] == len(read(population, "contributions"))
    assert load(population).already
    assert counts() == first


def test_a_load_that_was_cut_off_goes_on_where_it_was(population: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class CutError(Exception):
        pass

    def cut(*_: Any) -> None:
        raise CutError

    writers = dict(loading._WRITERS)
    monkeypatch.setattr(loading, "_WRITERS", {**writers, "businesses": cut})
    with pytest.raises(CutError):
        loading.load_population(folder=population, source="test")
    done = Load.objects.get().steps_done
    assert any(step.startswith("persons") for step in done)
    assert not any(step.startswith("businesses") for step in done)
    monkeypatch.setattr(loading, "_WRITERS", writers)
    loading.load_population(folder=population, source="test")
    assert counts()["registration_person"] == len(read(population, "persons"))


def test_a_loaded_person_is_held_like_one_who_came_by_form(population: Path) -> None:
    load(population)
    offset = Load.objects.get().person_offset
    person = next(row for row in read(population, "persons") if row["cnic"] and row["mobile"])
    record = PersonRecord.objects.get(person_id=person["person_no"] + offset)
    ring = keyring()
    assert ring.open(record.cnic_encrypted or b"", purpose="cnic") == person["cnic"]
    assert bytes(record.cnic_index or b"") == ring.cnic_indexes(person["cnic"]).whole
    shown = selectors.get_person(person_id=record.person_id)
    assert (shown["given_name"], shown["sex"], shown["birth_date"]) == (
        person["given_name"],
        person["sex"],
        person["birth_date"],
    )
    assert is_registry_number(shown["registry_number"])
    for text in (person["cnic"], person["given_name"], shown["registry_number"]):
        assert record.person_id in {found.person_id for found in selectors.search(text=text, limit=1000)}


def test_every_worker_s_job_carries_the_area_where_the_worker_lives(population: Path) -> None:
    load(population)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM registration.employment_now e JOIN registration.person_now p USING (person_id) "
            "WHERE e.area_code <> p.area_code"
        )
        assert cursor.fetchone()[0] == 0


def test_a_folder_that_is_no_population_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="REG-010"):
        loading.load_population(folder=tmp_path, source="nothing")


def test_who_came_in_bulk_is_found_at_the_door_by_the_same_keys(population: Path) -> None:
    load(population)
    question = "SELECT * FROM registration_personkeys ORDER BY person_id"
    with connection.cursor() as cursor:
        cursor.execute(question)
        loaded = cursor.fetchall()
        cursor.execute("UPDATE registration_personkeys SET born_district = 1, born_father = NULL")
        looking.refresh_keys(person_ids=[row[0] for row in loaded])
        cursor.execute(question)
        assert cursor.fetchall() == loaded
    assert len(loaded) == counts()["registration_person"]
