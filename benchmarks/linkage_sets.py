"""`mazdoor link` on the published sets of record linkage, beside Splink's quickstart in the same run.

``python -m benchmarks.linkage_sets`` reads FEBRL 1-3, RLdata500 and fake_1000 from ``linkage`` in the folder named by MAZDOOR_DATA
(by default ``../shared/data`` beside the repository), links each without being told which it is, and writes
``docs/quality/linkage-sets.md``. Nothing of the sets is copied here.

Splink's recipe is the quickstart of its README (5.0.0, as published with the package), over the same columns, recognised and
cleaned as for ours: its levels, its two blocking rules, its steps of training in its order. On fake_1000, the set it is written
for, that is the quickstart itself. It is given two advantages: the best of all thresholds, chosen by the truth (the
quickstart takes a probability of .95), and the better of pairs and clusters.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from mazdoor.matching.files.cleaning import clean
from mazdoor.matching.files.columns import Field, Kind, recognise
from mazdoor.matching.files.groups import components
from mazdoor.matching.files.measuring import truth_of
from mazdoor.matching.written import quoted

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "quality" / "linkage-sets.md"


@dataclass(frozen=True, slots=True)
class Published:
    """A published set: its file, the column that holds the truth, the part of it that names the person, what F1 is aimed at."""

    name: str
    file: str
    truth: str
    pattern: str | None
    aim: float | None
    origin: str


SETS = (
    Published("FEBRL 1", "febrl/dataset1.csv", "rec_id", r"\d+", 0.99, "Australian National University, BSD-3"),
    Published("FEBRL 2", "febrl/dataset2.csv", "rec_id", r"\d+", 0.99, "Australian National University, BSD-3"),
    Published("FEBRL 3", "febrl/dataset3.csv", "rec_id", r"\d+", 0.99, "Australian National University, BSD-3"),
    Published("RLdata500", "rldata/RLdata500.csv", "ent_id", None, 0.98, "R package RecordLinkage, GPL"),
    Published("fake_1000", "splink/fake_1000.csv", "cluster", None, None, "Splink's data sets, MIT"),
)


def folder() -> Path | None:
    """Where the published sets lie, or None where they are not at hand."""
    named = os.environ.get("MAZDOOR_DATA")
    found = (Path(named) if named else ROOT.parent / "shared" / "data") / "linkage"
    return found if all((found / each.file).is_file() for each in SETS) else None


def ours(path: Path, each: Published) -> dict[str, Any]:
    """The figures of the command itself, in a process of its own."""
    command = [sys.executable, "-m", "mazdoor.cli", "link", str(path), "--truth", each.truth, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def splink(path: Path, each: Published) -> dict[str, Any]:
    """The quickstart of Splink's README: the best F1 over all thresholds, of pairs or of clusters."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    began = time.perf_counter()
    logging.getLogger("splink").setLevel(logging.ERROR)
    with duckdb.connect() as con:
        con.execute("SET threads = 2")
        read = f"read_csv('{path}', all_varchar = true, header = true)"
        names = [str(row[0]) for row in con.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()]
        columns = ", ".join(f"{quoted(name)} AS {quoted(name.strip())}" for name in names)
        con.execute(f"CREATE TABLE given AS SELECT {columns} FROM {read}")
        fields = recognise(con, "given", apart=(each.truth,)).fields
        clean(con, "given", fields, beside=(f"{quoted(each.truth)} AS truth",))
        births = [field.name for field in fields if field.kind is Kind.BIRTH]
        for birth in births:
            con.execute(f"UPDATE people SET {birth} = {birth}[1:4] || '-' || {birth}[5:6] || '-' || {birth}[7:8]")
        names_kept = [field.name for field in fields if field.kind in (Kind.GIVEN, Kind.SURNAME)]
        settings = SettingsCreator(
            link_type="dedupe_only",
            blocking_rules_to_generate_predictions=[block_on(name) for name in names_kept],
            comparisons=[_default(field) for field in fields],
        )
        linker = Linker(DuckDBAPI(con).register("people"), settings, log_level=logging.ERROR)
        linker.training.estimate_probability_two_random_records_match([block_on(*names_kept)], recall=0.7)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for rule in (block_on(*names_kept), *(block_on(birth) for birth in births)):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        found = linker.inference.predict(threshold_match_weight=-10).physical_name
        pairs = con.execute(
            f"SELECT least(unique_id_l, unique_id_r), greatest(unique_id_l, unique_id_r), match_weight FROM {found}"
        ).fetchall()
        truth = {int(row): truth_of(value, each.pattern) for row, value in con.execute(
            "SELECT unique_id, truth FROM people"
        ).fetchall()}  # fmt: skip
    return _best(pairs, truth) | {"seconds": round(time.perf_counter() - began, 2)}


def _default(field: Field) -> Any:
    """The comparison that the quickstart has for such a column; Splink's own thresholds where it has none such."""
    import splink.comparison_library as library

    if field.kind in (Kind.GIVEN, Kind.FULL_NAME):
        return library.JaroWinklerAtThresholds(field.name, [0.9, 0.7])
    if field.kind is Kind.SURNAME:
        return library.JaroAtThresholds(field.name, [0.9, 0.7])
    if field.kind is Kind.BIRTH:
        return library.DateOfBirthComparison(
            field.name, input_is_string=True, datetime_metrics=["year", "month"], datetime_thresholds=[1, 1]
        )
    if field.kind is Kind.EMAIL:
        return library.EmailComparison(field.name)
    if field.kind is Kind.NUMBER:
        return library.LevenshteinAtThresholds(field.name)
    if field.kind is Kind.TEXT and field.name != "text_0":
        return library.JaroWinklerAtThresholds(field.name)
    return library.ExactMatch(field.name).configure(term_frequency_adjustments=True)


def _best(pairs: list[tuple[int, int, float]], truth: dict[int, str | None]) -> dict[str, Any]:
    """The best F1 over thresholds in half bits, of the pairs as they are and of their connected components."""
    people: dict[str, int] = {}
    for person in truth.values():
        if person is not None:
            people[person] = people.get(person, 0) + 1
    true = sum(count * (count - 1) // 2 for count in people.values())
    best: dict[str, Any] = {"f1": 0.0}
    for threshold in sorted({round(weight * 2) / 2 for _, _, weight in pairs}):
        chosen = [(a, b, w) for a, b, w in pairs if w >= threshold]
        groups: dict[int, list[int]] = {}
        for row, root in components(chosen, threshold).items():
            groups.setdefault(root, []).append(row)
        inside = ((a, b) for rows in groups.values() for a in rows for b in rows if a < b)
        for way, made in (("pairs", [(a, b) for a, b, _ in chosen]), ("clusters", list(inside))):
            figures = _figures(made, truth, true)
            if figures["f1"] > best["f1"]:
                best = figures | {"threshold": threshold, "way": way}
    return best


def _figures(made: Iterable[tuple[int, int]], truth: dict[int, str | None], true: int) -> dict[str, Any]:
    found = right = 0
    for a, b in made:
        found += 1
        right += truth[a] is not None and truth[a] == truth[b]
    precision, recall = right / max(found, 1), right / max(true, 1)
    return {"precision": precision, "recall": recall, "f1": 2 * right / max(found + true, 1)}


def main() -> int:
    """Measure all sets, print, and write the page."""
    data = folder()
    if data is None:
        print(
            "skipped: no folder linkage with febrl, rldata and splink in it; name the one above it with MAZDOOR_DATA",
            file=sys.stderr,
        )
        return 0
    rows = []
    for each in SETS:
        mine, theirs = ours(data / each.file, each), splink(data / each.file, each)
        rows.append((each, mine, theirs))
        print(
            f"{each.name}: ours F1 {mine['f1']:.4f} in {mine['seconds']} s; Splink's quickstart {theirs['f1']:.4f}",
            flush=True,
        )
    PAGE.write_text("\n".join(_page(rows)) + "\n", encoding="utf-8")
    return 0


def _page(rows: list[tuple[Published, dict[str, Any], dict[str, Any]]]) -> list[str]:
    lines = [
        "# Published sets of record linkage",
        "",
        "Written by `python -m benchmarks.linkage_sets`; nothing here is typed by hand. `mazdoor link FILE --truth COLUMN`, "
        "without a configuration and without being told which set it is, beside the quickstart of Splink's README (5.0.0): its "
        "levels, blocking rules and training, over the same columns, recognised and cleaned alike. Splink is given the "
        "threshold that is best by the truth (the quickstart takes .95), and the better of its pairs and its clusters; ours "
        "stays at an even chance. The truth is measured against and never learnt from. "
        f"Machine: {platform.machine()}, 2 threads; load {os.getloadavg()[0]:.1f}.",
        "",
        "| set | rows | true pairs | way | precision | recall | F1 | aim | seconds |",
        "|---|---:|---:|---|---:|---:|---:|---:|---:|",
    ]
    for each, mine, theirs in rows:
        aim = (
            f"{each.aim:.2f}: {_said(mine['f1'] >= each.aim)}"
            if each.aim
            else f"beat Splink: {_said(mine['f1'] > theirs['f1'])}"
        )
        begin = f"| {each.name} | {mine['rows']:,} | {mine['true_pairs']:,} "
        lines += [
            f"{begin}| **Mazdoor** | {mine['precision']:.4f} | {mine['recall']:.4f} | **{mine['f1']:.4f}** | {aim} "
            f"| {mine['seconds']} |",
            f"{begin}| Splink, quickstart ({theirs['way']} from {theirs['threshold']} bits) | {theirs['precision']:.4f} "
            f"| {theirs['recall']:.4f} | {theirs['f1']:.4f} | | {theirs['seconds']} |",
        ]
    lines += ["", "## What was compared", ""]
    for each, mine, _ in rows:
        fields = ", ".join(f"{name} ({' and '.join(columns)})" for name, columns in mine["fields"].items())
        all_pairs = mine["rows"] * (mine["rows"] - 1) // 2
        lines.append(
            f"- **{each.name}** ({each.origin}): {fields}; {mine['compared']:,} pairs of {all_pairs:,} share a key, "
            f"{mine['reached']:.4f} of the true ones among them."
        )
    return [*lines, ""]


def _said(met: bool) -> str:
    return "met" if met else "**missed**"


if __name__ == "__main__":
    sys.exit(main())
