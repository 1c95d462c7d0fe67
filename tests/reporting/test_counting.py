"""Counting: every figure of a run agrees with the register, and a run is kept once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from tests.reporting.conftest import ATTOCK, BAGH, DAY, LAHORE

from mazdoor.access.services import acting_as
from mazdoor.delivery.contributions import services as contributions
from mazdoor.delivery.deduplication import merging
from mazdoor.delivery.reporting import selectors, services
from mazdoor.delivery.reporting.models import Indicator, ReportRun
from mazdoor.kernel.periods import Month
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

Register = Callable[..., list[int]]


def figures(run: ReportRun, measure: str, breakdown: str) -> dict[str, int]:
    rows = Indicator.objects.filter(run=run, measure=measure, breakdown=breakdown)
    return {row.area_code or row.sex or row.sector or row.category: row.value for row in rows}


def test_registered_workers_are_counted_by_place_sex_sector_and_kind_of_work(register: Register) -> None:
    register(3, area_code=LAHORE)
    register(2, area_code=ATTOCK, sex="female", category="agricultural", sector="agriculture", isic_code="0111")
    register(1, area_code=BAGH, sector="services", category="domestic", isic_code="9700")
    run = services.compute(at=DAY)
    measure = "registered_informal_workers"
    assert figures(run, measure, "total") == {"": 6}
    assert figures(run, measure, "province") == {"PK6": 5, "PK1": 1}
    assert figures(run, measure, "district") == {LAHORE: 3, ATTOCK: 2, BAGH: 1}
    assert figures(run, measure, "sex") == {"male": 4, "female": 2}
    assert figures(run, measure, "sector") == {"industry": 3, "agriculture": 2, "services": 1}
    assert figures(run, measure, "category") == {"construction": 3, "agricultural": 2, "domestic": 1}


def test_formal_work_counts_as_work_but_not_as_informal_outside_agriculture(register: Register) -> None:
    register(1, social_security=True)
    register(1, social_security=True, sector="agriculture", isic_code="0111", category="agricultural")
    run = services.compute(at=DAY)
    assert figures(run, "registered_workers", "total") == {"": 2}
    assert figures(run, "registered_informal_workers", "total") == {"": 1}


def test_somebody_for_whom_contributions_came_in_is_no_longer_uninsured(register: Register) -> None:
    insured, _ = register(2)
    assert figures(services.compute(at=DAY), "uninsured", "total") == {"": 2}
    contributions.record_contributions(
        person_id=insured,
        business_id=None,
        from_month=Month(2026, 1),
        to_month=Month(2026, 3),
        months_paid=3,
        monthly_wage_amount=40_000_00,
        employer_amount=2_000_00,
        employee_amount=400_00,
        source="test",
        source_key=1,
    )
    run = services.compute(at=DAY)
    assert figures(run, "uninsured", "total") == {"": 1}
    assert figures(run, "uncovered", "total") == {"": 1}
    assert figures(run, "without_programme", "total") == {"": 2}


def test_the_same_facts_give_the_same_run_and_other_facts_another(register: Register) -> None:
    register(1)
    first = services.compute(at=DAY)
    assert services.compute(at=DAY).pk == first.pk
    register(1)
    second = services.compute(at=DAY)
    assert second.pk != first.pk and second.figures_hash != first.figures_hash
    assert ReportRun.objects.count() == 2
    assert figures(first, "registered_persons", "total") == {"": 1}, "an earlier run is never changed"
    assert selectors.get_latest().pk == second.pk


def test_registered_is_held_against_estimated(register: Register) -> None:
    register(4, area_code=LAHORE)
    register(1, area_code=BAGH)
    services.compute(at=DAY)
    rows = {row.area_code: row for row in selectors.coverage(by="province")}
    assert rows["PK6"].registered == 4 and rows["PK6"].basis == "derived"
    assert rows["PK6"].share is not None and rows["PK6"].estimated is not None
    assert abs(float(rows["PK6"].share) - 400 / rows["PK6"].estimated) < 0.0001
    assert (rows["PK7"].registered, rows["PK7"].share) == (0, 0)
    assert (rows["PK1"].registered, rows["PK1"].estimated, rows["PK1"].share) == (1, None, None)
    assert rows["PK6"].name == "Punjab"
    assert {row.name for row in selectors.coverage(by="sex", language="ur")} == {"عورت", "مرد"}


def test_the_public_sees_no_small_cell_and_cannot_subtract_one(register: Register) -> None:
    register(12, area_code=LAHORE)
    register(11, area_code=ATTOCK)
    register(3, area_code="PK602")
    run = services.compute(at=DAY)
    public = {row.area_code: row.registered for row in selectors.coverage(by="district", public=True)}
    assert public["PK602"] is None, "three people"
    assert public[ATTOCK] is None, "else 26 - 12 - 11 gives the three"
    assert public[LAHORE] == 12
    opened = [
        row
        for row in selectors.open_figures(run=run)
        if row.measure == "registered_informal_workers" and row.breakdown == "district"
    ]
    assert {row.area_code: row.value for row in opened} == {LAHORE: 12, ATTOCK: None, "PK602": None}
    full = {row.area_code: row.registered for row in selectors.coverage(by="district")}
    assert full["PK602"] == 3, "an officer sees the count"


def test_open_figures_never_show_one_to_nine_people(register: Register) -> None:
    register(14, area_code=LAHORE)
    register(2, area_code=LAHORE, sex="female", sector="services", category="domestic", isic_code="9700")
    register(30, area_code=ATTOCK, sector="agriculture", category="sharecropper", isic_code="0111")
    counted = [
        row
        for row in selectors.open_figures(run=services.compute(at=DAY))
        if row.basis == "counted" and not row.measure.endswith("_amount")
    ]
    assert {14 + 2, 30, None} <= {row.value for row in counted}, "large groups are shown, the two women are not"
    for row in counted:
        assert row.value is None or row.value == 0 or row.value >= 10, row


def test_asking_before_any_run_is_refused_in_words(areas: None) -> None:
    with pytest.raises(Refusal) as refused:
        selectors.coverage()
    assert refused.value.code == "RPT-001"
    with pytest.raises(Refusal) as refused:
        selectors.coverage(by="colour")
    assert refused.value.code == "RPT-002"


def test_work_that_ended_before_the_day_is_not_counted(register: Register) -> None:
    register(1)
    (ended,) = register(1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registration_employmentrecord SET ended_on = %s WHERE employment_id IN "
            "(SELECT employment_id FROM registration.employment_now WHERE person_id = %s)",
            [dt.date(2026, 6, 1), ended],
        )
    run = services.compute(at=DAY)
    assert figures(run, "registered_persons", "total") == {"": 2}
    assert figures(run, "registered_workers", "total") == {"": 1}


def test_a_tehsil_counts_for_the_district_that_holds_it_today(register: Register) -> None:
    """Kemari Town kept its code of Karachi South (PK721) when Keamari became a district."""
    from mazdoor.reference.selectors import areas

    (kemari,) = [area.code for area in areas(level="tehsil") if area.name_en == "Kemari Town"]
    register(2, area_code=kemari)
    assert figures(services.compute(at=DAY), "registered_informal_workers", "district") == {"PK7K1": 2}


def test_two_records_of_one_person_count_once_and_share_their_cover(
    register: Register, officer: Callable[..., Any]
) -> None:
    kept, other = register(2)
    contributions.record_contributions(
        person_id=other,
        business_id=None,
        from_month=Month(2026, 1),
        to_month=Month(2026, 1),
        months_paid=1,
        monthly_wage_amount=40_000_00,
        employer_amount=2_000_00,
        employee_amount=400_00,
        source="test",
        source_key=1,
    )
    with acting_as(officer_id=officer(desk="verifier").pk):
        merge_id = merging.merge(person_a_id=kept, person_b_id=other, reason="the same woman", keep_person_id=kept)
    merged = services.compute(at=DAY)
    assert figures(merged, "registered_informal_workers", "total") == {"": 1}
    assert figures(merged, "uninsured", "total") == {"": 0}, "what was paid in for the other record counts for her"
    with acting_as(officer_id=officer(desk="verifier").pk):
        merging.undo_merge(merge_id=merge_id, reason="a mistake: two sisters")
    apart = services.compute(at=DAY)
    assert figures(apart, "registered_informal_workers", "total") == {"": 2}
    assert figures(apart, "uninsured", "total") == {"": 1}
