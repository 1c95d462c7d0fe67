"""How well is work coded? Top-1 and top-5 on titles the coder never saw, in three writings, and what a query costs.

``python -m benchmarks.occupations`` measures the held-back half of our own titles and prints. With ``--index FILE`` (a CSV
of English titles: ``isco08,title``) it also measures English in five folds, each learnt from the other four, and writes
``docs/quality/occupations.md``. ``--learn FILE`` writes the table of English words anew from all of such a file.
``--open`` measures the open half in five folds instead: what may be looked at while something is changed.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import platform
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mazdoor.matching.occupations import Coder, Suggestion, coder, suggest_many
from mazdoor.matching.occupations.learning import count_words, read_index, write_table
from mazdoor.matching.occupations.ranking import installed_data, isco_groups, isic_classes

ROOT = Path(__file__).resolve().parents[1]
HELD_BACK = ROOT / "tests" / "matching" / "occupations_held_back.csv"
PAGE = ROOT / "docs" / "quality" / "occupations.md"
TABLE = ROOT / "src" / "mazdoor" / "matching" / "occupations" / "data" / "words_en.csv"
FOLDS = 5
WRITINGS = {"title_en": "English", "title_ur": "Urdu", "title_roman": "Roman Urdu"}
MAJOR = {
    "0": "Armed forces", "1": "Managers", "2": "Professionals", "3": "Technicians", "4": "Clerks",
    "5": "Services and sales", "6": "Farming and fishing", "7": "Craft and trades", "8": "Machines and driving",
    "9": "Elementary",
}  # fmt: skip


HELD = """\
## How it was held back, and what that is worth

- **English**: {index:,} titles of an index of ISCO-08 titles (80 % of it; the rest was never here), cut in {folds} by the hash
  of the title; each part is asked of a coder that learnt from the others. What is installed learnt from all of them: counts
  of words by code, not the titles. The weights of the model were chosen on two of the parts.
- **Urdu and Roman Urdu**: no labelled list exists. {written} common titles were written in three writings before the lexicon,
  and cut in two by the hash of the English title. One half is known to the coder; the other is read by the test and by this
  command only. Weights were chosen on the open half, in folds.
- **Limits**: titles and lexicon come from the same hand, so common trades stand in both, and the figures for Urdu are kinder
  than a counter will be. The English of the same titles is plain English of Pakistan, easier than the index. Codes were
  not checked by a statistics office. Sindhi, Pashto, Balochi and Punjabi words were not measured. Measure again on the first
  thousand titles that officers have confirmed.
"""


@dataclass
class Tally:
    """What was asked and how often the right code came first, among five, or at least its group of three digits first."""

    asked: int = 0
    first: int = 0
    five: int = 0
    near: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    by_major: Counter[str] = field(default_factory=Counter)

    def take(self, code: str, found: Sequence[Suggestion]) -> None:
        """Count one answer."""
        codes = [each.code for each in found]
        self.asked += 1
        self.by_major[code[:1]] += 1
        self.first += codes[:1] == [code]
        self.five += code in codes
        self.near += bool(codes) and codes[0][:3] == code[:3]
        self.missed[code[:1]] += code not in codes

    def row(self) -> str:
        """Asked, top-1, top-5 and three digits right, as cells of a table."""
        return " | ".join(
            [f"{self.asked:,}", *(f"{100 * part / self.asked:.1f} %" for part in (self.first, self.five, self.near))]
        )


def fold_of(text: str) -> int:
    """The fold of a text: by its hash, so the same each time."""
    return hashlib.sha256(text.encode()).digest()[1] % FOLDS


def build(index: Sequence[tuple[str, str]] | None, titles: Sequence[dict[str, str]]) -> Coder:
    """A coder that knows these titles only; ``None`` for the index takes the table that is installed."""
    counts = (
        [(row["word"], row["isco_code"], float(row["titles"])) for row in installed_data("words_en")]
        if index is None
        else [(word, code, float(count)) for (word, code), count in count_words(index).items()]
    )
    return Coder(
        word_counts=counts,
        titles=titles,
        lexicon=installed_data("lexicon"),
        groups=isco_groups(),
        classes=isic_classes(),
    )


def measure(rows: Sequence[dict[str, str]], ask: Coder, tallies: dict[str, Tally]) -> None:
    """Ask for each title in each writing; ``isco …`` and ``isic …`` tallies by the writing's name."""
    for row in rows:
        for column, writing in WRITINGS.items():
            tallies.setdefault(f"isco {writing}", Tally()).take(row["isco_code"], ask.suggest(row[column]))
            tallies.setdefault(f"isic {writing}", Tally()).take(row["isic_code"], ask.suggest_industries(row[column]))


def open_half() -> dict[str, Tally]:
    """The open half in five folds."""
    titles = installed_data("titles")
    tallies: dict[str, Tally] = {}
    for fold in range(FOLDS):
        ask = build(None, [row for row in titles if fold_of(row["title_en"]) != fold])
        measure([row for row in titles if fold_of(row["title_en"]) == fold], ask, tallies)
    return tallies


def held_back() -> dict[str, Tally]:
    """The held-back half, asked of what is installed."""
    tallies: dict[str, Tally] = {}
    with HELD_BACK.open(encoding="utf-8", newline="") as file:
        measure(list(csv.DictReader(file)), coder(), tallies)
    return tallies


def english(index: Path) -> tuple[Tally, int]:
    """The index of English titles in five folds; also how many titles it has."""
    rows = list(dict.fromkeys(read_index(index)))
    groups = isco_groups()
    tally = Tally()
    for fold in range(FOLDS):
        ask = build([row for row in rows if fold_of(row[1]) != fold], installed_data("titles"))
        for code, title in rows:
            if fold_of(title) == fold and code in groups:
                tally.take(code, ask.suggest(title))
    return tally, len(rows)


def speed() -> tuple[float, float, float]:
    """Milliseconds of a query, median and 95th percentile, and distinct values a second of a column."""
    with HELD_BACK.open(encoding="utf-8", newline="") as file:
        texts = [row[column] for row in csv.DictReader(file) for column in WRITINGS]
    ask = coder()
    took = []
    for text in texts:
        before = time.perf_counter()
        ask.suggest(text)
        took.append(1000 * (time.perf_counter() - before))
    before = time.perf_counter()
    suggest_many(texts * 20)
    rate = len(texts) * 20 / (time.perf_counter() - before)
    return statistics.median(took), statistics.quantiles(took, n=20)[-1], rate


def show(tallies: dict[str, Tally], say: Callable[[str], object]) -> None:
    """The tallies in the terminal."""
    for name, tally in tallies.items():
        say(f"{name:18} {tally.row()}")


def page(tallies: dict[str, Tally], index: Tally, titles: int) -> str:
    """The page of the documentation."""
    median, high, rate = speed()
    lines = [
        "# How well is work coded?",
        "",
        "Written by `python -m benchmarks.occupations --index FILE`. The coder (`mazdoor.matching.occupations`) suggests,",
        "an officer confirms: what matters at the counter is whether the right code stands among the five that are shown.",
        "",
        "## Occupations (ISCO-08, four digits)",
        "",
        "| titles | asked | first | among five | first right to three digits |",
        "|---|---:|---:|---:|---:|",
        f"| English index of titles, five folds | {index.row()} |",
        *(f"| {writing}, held back | {tallies[f'isco {writing}'].row()} |" for writing in WRITINGS.values()),
        "",
        "## Industries (ISIC revision 4, four digits), from the same titles of work",
        "",
        "| titles | asked | first | among five | first right to three digits |",
        "|---|---:|---:|---:|---:|",
        *(f"| {writing}, held back | {tallies[f'isic {writing}'].row()} |" for writing in WRITINGS.values()),
        "",
        "A title of work often leaves the industry open (a welder may make gates or mend cars), so these are lower by nature.",
        "",
        "## What fails",
        "",
        "Right code not among five, by major group:",
        "",
        "| major group | English index | English | Urdu | Roman Urdu |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| {digit} {name} | " + " | ".join(_missed(tally, digit) for tally in (index, *_isco(tallies))) + " |"
            for digit, name in MAJOR.items()
        ),
        "",
        "- A word that stands in no title, lexicon or group (a new app, a local tool) leaves only its letters or its sound.",
        "- English titles that differ in one word only (*operator, machine: …*) and belong to neighbouring groups.",
        "- Status and task in one: *farm owner* is a manager, a grower or a subsistence farmer by what the title leaves out.",
        "- Urdu writes no short vowels and sounds are compared: words of two consonants may meet others.",
        "",
        HELD.format(index=titles, folds=FOLDS, written=len(installed_data("titles")) + tallies["isco Urdu"].asked),
        "## Speed",
        "",
        f"A query takes {median:.1f} ms (median) and {high:.1f} ms (95th percentile) on one core ({platform.machine()});",
        f"a column of a file, in which each distinct value is coded once, {rate:,.0f} rows/s at twenty repetitions of each.",
        "",
    ]
    return "\n".join(lines)


def _isco(tallies: dict[str, Tally]) -> list[Tally]:
    return [tallies[f"isco {writing}"] for writing in WRITINGS.values()]


def _missed(tally: Tally, digit: str) -> str:
    return f"{tally.missed[digit]} of {tally.by_major[digit]}"


def main() -> None:
    """Measure, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, help="a CSV of English titles: isco08,title")
    parser.add_argument("--learn", type=Path, help="write the table of English words from this CSV")
    parser.add_argument("--open", action="store_true", help="measure the open half in folds")
    given = parser.parse_args()
    if given.learn:
        print(f"{write_table(count_words(read_index(given.learn)), TABLE):,} rows written to {TABLE.relative_to(ROOT)}")
        return
    if given.open:
        show(open_half(), print)
        return
    tallies = held_back()
    show(tallies, print)
    if given.index:
        index, titles = english(given.index)
        print(f"{'English index':18} {index.row()}")
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(tallies, index, titles), encoding="utf-8")
        print(f"written to {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
