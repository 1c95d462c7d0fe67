"""The two scripts meet on words that were held back, and the page of figures is made of those alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import names as figures


@pytest.fixture(scope="module")
def data() -> Path:
    found = figures.folder()
    if found is None:
        pytest.skip("the Dakshina lexicon is not at hand: name its folder with MAZDOOR_DATA")
    return found


def test_no_word_is_both_open_and_held_back(data: Path) -> None:
    held, open_half = (figures.read_lexicon(data, held_back=half) for half in (True, False))
    assert held and open_half and not held.keys() & open_half.keys()
    assert 0.4 < len(held) / (len(held) + len(open_half)) < 0.6


def test_names_held_back_meet_across_scripts_better_than_by_soundex(data: Path) -> None:
    kinds = figures.split_by_kind(figures.read_lexicon(data, held_back=True), figures.read_names(data))
    ours, soundex = (figures.measure(kinds["names"], way) for way in (figures.ours, figures.soundex))
    assert ours.meet > 0.90 and ours.meet_weighted > 0.93
    assert ours.meet > soundex.meet + 0.2 and ours.false < soundex.false / 3


def test_without_the_lexicon_the_measurement_says_so_and_ends_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAZDOOR_DATA", str(tmp_path))
    assert figures.main(["--out", str(tmp_path / "names.md")]) == 0
    assert "skipped" in capsys.readouterr().err and not (tmp_path / "names.md").exists()


def test_soundex_is_soundex() -> None:
    assert [figures.soundex(name).upper() for name in ("Robert", "Rupert", "Ashcraft", "Tymczak")] == [
        "R163",
        "R163",
        "A261",
        "T522",
    ]


def test_a_small_lexicon_is_counted_by_hand() -> None:
    met = figures.measure({"علی": {"ali": 3, "aly": 1}, "اولا": {"ali": 1}}, figures.ours)
    assert (met.words, met.spellings) == (2, 3)
    assert met.meet == pytest.approx(2 / 3) and met.meet_weighted == pytest.approx(4 / 5)
    assert met.false == pytest.approx(1 / 3), "ali, written for the second word, meets the first"
