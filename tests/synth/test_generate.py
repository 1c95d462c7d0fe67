"""The same order gives the same people; refusals; the command."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from mazdoor.cli.synth import synth
from mazdoor.synth import Manifest, generate
from mazdoor.synth.facts import jobs, strata
from mazdoor.synth.names import spelling_variants, table, to_urdu
from mazdoor.synth.parts import Order, build, plan
from mazdoor.synth.people import cnic_of
from mazdoor.synth.text import digits, from_digits, misspell


def fingerprint(folder: Path) -> dict[str, str]:
    """Hash of every Parquet file below a folder."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*.parquet"))
    }


def test_the_same_seed_gives_the_same_files_and_another_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        generate(workers=2000, seed=seed, out=tmp_path / name)
    a, b, c = (fingerprint(tmp_path / name) for name in "abc")
    assert a == b
    assert set(a) == set(c)
    assert a["persons/part-00000.parquet"] != c["persons/part-00000.parquet"]


def test_a_part_is_the_same_whoever_makes_it_and_whenever(population: tuple[Path, Manifest]) -> None:
    """The second part made alone, first and in this process, is what the whole run wrote."""
    made = build(Order(workers=100_000, seed=11, as_of=date(2026, 7, 1)), 1)
    for name, rows in (*made.tables.items(), *((f"truth/{name}", rows) for name, rows in made.truth.items())):
        assert rows.equals(pq.read_table(population[0] / name / "part-00001.parquet")), name


def test_two_processes_write_what_one_writes(population: tuple[Path, Manifest], tmp_path: Path) -> None:
    folder, manifest = population
    assert generate(workers=100_000, seed=11, out=tmp_path, processes=2) == manifest
    assert fingerprint(tmp_path) == fingerprint(folder)


def test_parts_add_up_to_the_whole() -> None:
    order = Order(workers=1_234_567, seed=1, as_of=date(2026, 7, 1))
    plans = [plan(order, part) for part in range(order.parts)]
    assert sum(int(each.workers.sum()) for each in plans) == 1_234_567
    assert sum(int(each.households.sum()) for each in plans) == round(1_234_567 * float(strata().households.sum()))
    assert max(int(each.workers.sum()) for each in plans) <= 50_001


def test_writing_again_leaves_no_old_part_and_no_stranger_is_removed(tmp_path: Path) -> None:
    generate(workers=300, seed=1, out=tmp_path)
    stale = tmp_path / "persons" / "part-00009.parquet"
    stale.write_bytes(b"old")
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    generate(workers=300, seed=2, out=tmp_path)
    assert not stale.exists()
    assert other.read_text() == "mine"
    (tmp_path / "persons" / "letter.txt").write_text("mine")
    with pytest.raises(ValueError, match="did not write"):
        generate(workers=300, seed=2, out=tmp_path)
    assert (tmp_path / "persons" / "letter.txt").exists()


def test_progress_is_told_part_by_part(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    generate(workers=300, seed=1, out=tmp_path, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]


@pytest.mark.parametrize("bad", [{"workers": 99}, {"as_of": date(2026, 7, 2)}, {"as_of": date(2020, 1, 1)}])
def test_orders_that_cannot_be_met_are_refused(tmp_path: Path, bad: dict[str, object]) -> None:
    order: dict[str, object] = {"workers": 300, "seed": 1, "out": tmp_path} | bad
    with pytest.raises(ValueError, match=r"worker|as_of"):
        generate(**order)  # type: ignore[arg-type]


def test_workers_only_leaves_out_the_rest_and_nothing_dangles(tmp_path: Path) -> None:
    all_of_them = generate(workers=3000, seed=9, out=tmp_path / "all")
    workers = generate(workers=3000, seed=9, out=tmp_path / "workers", everybody=False)
    assert workers.counts["persons"] < 0.6 * all_of_them.counts["persons"]
    assert workers.counts["employments"] == all_of_them.counts["employments"]
    persons = pq.read_table(tmp_path / "workers" / "persons").to_pydict()
    known = set(persons["person_no"])
    for column in ("spouse_no", "father_no", "mother_no"):
        assert {number for number in persons[column] if number is not None} <= known
    for name in ("profiles", "contributions", "truth/elite", "truth/pensioners"):
        assert set(pq.read_table(tmp_path / "workers" / name).column("person_no").to_pylist()) <= known


def test_the_command_prints_the_table_and_the_manifest_as_json(tmp_path: Path) -> None:
    runner = CliRunner()
    shown = runner.invoke(synth, ["--workers", "300", "--seed", "1", "--out", str(tmp_path / "a")])
    assert shown.exit_code == 0, shown.output
    assert "informal outside agriculture" in shown.output
    assert "census alone" in shown.output
    told = runner.invoke(synth, ["--workers", "300", "--seed", "1", "--out", str(tmp_path / "b"), "--json"])
    assert told.exit_code == 0, told.output
    manifest = json.loads(told.output)
    assert manifest["workers"] == 300
    assert manifest["counts"]["persons"] > 600
    assert fingerprint(tmp_path / "a") == fingerprint(tmp_path / "b")


def test_jobs_are_raked_to_their_margins() -> None:
    joint, column = jobs().joint, jobs().column
    assert joint.sum() == pytest.approx(1)
    assert (joint >= 0).all()
    assert joint[column["status"] == "employer"].sum() == pytest.approx(0.013, abs=1e-3)
    assert joint[column["section"] == "construction"].sum() == pytest.approx(0.257 * 9.5 / 25.3, abs=2e-3)


def test_the_shares_of_a_province_keep_the_national_margins() -> None:
    sindh, nation = jobs().shares("PK7", 0, False), jobs().joint[:, 0, 0, :]
    column = jobs().column
    for status in ("employee", "own_account", "contributing_family"):
        mask = column["status"] == status
        assert sindh[mask].sum() == pytest.approx(nation[mask].sum() / nation.sum(), abs=1e-9)
    sharecropper = column["category"] == "sharecropper"
    assert sindh[sharecropper].sum() > 1.5 * nation[sharecropper].sum() / nation.sum()


def test_card_numbers_never_clash_however_far_apart() -> None:
    numbers = np.concatenate([np.arange(1, 60_000), np.arange(10**9, 10**9 + 60_000)])
    cards = cnic_of(numbers, np.zeros(len(numbers), dtype=bool))
    assert len(np.unique(cards // 10)) == len(numbers)
    assert cards.min() >= 0
    assert cards.max() < 10**12


def test_a_slip_of_the_finger_changes_one_place_and_spares_the_first_letter() -> None:
    words = ["Muhammad", "Ali", "Shahzaad", "Fatima", "Aattt"] * 200
    result = misspell(np.random.default_rng(1), pa.array(words), np.ones(len(words), dtype=bool)).to_pylist()
    for before, after in zip(words, result, strict=True):
        assert after[0] == before[0]
        assert abs(len(after) - len(before)) <= 1
        assert (after == before) == (len(before) < 4) or before == "Aattt"


def test_digits_become_text_of_fixed_width() -> None:
    column = from_digits(digits(np.array([7, 120]), 4), missing=np.array([False, True]))
    assert column.to_pylist() == ["0007", None]


def test_urdu_spellings_join_the_article() -> None:
    assert to_urdu("Abdul Rehman") == "عبدالرحمان"
    assert to_urdu("Zain ul Abidin") == "زین العابدین"
    assert to_urdu("Umm e Habiba") == "ام حبیبہ"


def test_every_name_drawn_has_an_urdu_spelling_and_common_ones_have_variants() -> None:
    assert [
        name for name, urdu in zip(table().given.to_pylist(), table().given_ur.to_pylist(), strict=True) if not urdu
    ] == []
    for name in ("muhammad", "hussain", "yousuf", "rehman", "bhatti"):
        assert spelling_variants()[name][0]
