"""The register is frozen under pseudonyms, rules are applied to what was frozen, and an altered snapshot is refused."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
import stat
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from tests.cast.households import household, registered

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.assessment import services
from mazdoor.delivery.assessment.models import Assessment, AssessmentRun, Snapshot
from mazdoor.delivery.assessment.snapshots import run_folder, snapshot_folder
from mazdoor.delivery.deduplication.services import merge
from mazdoor.delivery.registration.services import register
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db(transaction=True)  # DuckDB reads what is committed

DAY = dt.date(2020, 5, 1)


@pytest.fixture
def snapshot() -> Iterator[Snapshot]:
    """Two people of Lahore, one family, frozen. The database is made anew for each test, so its files go too."""
    shutil.rmtree(snapshot_folder(1).parent, ignore_errors=True)
    with acting_as_system(reason="test"):
        registered()
    yield services.take_snapshot(as_of=DAY)
    shutil.rmtree(snapshot_folder(1).parent)


def people_of(snapshot: Snapshot) -> set[str]:
    """The pseudonyms of its people."""
    path = snapshot_folder(snapshot.pk) / "persons.parquet"
    return {row[0] for row in duckdb.sql(f"SELECT person_id FROM read_parquet('{path}')").fetchall()}


def test_a_snapshot_is_closed_to_others_and_holds_pseudonyms_of_its_own(snapshot: Snapshot) -> None:
    folder = snapshot_folder(snapshot.pk)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (folder.parent, folder)] == [0o700, 0o700]
    again = services.take_snapshot(as_of=DAY)
    assert len(people_of(snapshot)) == len(people_of(again)) == 2
    assert people_of(snapshot) & people_of(again) == set()  # two snapshots cannot be joined


def test_whoever_stands_for_the_head_of_a_household_heads_it_in_a_snapshot(
    snapshot: Snapshot, officer: Callable[..., Any]
) -> None:
    with acting_as_system(reason="test"):
        family = household(head={"cnic": "01234-7654321-2", "mobile": "0300 7654321"})
        again = dataclasses.replace(family.people[1], given_name="Bushrah", sex="female", relationship="other", cnic="")
        with_her_twice = dataclasses.replace(family, people=(*family.people, again))
        (mother, _, record) = register(answers=with_her_twice, channel="web", idempotency_key="twice").person_ids
    with acting_as(officer_id=officer(desk="verifier").pk):
        merge(person_a_id=mother, person_b_id=record, keep_person_id=record, reason="one card")
    path = snapshot_folder(services.take_snapshot(as_of=DAY).pk) / "persons.parquet"
    found = duckdb.sql(
        f"""SELECT sex, family_role FROM read_parquet('{path}')
            WHERE household_id = (SELECT household_id FROM read_parquet('{path}') WHERE sex = 'female' AND birth_date >
                                  (SELECT min(birth_date) FROM read_parquet('{path}'))) ORDER BY 1"""
    ).fetchall()
    assert found == [("female", "head"), ("male", "child")]  # of two singles a man would lead


def test_the_same_rules_on_the_same_snapshot_give_the_run_that_is_there(snapshot: Snapshot) -> None:
    first = services.assess(snapshot_id=snapshot.pk, programme_code="emergency_cash", at=DAY)
    again = services.assess(snapshot_id=snapshot.pk, programme_code="emergency_cash", at=DAY)
    assert again.pk == first.pk
    with acting_as_system(reason="test"):
        (found,) = Assessment.objects.filter(run_id=first.pk)  # one family
    assert first.counts["units"] == 1
    assert found.eligible is not True and found.deciding_clause  # nobody has confirmed who they are
    assert found.pseudonym not in people_of(snapshot)  # the family's, not the head's


def test_a_snapshot_somebody_altered_is_refused_and_nothing_is_recorded(snapshot: Snapshot) -> None:
    path = snapshot_folder(snapshot.pk) / "persons.parquet"
    rows = duckdb.sql(f"SELECT * REPLACE ('female' AS sex) FROM read_parquet('{path}')").to_arrow_table()
    duckdb.from_arrow(rows).write_parquet(str(path))
    with pytest.raises(Refusal, match="ASM-002"):
        services.assess(snapshot_id=snapshot.pk, programme_code="emergency_cash", at=DAY)
    assert not AssessmentRun.objects.exists()


def test_an_unfinished_snapshot_and_an_unknown_programme_are_refused(snapshot: Snapshot) -> None:
    unfinished = Snapshot.objects.create(as_of=DAY)
    with pytest.raises(Refusal, match="ASM-001"):
        services.assess(snapshot_id=unfinished.pk, programme_code="emergency_cash", at=DAY)
    with pytest.raises(Refusal, match="ASM-003"):
        services.assess(snapshot_id=snapshot.pk, programme_code="free_money", at=DAY)


def test_files_of_a_database_that_was_reset_are_kept_aside(snapshot: Snapshot) -> None:
    left = snapshot_folder(snapshot.pk + 1)
    left.mkdir()
    (left / "persons.parquet").write_bytes(b"of another database")
    again = services.take_snapshot(as_of=DAY)
    assert snapshot_folder(again.pk) == left and len(people_of(again)) == 2
    (aside,) = left.parent.glob(f"{left.name}.before-*")
    assert (aside / "persons.parquet").read_bytes() == b"of another database"


def test_a_large_register_is_cut_into_buckets_and_says_the_same(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_folder(snapshot.pk) == snapshot_folder(snapshot.pk)  # two people need no buckets
    monkeypatch.setattr("mazdoor.rules.buckets.ROWS_A_BUCKET", 2)
    large = services.take_snapshot(as_of=DAY)
    folder = run_folder(large.pk)
    assert folder == snapshot_folder(large.pk) / "buckets" and len(list(folder.glob("bucket-*"))) > 1
    services.verify_snapshot(large)
    whole = services.assess(snapshot_id=snapshot.pk, programme_code="emergency_cash", at=DAY)
    cut = services.assess(snapshot_id=large.pk, programme_code="emergency_cash", at=DAY)
    assert whole.counts == cut.counts
    with acting_as_system(reason="test"):
        found = [
            Assessment.objects.filter(run_id=run.pk).values_list("eligible", "amount", "deciding_clause")
            for run in (whole, cut)
        ]
        assert list(found[0]) == list(found[1]) and len(found[0]) == 1
    filled = next(
        each for each in sorted(folder.glob("bucket-*/persons.parquet")) if len(duckdb.read_parquet(str(each))) > 0
    )
    duckdb.sql(f"COPY (FROM read_parquet('{filled}') WHERE false) TO '{filled}.other' (FORMAT parquet)")
    filled.with_name(filled.name + ".other").replace(filled)
    with pytest.raises(Refusal, match="ASM-002"):
        services.verify_snapshot(large)
