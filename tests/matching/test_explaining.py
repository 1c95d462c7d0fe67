"""A pair explained, lines drawn from costs, groups with a guard, and batches."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from datetime import date
from pathlib import Path

import duckdb
import pytest
from tests.matching import invent

from mazdoor.matching import LinkSettings, compare, features, link
from mazdoor.matching.clusters import clusters
from mazdoor.matching.comparison import COMPARISONS
from mazdoor.matching.explaining import FIELDS, LEVELS, explain
from mazdoor.matching.model import Model, starting_model
from mazdoor.matching.thresholds import Costs, cost_curve, lines_within, thresholds

ONE = features(given_name="Muhammad Aslam", surname="Butt", father_name="Abdul Rehman", birth_date=date(1980, 3, 7),
               sex="male", district_code="PK603", phone_index="a1")  # fmt: skip
TWO = features(given_name="Mohammed Aslam", surname="Butt", father_name="Abdurrahman", birth_date=date(1980, 7, 3),
               sex="male", district_code="PK603", phone_index="b2")  # fmt: skip


def test_every_field_and_level_has_words_in_both_languages() -> None:
    assert set(FIELDS) == {each.name for each in COMPARISONS} | {"kinship", "prior"}
    assert {level.name for each in COMPARISONS for level in each.levels} <= set(LEVELS)
    for english, urdu in (*FIELDS.values(), *LEVELS.values()):
        assert english.isascii()
        assert not any(letter.isascii() and letter.isalpha() for letter in urdu)


def test_a_pair_is_told_in_words_and_its_sum_is_its_weight() -> None:
    score = compare(ONE, TWO, starting_model(100_000))
    told = explain(score.reasons)
    assert told.weight == pytest.approx(score.weight)
    words = told.words()
    assert any(each.startswith("Birth date: day and month swapped; speaks strongly for one person") for each in words)
    assert words[-1].startswith("Before anything is compared")
    assert "تاریخ پیدائش: دن اور مہینہ آپس میں بدلے ہوئے" in " ".join(told.words("ur"))
    assert not any("CNIC" in each for each in words), "what cannot be compared says nothing"


def test_evidence_as_stored_gives_the_same_words() -> None:
    score = compare(ONE, TWO, starting_model(100_000))
    stored = {each.field: {"level": each.level, "weight": each.weight} for each in score.reasons}
    assert explain(stored).words("ur") == explain(score.reasons).words("ur")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_chart_is_a_waterfall_that_ends_at_the_weight(language: str) -> None:
    told = explain(compare(ONE, TWO, starting_model(100_000)).reasons)
    root = ElementTree.fromstring(told.chart(language))
    space = "{http://www.w3.org/2000/svg}"
    bars = root.findall(f"{space}rect")
    assert len(bars) == sum(abs(each.weight) >= 0.05 or each.field == "prior" for each in told.reasons) + 1
    whole = float(bars[-1].attrib["width"])
    scale = float(bars[0].attrib["width"]) / abs(next(each.weight for each in told.reasons if each.field == "prior"))
    assert whole == pytest.approx(abs(told.weight) * scale, abs=0.3)
    assert f"{told.weight:+.1f}" in "".join(root.itertext())


def test_lines_are_where_looking_costs_as_much_as_the_mistake() -> None:
    lines = thresholds(Costs(false_merge=200, missed=10, look=1))
    chance = {bits: 1 / (1 + 2**-bits) for bits in (lines.lower, lines.upper)}
    assert (1 - chance[lines.upper]) * 200 == pytest.approx(1, rel=0.02)
    assert chance[lines.lower] * 10 == pytest.approx(1, rel=0.02)
    with pytest.raises(ValueError, match="looking at a pair"):
        thresholds(Costs(missed=1, look=2))


def test_the_cheapest_single_line_lies_where_the_two_mistakes_weigh_the_same() -> None:
    curve = cost_curve([(float(bits), 10) for bits in range(-10, 15)], Costs(false_merge=20, missed=1, look=0.5))
    assert (
        min(curve, key=lambda point: point.expected_cost).threshold == 5.0
    )  # odds of twenty to one lie between 4 and 5


def test_the_review_band_is_narrowed_to_what_officers_can_look_at() -> None:
    weights = [(9.0, 50), (6.5, 10), (3.0, 10), (0.0, 20), (-3.0, 100)]
    assert lines_within(weights, 140) == thresholds(), "where all can be looked at the costs alone draw them"
    fewer = lines_within(weights, 60)
    assert -3.0 < fewer.lower <= 0.0
    assert 6.5 < fewer.upper < thresholds().upper, "a look has become dearer at both ends"
    fewest = lines_within(weights, 30)
    assert fewest.lower <= 0.0 and 3.0 < fewest.upper <= 6.5
    assert lines_within(weights, 0).lower >= 3.0
    nobody = lines_within([(4.0 + number / 100, 1) for number in range(100)], 0)
    assert nobody.lower == nobody.upper


def test_a_chain_is_cut_at_its_weakest_bridge_and_the_bridge_is_named(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.parquet"
    duckdb.sql(
        "SELECT * FROM (VALUES (1, 2, 9.0), (2, 3, 1.0), (3, 4, 8.0)) t(record_id_a, record_id_b, weight)"
    ).write_parquet(str(pairs))
    found = clusters(pairs, threshold=0.0)
    assert found.groups == [[1, 2], [3, 4]]
    assert found.cut == [(2, 3, 1.0)]
    assert found.largest_component == 4


def test_batch_by_batch_finds_the_pairs_of_all_at_once(tmp_path: Path) -> None:
    people, truth = invent.population(1_800, seed=23)
    order = sorted(people, key=lambda person: hash(("batch", person["record_id"])) % 1_000)
    settings = LinkSettings(model=starting_model(5_000), lower=-3.0)

    def pairs(path: Path) -> dict[tuple[int, int], float]:
        rows = duckdb.sql(f"SELECT record_id_a, record_id_b, weight FROM read_parquet('{path}')").fetchall()
        return {(min(a, b), max(a, b)): weight for a, b, weight in rows}

    whole = pairs(
        link(invent.write(people, tmp_path / "all.parquet"), work_dir=tmp_path / "all", settings=settings).pairs
    )
    batches: dict[tuple[int, int], float] = {}
    size = len(order) // 3 + 1
    for number in range(3):
        seen = order[: size * (number + 1)]
        new = {person["record_id"] for person in order[size * number : size * (number + 1)]}
        marked = [dict(person, is_new=person["record_id"] in new) for person in seen]
        found = pairs(
            link(
                invent.write(marked, tmp_path / f"{number}.parquet"), work_dir=tmp_path / str(number), settings=settings
            ).pairs
        )
        assert all(a in new or b in new for a, b in found)
        assert not found.keys() & batches.keys()
        batches |= found
    assert batches == whole
    assert len(truth & whole.keys()) > 60


def test_a_model_of_older_levels_is_known_for_one() -> None:
    data = starting_model(10_000).as_dict()
    assert Model.is_current(json.loads(json.dumps(data)))
    comparisons = dict(data["comparisons"])  # type: ignore[call-overload]
    comparisons["given"] = {"same_head": comparisons["given"]["same"]}
    assert not Model.is_current(data | {"comparisons": comparisons})
    assert not Model.is_current({})


def test_what_officers_decided_moves_the_weights_towards_it(tmp_path: Path) -> None:
    people, truth = invent.population(2_400, seed=31)
    path = invent.write(people, tmp_path / "people.parquet")
    quick = {"use_cnic": False, "lower": -6.0, "chance_pairs": 200_000, "training_pairs": 50_000}
    before = link(path, work_dir=tmp_path / "before", settings=LinkSettings(**quick))
    doubtful = duckdb.sql(
        f"SELECT record_id_a, record_id_b, weight FROM read_parquet('{before.pairs}') WHERE weight BETWEEN -6 AND 8"
    ).fetchall()
    told = [(a, b, (min(a, b), max(a, b)) in truth) for a, b, _ in doubtful]
    assert {same for *_, same in told} == {True, False}
    labels = tmp_path / "labels.parquet"
    duckdb.execute("CREATE TABLE told (record_id_a BIGINT, record_id_b BIGINT, same BOOLEAN)")
    duckdb.executemany("INSERT INTO told VALUES (?, ?, ?)", told)
    duckdb.sql("SELECT * FROM told").write_parquet(str(labels))
    after = link(path, work_dir=tmp_path / "after", settings=LinkSettings(labels=labels, **quick))
    weights = [
        {
            (min(a, b), max(a, b)): w
            for a, b, w in duckdb.sql(
                f"SELECT record_id_a, record_id_b, weight FROM read_parquet('{run.pairs}')"
            ).fetchall()
        }
        for run in (before, after)
    ]

    def mistakes(found: dict[tuple[int, int], float]) -> int:
        return sum((found.get((min(a, b), max(a, b)), -9.0) >= 0) != same for a, b, same in told)

    assert weights[0] != weights[1]
    assert mistakes(weights[1]) <= mistakes(weights[0])
