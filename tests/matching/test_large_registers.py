"""What a large register is spared changes nothing of what is found: passes, estimates and samples."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from tests.matching import invent

from mazdoor.matching import LinkSettings, blocking, engines, link, training
from mazdoor.matching.model import starting_model
from mazdoor.matching.prepare import prepare


def _rows(path: Path) -> list[tuple[int, int, float, str]]:
    return duckdb.sql(
        f"SELECT record_id_a, record_id_b, weight, match_key FROM read_parquet('{path}') ORDER BY 1, 2"
    ).fetchall()


def test_pairs_screened_in_many_passes_are_those_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people, truth = invent.population(1_500, seed=41)
    path = invent.write(people, tmp_path / "people.parquet")
    settings = LinkSettings(model=starting_model(5_000), use_cnic=False, lower=-6.0)
    one = link(path, work_dir=tmp_path / "one", settings=settings)
    monkeypatch.setattr(engines, "A_PASS", one.compared // 7)
    many = link(path, work_dir=tmp_path / "many", settings=settings)
    assert many.compared == one.compared
    assert _rows(many.pairs) == _rows(one.pairs)
    assert len(truth & {(min(a, b), max(a, b)) for a, b, *_ in _rows(one.pairs)}) > 0.9 * len(truth)


def test_a_key_too_wide_for_a_large_register_is_known_from_a_part_of_its_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, _ = invent.population(6_000, seed=43)
    path = invent.write(people, tmp_path / "people.parquet")
    monkeypatch.setattr(blocking, "ALWAYS", 100)
    settings = LinkSettings(model=starting_model(5_000), use_cnic=False, pairs_a_record=0.05)
    counted = link(path, work_dir=tmp_path / "counted", settings=settings)
    monkeypatch.setattr(blocking, "LARGE", 100)
    estimated = link(path, work_dir=tmp_path / "estimated", settings=settings)
    assert counted.too_wide, "the test must have a key that is too wide"
    far_over = {name: pairs for name, pairs in counted.too_wide.items() if pairs > 0.15 * counted.records}
    assert far_over, "and one that a sixteenth of its values cannot make look narrow"
    for name, pairs in far_over.items():
        assert 0.3 * pairs < estimated.too_wide[name] < 3 * pairs
    assert estimated.found > 0


def test_a_sample_of_those_who_meet_teaches_what_all_of_them_teach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, _ = invent.population(12_000, seed=47)
    path = invent.write(people, tmp_path / "people.parquet")
    settings = LinkSettings(use_cnic=False, chance_pairs=200_000, training_pairs=200_000)
    monkeypatch.setattr(training, "_ENOUGH", 30)
    whole = link(path, work_dir=tmp_path / "whole", settings=settings).model
    monkeypatch.setattr(training, "TAUGHT_FROM", len(people) // 2)
    sampled = link(path, work_dir=tmp_path / "sampled", settings=settings).model
    assert sampled.comparisons["given"]["same"].match != whole.comparisons["given"]["same"].match
    for field in ("given", "father", "birth"):
        for level, numbers in whole.comparisons[field].items():
            assert sampled.comparisons[field][level].match == pytest.approx(numbers.match, abs=0.06), (field, level)


def test_two_records_of_one_number_are_refused(tmp_path: Path) -> None:
    people, _ = invent.population(50, seed=5)
    people[3]["record_id"] = people[4]["record_id"]
    path = invent.write(people, tmp_path / "people.parquet")
    with duckdb.connect() as con, pytest.raises(ValueError, match="one record_id"):
        prepare(con, f"read_parquet('{path}')")
