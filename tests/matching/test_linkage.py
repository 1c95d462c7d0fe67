"""Linkage in bulk: who is found, who is not, and that the counter says the same."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.matching import invent

from mazdoor.matching import Features, LinkSettings, chance, compare, features, training
from mazdoor.matching.blocking import block, lay_out
from mazdoor.matching.comparison import COMPARISONS
from mazdoor.matching.engines import DuckDBEngine
from mazdoor.matching.linkage import LinkResult, link
from mazdoor.matching.model import Weigher
from mazdoor.matching.prepare import prepare
from mazdoor.matching.scoring import score

SIZE = 6_000
QUICK = {"chance_pairs": 1_000_000, "training_pairs": 200_000}


@pytest.fixture(scope="module")
def population() -> tuple[list[dict[str, Any]], set[tuple[int, int]]]:
    return invent.population(SIZE, seed=11)


@pytest.fixture(scope="module")
def linked(
    population: tuple[list[dict[str, Any]], set[tuple[int, int]]], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[bool], LinkResult]:
    folder = tmp_path_factory.mktemp("link")
    people = invent.write(population[0], folder / "people.parquet")
    done: dict[bool, LinkResult] = {}

    def run(use_cnic: bool) -> LinkResult:
        if use_cnic not in done:
            settings = LinkSettings(use_cnic=use_cnic, **QUICK)
            done[use_cnic] = link(people, work_dir=folder / str(use_cnic), settings=settings)
        return done[use_cnic]

    return run


def _pairs(result: LinkResult, at_least: float) -> set[tuple[int, int]]:
    rows = duckdb.sql(
        f"SELECT record_id_a, record_id_b FROM read_parquet('{result.pairs}') WHERE weight >= {at_least}"
    ).fetchall()
    return {(min(row), max(row)) for row in rows}


def _quality(found: set[tuple[int, int]], truth: set[tuple[int, int]]) -> tuple[float, float, float]:
    right = len(found & truth)
    return right / len(found), right / len(truth), 2 * right / (len(found) + len(truth))


def test_with_cnic_nearly_every_duplicate_is_found(linked: Any, population: Any) -> None:
    precision, recall, f1 = _quality(_pairs(linked(True), 1.0), population[1])
    assert f1 >= 0.985, (precision, recall)


def test_without_cnic_names_and_dates_find_most_duplicates(linked: Any, population: Any) -> None:
    precision, recall, f1 = _quality(_pairs(linked(False), 1.0), population[1])
    assert f1 >= 0.94, (precision, recall)


def test_above_the_upper_threshold_hardly_anyone_is_wronged(linked: Any, population: Any) -> None:
    result = linked(False)
    precision, _, _ = _quality(_pairs(result, result.model.upper), population[1])
    assert precision >= 0.99


def test_brothers_sisters_and_twins_of_one_household_are_not_one_person(linked: Any, population: Any) -> None:
    household = {person["record_id"]: person["household_id"] for person in population[0]}
    for use_cnic in (True, False):
        result = linked(use_cnic)
        together = [pair for pair in _pairs(result, result.model.upper) if household[pair[0]] == household[pair[1]]]
        assert together == []


def test_the_weights_of_the_fields_add_up_to_the_weight_of_the_pair(linked: Any) -> None:
    result = linked(True)
    fields = " + ".join(f"weight_{comparison.name}" for comparison in COMPARISONS)
    worst = duckdb.sql(
        f"SELECT max(abs(weight - ({fields} + weight_kinship + {result.model.prior_weight}))) "
        f"FROM read_parquet('{result.pairs}')"
    ).fetchall()[0][0]
    assert worst < 0.001  # each of eleven terms is rounded to four digits


def test_the_same_people_in_another_order_give_the_same_file(population: Any, tmp_path: Path) -> None:
    settings = LinkSettings(use_cnic=False, **QUICK)
    one = link(invent.write(population[0][:1500], tmp_path / "a.parquet"), work_dir=tmp_path / "a", settings=settings)
    two = link(
        invent.write(population[0][:1500][::-1], tmp_path / "b.parquet"), work_dir=tmp_path / "b", settings=settings
    )
    assert one.found > 0 or one.compared > 0
    assert hashlib.sha256(one.pairs.read_bytes()).digest() == hashlib.sha256(two.pairs.read_bytes()).digest()


def _features(person: dict[str, Any]) -> Features:
    same = (
        "given_name", "surname", "father_name", "husband_name", "birth_date", "birth_date_precision", "sex", "district_code",
        "old_nic_index",
    )  # fmt: skip
    return features(
        **{name: person[name] for name in same},
        area_code=person["area_code"],
        household_id=person["household_id"],
        phone_index=person["phone_index"],
        cnic_index=person["cnic_index"],
        cnic_segments=(person["cnic_segment_1"], person["cnic_segment_2"], person["cnic_segment_3"]),
        cnic_sorted_index=person["cnic_sorted_index"],
    )


def test_the_counter_gives_every_pair_the_weight_that_bulk_gives(linked: Any, population: Any, tmp_path: Path) -> None:
    model = linked(True).model
    people = [dict(person) for person in population[0][-900:]]  # half of these are copies
    people[0] |= {"given_name": "عبدالرحمن", "surname": None}
    settings = LinkSettings(model=model, lower=-40.0)
    result = link(invent.write(people, tmp_path / "people.parquet"), work_dir=tmp_path, settings=settings)
    by_id = {person["record_id"]: _features(person) for person in people}
    rows = duckdb.sql(f"SELECT * FROM read_parquet('{result.pairs}')").to_arrow_table().to_pylist()
    assert len(rows) > 100
    for row in rows:
        ours = compare(by_id[row["record_id_a"]], by_id[row["record_id_b"]], model)
        reasons = {reason.field: reason for reason in ours.reasons}
        for comparison in COMPARISONS:
            assert reasons[comparison.name].level == row[f"level_{comparison.name}"]
            assert reasons[comparison.name].weight == pytest.approx(row[f"weight_{comparison.name}"], abs=1e-3)
        assert ours.weight == pytest.approx(row["weight"], abs=1e-3)


def test_whoever_cannot_come_to_a_weight_is_left_out_and_the_others_keep_theirs(linked: Any, population: Any) -> None:
    weigher = Weigher(linked(True).model)
    people = [_features(person) for person in population[0][-90:]]  # half of these are copies
    for one in people:
        against = weigher.against(one)
        for other in people:
            whole = against.score(other)
            for least in (-45.0, -20.0, -6.0, 0.0, whole.weight):
                found = against.score_from(least, other)
                assert found == (whole if whole.weight >= least else None), least


def test_our_weights_against_strangers_are_splinks(population: Any, tmp_path: Path) -> None:
    people = invent.write(population[0][-1500:], tmp_path / "people.parquet")
    with duckdb.connect() as con:
        prepare(con, f"read_parquet('{people}')")
        model = chance.count(con, pairs=200_000)
        lay_out(con)
        engine = DuckDBEngine(con)
        block(engine, model, max_block=2_000, pairs_a_record=1_000, least=-100.0)
        score(engine, model)
        splink = training.linker(con, model)
        con.execute(
            "CREATE TABLE given AS SELECT match_key, unique_id_l AS join_key_l, unique_id_r AS join_key_r FROM blocked"
        )
        table = splink._db_api.register("given")
        splink.table_management.register_blocked_pairs_for_predict(table)
        # what two names share is a value of neither: Splink has no term frequency for it
        part = [
            (c.name, lv.name) for c in COMPARISONS for lv in c.levels if (lv.frequency_column or "").endswith("_part")
        ]
        shares_no_part = " AND ".join(f"s.level_{name} IS DISTINCT FROM '{level}'" for name, level in part)
        # Splink holds a sound's frequency against the share of its own level; we against how often two share any sound
        held_against = " + ".join(
            f"CASE WHEN s.level_{name} IN ('same_sound', 'misspelt') THEN "
            f"{math.log2(model.usual[f'{name}_sound'] / model.comparisons[name]['same_sound'].stranger):.12e} ELSE 0e0 END"
            for name in ("given", "surname", "father", "husband")
        )
        theirs = splink.inference.predict(warning_mode="never").physical_name
        differing, compared = con.execute(
            f"""
            SELECT count(*) FILTER (abs(strangers - ({held_against}) - (t.match_weight - log2(1e-5 / (1 - 1e-5)))) > 1e-4),
                   count(*)
            FROM scored s JOIN {theirs} t USING (unique_id_l, unique_id_r) WHERE {shares_no_part}
            """
        ).fetchall()[0]
    assert compared > 300
    assert differing == 0


def test_only_pairs_with_a_new_record_are_looked_for(population: Any, tmp_path: Path) -> None:
    people, truth = population
    newest = max(person["record_id"] for person in people) - 100
    marked = [dict(person, is_new=person["record_id"] > newest) for person in people]
    settings = LinkSettings(**QUICK)
    result = link(invent.write(marked, tmp_path / "people.parquet"), work_dir=tmp_path, settings=settings)
    found = _pairs(result, 1.0)
    assert all(pair[1] > newest for pair in found)
    expected = {pair for pair in truth if pair[1] > newest}
    assert len(found & expected) >= 0.95 * len(expected)


def test_a_key_too_common_is_left_out_and_counted(population: Any, tmp_path: Path) -> None:
    people = [dict(person, phone_index="one-shop", sex="male") for person in population[0][:400]]
    result = link(
        invent.write(people, tmp_path / "people.parquet"),
        work_dir=tmp_path,
        settings=LinkSettings(max_block=300, **QUICK),
    )
    assert result.left_out["phone_sex"] == 400


@pytest.mark.parametrize("nothing", ["-", "", "۔", "   "])
def test_a_name_without_a_letter_is_no_name_and_stops_nobody(nothing: str, population: Any, tmp_path: Path) -> None:
    people = [dict(person) for person in population[0][:600]]
    people[7]["father_name"] = people[8]["surname"] = nothing
    result = link(invent.write(people, tmp_path / "people.parquet"), work_dir=tmp_path, settings=LinkSettings(**QUICK))
    assert result.records == len(people)


def test_nobody_and_one_person_have_no_duplicates(population: Any, tmp_path: Path) -> None:
    one = link(invent.write(population[0][:1], tmp_path / "one.parquet"), work_dir=tmp_path)
    assert (one.records, one.found) == (1, 0)
    assert duckdb.sql(f"SELECT count(*) FROM read_parquet('{one.pairs}')").fetchall() == [(0,)]


def test_names_alone_never_make_two_records_one_person(linked: Any) -> None:
    """A known defect elsewhere: equal first and last names alone are taken for a duplicate."""
    model = linked(False).model
    one = features(given_name="Muhammad Ali", surname="Khan", birth_date=date(1971, 2, 3), sex="male")
    two = features(given_name="Muhammad Ali", surname="Khan", birth_date=date(1988, 9, 21), sex="male")
    nothing_else = features(given_name="Muhammad Ali", surname="Khan")
    assert compare(one, two, model).weight < 0
    assert compare(nothing_else, nothing_else, model).weight < 0


def test_two_spellings_of_one_name_are_compared_and_recognised(linked: Any) -> None:
    """A known defect elsewhere: Muhammad Aslam and Mohammed Aslam are never even compared."""
    model = linked(False).model
    shared: dict[str, Any] = {
        "surname": "Butt",
        "birth_date": date(1980, 3, 7),
        "sex": "male",
        "district_code": "PK603",
    }
    one = features(given_name="Muhammad Aslam", father_name="Abdul Rehman", phone_index="a1", **shared)
    two = features(given_name="Mohammed Aslam", father_name="Abdurrahman", phone_index="a1", **shared)
    scored = compare(one, two, model)
    assert scored.weight > model.upper
    assert {reason.field: reason.level for reason in scored.reasons}["father"] == "same_sound"


def test_scratch_with_names_is_gone_after_linking(linked: Any) -> None:
    folder = linked(True).pairs.parent
    assert sorted(path.name for path in folder.iterdir()) == ["model.json", "pairs.parquet"]
