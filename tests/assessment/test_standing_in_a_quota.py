"""The places of a quota, end to end: ranked over a whole run, recounted by the slow engine, enrolled in that order."""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.cast.households import registered
from tests.enrolment.test_merges_and_pauses import confirm

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.assessment import selectors, services
from mazdoor.delivery.assessment.models import Assessment, AssessmentRun
from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.delivery.assessment.snapshots import results_of, snapshot_folder
from mazdoor.delivery.assessment.standing import recount, standing_file
from mazdoor.delivery.enrolment import services as enrolment
from mazdoor.delivery.enrolment.amounts import ReferenceAmounts
from mazdoor.delivery.enrolment.models import Enrolment
from mazdoor.delivery.registration import services as registration
from mazdoor.delivery.registration.models import HouseholdRecord
from mazdoor.delivery.verification.models import WealthProfile
from mazdoor.kernel.refusals import Refusal
from mazdoor.rules import Result, apply_quota, load_policies
from mazdoor.rules.installed import installed_policies, policy_folder

DAY = dt.date(2020, 5, 1)
KNOWN = dt.datetime(2020, 5, 1, tzinfo=dt.UTC)
PLACES = 2


@pytest.fixture
def few_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The law in force with two places in each category and province."""
    folder = tmp_path / "law"
    shutil.copytree(policy_folder(), folder)
    path = folder / "emergency_cash" / "parameters.yaml"
    text, changed = re.subn(
        r"(\{key: \[II+, PK\d\], from: [\d-]+, value:) \d+", rf"\1 {PLACES}", path.read_text("utf-8")
    )
    assert changed == 10
    path.write_text(text, "utf-8")
    monkeypatch.setenv("MAZDOOR_POLICY", str(folder))
    installed_policies.cache_clear()
    yield
    installed_policies.cache_clear()


@pytest.fixture
def run(few_places: None, transactional_db: None) -> Iterator[AssessmentRun]:
    """Four families of Lahore in category II: the scores 30, 10, 20 and 20."""
    shutil.rmtree(snapshot_folder(1).parent, ignore_errors=True)
    with acting_as_system(reason="test"):
        for number, score in enumerate((30, 10, 20, 20)):
            person = registered(key=f"form-{number}", head={"cnic": f"01234-123456{number}-1"}).person_ids[0]
            confirm(person)
            WealthProfile.objects.create(
                person_id=person,
                **dict.fromkeys(
                    (
                        "foreign_travel",
                        "passport_executive_fee",
                        "cnic_executive_fee",
                        "vehicle",
                        "property",
                        "government_employee",
                        "income_taxpayer",
                        "other_relief",
                        "kafaalat_beneficiary",
                    ),
                    False,
                ),
                phone_bill_amount=100_00,
                pmt_score=Decimal(score),
                area_code="PK618",
            )
        HouseholdRecord.objects.update(utility_bill_amount=500_00, land_acres=0, livestock=0)
        registration.record_applications(programme_code="emergency_cash", route="sms", applied_on=DAY)
    snapshot = services.take_snapshot(as_of=DAY)
    yield services.assess(snapshot_id=snapshot.pk, programme_code="emergency_cash", at=DAY)
    shutil.rmtree(snapshot_folder(1).parent)


def by_rank(run: AssessmentRun) -> list[Assessment]:
    return list(Assessment.objects.filter(run_id=run.pk).order_by("quota_rank"))


def test_the_poorest_are_inside_the_rest_wait_and_everything_agrees_on_who(run: AssessmentRun) -> None:
    assert run.counts["behind_the_places"] == 2
    assert run.rule_hash != load_policies().content_hash("emergency_cash")  # other places, another rule
    with acting_as_system(reason="test"):
        rows = by_rank(run)
        scores = dict(WealthProfile.objects.values_list("person_id", "pmt_score"))
        assert [(each.quota_rank, each.quota_places, each.quota_area) for each in rows] == [
            (rank, PLACES, "PK6") for rank in (1, 2, 3, 4)
        ]
        assert [int(scores[each.person_id]) for each in rows] == [10, 20, 20, 30]
        decided = enrolment.decide(run_id=run.pk, benefit_code="emergency_cash", from_date=DAY)
        assert (decided.eligible, decided.waiting, decided.enrolled_new) == (2, 2, 2)
        assert set(Enrolment.objects.values_list("person_id", flat=True)) == {each.person_id for each in rows[:2]}
        first = Enrolment.objects.get(person_id=rows[0].person_id)
        assert (first.place_category, first.place_area) == ("II", "PK6")
        checked = ReferenceAmounts().recompute(
            programme_code="emergency_cash", on_date=DAY, enrolment_ids=[each.pk for each in Enrolment.objects.all()]
        )
        assert checked == {each.pk: 12_000_00 for each in Enrolment.objects.all()}
        for language, said in (("en", "number 3 in the order for 2 places"), ("ur", "نشستوں کی ترتیب میں")):
            told = selectors.explain_assessment(assessment_id=rows[2].pk, language=language)
            assert said in told.sms.replace("\u2066", "").replace("\u2069", "") and told.appeal in told.sms
            assert told.record["standing"]["rank"] == 3 and "2017" in told.notice
            assert told.record["standing"]["inside"] is False


def test_a_place_somebody_altered_is_neither_explained_nor_paid(run: AssessmentRun) -> None:
    with acting_as_system(reason="test"):
        third = by_rank(run)[2]
        first = by_rank(run)[0]
        enrolment.decide(run_id=run.pk, benefit_code="emergency_cash", from_date=DAY)
        paid = Enrolment.objects.get(person_id=first.person_id)
        Assessment.objects.filter(pk__in=[third.pk, first.pk]).update(quota_rank=2)
        with pytest.raises(Refusal, match="ASM-006") as refused:
            selectors.explain_assessment(assessment_id=third.pk)
        assert "quota_rank" in refused.value.cause()
        assert ReferenceAmounts().recompute(programme_code="emergency_cash", on_date=DAY, enrolment_ids=[paid.pk]) == {}


def test_a_standing_the_slow_engine_does_not_confirm_stops_the_run(
    run: AssessmentRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def turned_round(*arguments: object, out: Path, **more: object) -> Path:
        from mazdoor.rules import apply_quota_to_parquet

        apply_quota_to_parquet(*arguments, out=out, **more)  # type: ignore[arg-type]
        rows = pq.read_table(out).to_pylist()
        for row in rows:
            row["rank"] = 5 - row["rank"]
            row["inside"] = row["rank"] <= row["places"]
        pq.write_table(pa.Table.from_pylist(rows), out)
        return out

    monkeypatch.setattr("mazdoor.delivery.assessment.standing.apply_quota_to_parquet", turned_round)
    with pytest.raises(Refusal, match="ASM-004"):
        services.assess(snapshot_id=run.snapshot_id, programme_code="emergency_cash", at=DAY + dt.timedelta(days=1))
    assert standing_file(results_of(run.snapshot_id, run.pk)).exists()
    assert AssessmentRun.objects.filter(state="stopped").count() == 1
    with acting_as_system(reason="test"):
        assert Assessment.objects.exclude(run_id=run.pk).count() == 0


def test_the_recount_agrees_with_the_order_by_definition_for_everybody(few_places: None, tmp_path: Path) -> None:
    chance = random.Random(11)
    families = [
        Result(
            f"f{number}",
            eligible,
            Decimal(12000) if eligible else None,
            chance.choice(["I", "II", "III"]) if eligible else None,
            "emergency_cash",
            (),
            (),
            "",
            {
                "family_pmt_score": chance.choice([None, Decimal("10.00"), Decimal("20.00"), Decimal("30.50")]),
                "family_province": chance.choice(["PK1", "PK6", "PK7", None]),
            },
        )
        for number, eligible in enumerate(chance.choices([True, True, False, None], k=200))
    ]
    schema = pa.schema(
        [("unit_id", pa.string()), ("eligible", pa.bool_()), ("category", pa.string()),
         ("family_pmt_score", pa.decimal128(5, 2)), ("family_province", pa.string())]
    )  # fmt: skip
    rows = [
        {"unit_id": each.unit, "eligible": each.eligible, "category": each.category, **each.results}
        for each in families
    ]
    path = tmp_path / "results.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    counted = recount(
        "emergency_cash", {each.unit: each for each in families}, results=str(path), at=DAY, known_at=KNOWN
    )
    assert counted == {
        each.unit: None if each.rank is None else (each.area, each.rank, each.places)
        for each in apply_quota(policy_set(), "emergency_cash", families, at=DAY, known_at=KNOWN)
    }
    assert sum(place is not None for place in counted.values()) > 30


def test_a_unit_of_which_the_run_holds_another_score_has_no_place(few_places: None, tmp_path: Path) -> None:
    found = {"family_pmt_score": Decimal("10.00"), "family_province": "PK6"}
    family = Result("f", True, Decimal(12000), "II", "emergency_cash", (), (), "", found)
    row = {"unit_id": "f", "eligible": True, "category": "II", **found, "family_pmt_score": Decimal("9.00")}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "results.parquet")
    found_out = recount(
        "emergency_cash", {"f": family}, results=str(tmp_path / "results.parquet"), at=DAY, known_at=KNOWN
    )
    assert found_out == {}
