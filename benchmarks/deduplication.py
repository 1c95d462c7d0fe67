"""How well are people found who are registered twice? At a million invented persons, beside Splink's own recipe and peers' way.

``python -m benchmarks.deduplication`` writes ``docs/quality/deduplication.md`` and its curves. ``--persons N`` takes another
size (``--no-page`` prints only), ``--seed`` another population; ``--again FILE`` writes the page once more from the figures that
``--report FILE`` kept. The spellings of the population are those that nobody may tune
on. The naive recipe is run first: a population on which it scores under .85 or over .90 is told not to count.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.deduplication_page import write_page
from benchmarks.populations import population
from mazdoor.matching.clusters import clusters
from mazdoor.matching.linkage import LinkSettings, link
from mazdoor.matching.thresholds import cost_curve, lines_within
from mazdoor.synth.linkage import LinkageOrder

ROOT = Path(__file__).resolve().parents[1]
#: Share of records that officers may be asked to look at.
REVIEW_SHARE = 0.015
#: How far under an even chance pairs are written: the curve is drawn from there.
_LOWEST = -8.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision, recall and F1 on pairs of records."""

    precision: float
    recall: float
    f1: float
    found: int

    @classmethod
    def of(cls, right: int, found: int, true: int) -> Figures:
        """From counts."""
        precision, recall = right / max(found, 1), right / max(true, 1)
        return cls(precision, recall, 2 * right / max(found + true, 1), found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the page."""
    options = _options(arguments)
    if options.part:
        print(json.dumps(_PARTS[options.part](Path(options.people), Path(options.out))))
        return 0
    if options.again:
        write_page(json.loads(options.again.read_text(encoding="utf-8")))
        return 0
    with tempfile.TemporaryDirectory(prefix="mazdoor-dedup-") as scratch:
        folder = Path(options.folder or scratch)
        report: dict[str, Any] = {"persons": options.persons, "seed": options.seed, "machine": platform.machine()}
        people = population(LinkageOrder(options.persons, seed=options.seed), folder)
        earlier = json.loads(options.earlier.read_text(encoding="utf-8")) if options.earlier else {}
        for part in ("exact", "naive", "ours"):
            if part in options.skip:
                if part in earlier and all(earlier[each] == report[each] for each in ("persons", "seed")):
                    report[part] = earlier[part]
                    report.setdefault("earlier", []).append(part)
                continue
            report[part] = _apart(part, people, folder)
            _say(part, report[part])
        if "cnic" not in options.skip:
            with_cards = population(LinkageOrder(options.cards, seed=options.seed, cnic=True), folder)
            report["cards"] = {"persons": options.cards}
            for part in ("exact_cards", "ours_cards"):
                report["cards"][part] = _apart(part, with_cards, folder)
                _say(part, report["cards"][part])
            urdu = population(LinkageOrder(options.cards, seed=options.seed, urdu=0.3), folder)
            hard = population(LinkageOrder(options.cards, seed=options.seed, hard=True), folder)
            for name, file in (("urdu", urdu), ("hard", hard)):
                report[name] = _apart("ours", file, folder) | {"persons": options.cards}
                _say(name, report[name])
        if options.report:
            options.report.write_text(json.dumps(report, indent=1), encoding="utf-8")
        if not options.no_page:
            write_page(report)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument(
        "--cards", type=int, default=100_000, help="persons where the CNIC, Urdu or harder errors are in play"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skip", action="append", default=[], choices=("exact", "naive", "ours", "cnic"))
    parser.add_argument(
        "--earlier",
        type=Path,
        help="take parts that are skipped from figures kept of the same people; the page says so",
    )
    parser.add_argument("--folder", help="where populations are kept between runs")
    parser.add_argument("--report", type=Path, help="write the figures here as JSON")
    parser.add_argument(
        "--again", type=Path, help="write the page from figures that --report kept, and measure nothing"
    )
    parser.add_argument("--no-page", action="store_true")
    parser.add_argument("--part", choices=sorted(_PARTS), help=argparse.SUPPRESS)
    parser.add_argument("--people", help=argparse.SUPPRESS)
    parser.add_argument("--out", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _apart(part: str, people: Path, folder: Path) -> dict[str, Any]:
    """Run one part in a process of its own, so that its memory is its own; its figures and what it took."""
    with tempfile.TemporaryDirectory(dir=folder) as out:
        command = [
            sys.executable,
            "-m",
            "benchmarks.deduplication",
            "--part",
            part,
            "--people",
            str(people),
            "--out",
            out,
        ]
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        said = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{part} ended with {process.returncode}")
        figures: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return figures | {
        "seconds": round(time.perf_counter() - began, 1),
        "processor_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mb": usage.ru_maxrss // 1024,
        "load": round(os.getloadavg()[0], 1),
    }


def _say(part: str, figures: dict[str, Any]) -> None:
    best = figures["best"]
    print(
        f"{part}: precision {best['precision']:.4f} recall {best['recall']:.4f} F1 {best['f1']:.4f}; "
        f"{figures['seconds']} s, {figures['processor_seconds']} s of processor, {figures['peak_mb']:,} MB, "
        f"load {figures['load']}",
        flush=True,
    )
    if "steps" in figures:
        grouped, upper, review = figures["grouped"], figures["upper"], figures["review"]
        print(
            f"  linked in {sum(figures['steps'].values()):.1f} s {figures['steps']}, {figures['joined']:,} pairs joined; the rest "
            f"is measuring\n  groups: precision {grouped['precision']:.4f} recall {grouped['recall']:.4f} F1 {grouped['f1']:.4f}; "
            f"upper band from {upper['bits']}: {upper['precision']:.4f}; review from {review['bits']}: "
            f"{100 * review['share']:.2f} % of records, recall {review['recall']:.4f}; ceiling "
            f"{figures['reached_above_lowest']:.4f}",
            flush=True,
        )


def _truth(con: duckdb.DuckDBPyConnection, people: Path) -> int:
    """Table `truth` (a, b, with a < b); how many true pairs there are."""
    con.execute("SET threads = 2; SET memory_limit = '3GB'")
    con.execute(f"CREATE VIEW people AS SELECT * FROM read_parquet('{people}')")
    con.execute(
        "CREATE TABLE truth AS SELECT min(record_id) AS a, max(record_id) AS b FROM people GROUP BY person_no HAVING count(*) > 1"
    )
    return int(con.execute("SELECT count(*) FROM truth").fetchall()[0][0])


def _exact(people: Path, out: Path, columns: str = "given_name, surname, birth_date") -> dict[str, Any]:
    """As peers do it: one person is who has the same id, or without one the same names and birth date, letter by letter."""
    with duckdb.connect() as con:
        true = _truth(con, people)
        found, right = con.execute(
            f"""
            WITH same AS (SELECT record_id, person_no, hash({columns}) AS k FROM people
                          WHERE {" AND ".join(f"{each} IS NOT NULL" for each in columns.split(", "))})
            SELECT count(*), count(*) FILTER (l.person_no = r.person_no)
            FROM same l JOIN same r ON l.k = r.k AND l.record_id < r.record_id
            """
        ).fetchall()[0]
    return {"best": asdict(Figures.of(right, found, true)), "true_pairs": true}


def _exact_cards(people: Path, out: Path) -> dict[str, Any]:
    return _exact(people, out, "cnic")


def _naive(people: Path, out: Path) -> dict[str, Any]:
    """The naive recipe: Splink with its default levels, trained step by step as the quickstart of its README (5.0.0) is.

    Quickstart: levels on Jaro-Winkler .9 and .7 for a name, `DateOfBirthComparison`, exact match for the rest; the prior from
    deterministic rules, u from a million random pairs, expectation-maximisation under a rule at a time, pairs from -10 bits.
    Two things are not its: it blocks on the first name and on the surname, each alone, which is told here and not run
    (``quickstart_pairs``), so keys are of two fields; and in the place of its probability of .95 the best threshold by the
    truth is taken.
    """
    import splink.comparison_library as levels
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    con = duckdb.connect()
    true = _truth(con, people)
    con.execute("SET memory_limit = '5GB'")
    con.execute(f"SET temp_directory = '{out}'")
    con.execute(
        "CREATE TABLE p AS SELECT record_id AS unique_id, given_name, surname, father_name, "
        "CAST(birth_date AS VARCHAR) AS birth_date, mobile, district_code, sex FROM people"
    )
    rules = [block_on("given_name", "surname"), block_on("birth_date", "surname"), block_on("mobile")]
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            levels.JaroWinklerAtThresholds("given_name"),
            levels.JaroWinklerAtThresholds("surname"),
            levels.JaroWinklerAtThresholds("father_name"),
            levels.DateOfBirthComparison("birth_date", input_is_string=True),
            levels.ExactMatch("mobile"),
            levels.ExactMatch("district_code"),
            levels.ExactMatch("sex"),
        ],
    )
    linker = Linker(DuckDBAPI(con).register("p"), settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("given_name", "surname", "birth_date"), block_on("mobile", "given_name")], recall=0.4
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in rules:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_weight=-10).physical_name
    con.execute(
        f"CREATE TABLE weighed AS SELECT least(unique_id_l, unique_id_r) AS a, greatest(unique_id_l, unique_id_r) AS b, "
        f"match_weight AS weight FROM {pairs}"
    )
    alone = con.execute(
        "SELECT sum(n * (n - 1) // 2)::BIGINT FROM (SELECT count(*) AS n FROM p WHERE given_name IS NOT NULL GROUP BY given_name "
        "UNION ALL SELECT count(*) FROM p WHERE surname IS NOT NULL GROUP BY surname)"
    ).fetchall()[0][0]
    return _curve(con, true) | {"quickstart_pairs": int(alone)}


def _curve(con: duckdb.DuckDBPyConnection, true: int) -> dict[str, Any]:
    """Precision and recall at every half bit of table `weighed` (a, b, weight); the best F1 and the reach."""
    rows = con.execute(
        "SELECT floor(weight * 2) / 2 AS w, count(*), count(t.a) FROM weighed LEFT JOIN truth t USING (a, b) "
        "GROUP BY 1 ORDER BY 1 DESC"
    ).fetchall()
    found = right = 0
    curve = []
    for weight, pairs, hits in rows:
        found, right = found + int(pairs), right + int(hits)
        curve.append({"threshold": float(weight), **asdict(Figures.of(right, found, true))})
    best = max(curve, key=lambda point: point["f1"])
    return {"best": best, "curve": curve, "true_pairs": true, "written_reach": right / true}


def ours(people: Path, out: Path, *, use_cnic: bool = False, labels: Path | None = None) -> dict[str, Any]:
    """Our linkage: thresholds from costs, groups with a guard, the two bands, and who is wronged. ``labels``: decided pairs,
    as `LinkSettings` has them."""
    result = link(
        people,
        work_dir=out / "link",
        settings=LinkSettings(
            use_cnic=use_cnic,
            lower=_LOWEST,
            labels=labels,
            memory_limit=os.environ.get("MAZDOOR_LINK_MEMORY", "6GB"),
        ),
    )
    with duckdb.connect() as con:
        true = _truth(con, people)
        con.execute(
            f"CREATE TABLE weighed AS SELECT least(record_id_a, record_id_b) AS a, greatest(record_id_a, record_id_b) AS b, "
            f"weight FROM read_parquet('{result.pairs}')"
        )
        report = _curve(con, true)
        reached = con.execute("SELECT count(*) FROM weighed JOIN truth USING (a, b)").fetchall()[0][0]
        steps = [(float(w), int(n)) for w, n in con.execute(
            "SELECT round(weight * 8) / 8 AS w, count(*) FROM weighed GROUP BY 1"
        ).fetchall()]  # fmt: skip
        lines = lines_within(steps, int(REVIEW_SHARE * result.records / 2))
        at_zero = con.execute(
            "SELECT count(*), count(t.a) FROM weighed LEFT JOIN truth t USING (a, b) WHERE weight >= 0"
        ).fetchall()[0]
        upper = con.execute(
            "SELECT count(*), count(t.a) FROM weighed LEFT JOIN truth t USING (a, b) WHERE weight >= ?", [lines.upper]
        ).fetchall()[0]
        band = con.execute(
            "SELECT count(*), count(t.a) FROM weighed LEFT JOIN truth t USING (a, b) WHERE weight >= ?", [lines.lower]
        ).fetchall()[0]
        in_review = con.execute(
            "SELECT count(DISTINCT r) FROM (SELECT unnest([a, b]) AS r FROM weighed WHERE weight >= ? AND weight < ?)",
            [lines.lower, lines.upper],
        ).fetchall()[0][0]
        made = clusters(result.pairs, threshold=0.0)
        pairs = [(a, b) for group in made.groups for i, a in enumerate(group) for b in group[i + 1 :]]
        con.execute("CREATE TABLE grouped (a BIGINT, b BIGINT)")
        con.execute("INSERT INTO grouped SELECT unnest(?), unnest(?)", [[p[0] for p in pairs], [p[1] for p in pairs]])
        right = con.execute("SELECT count(*) FROM grouped JOIN truth USING (a, b)").fetchall()[0][0]
        report |= {
            "at_zero": asdict(Figures.of(int(at_zero[1]), int(at_zero[0]), true)),
            "grouped": asdict(Figures.of(int(right), len(pairs), true)),
            "groups": len(made.groups),
            "bridges_cut": len(made.cut),
            "largest_component": made.largest_component,
            "upper": {"bits": lines.upper, **asdict(Figures.of(int(upper[1]), int(upper[0]), true))},
            "review": {
                "bits": lines.lower,
                "records": int(in_review),
                "share": int(in_review) / result.records,
                "recall": int(band[1]) / true,
            },
            "records": result.records,
            "joined": result.compared,
            "reached_above_lowest": int(reached) / true,
            "too_wide": result.too_wide,
            "left_out": result.left_out,
            "steps": result.seconds,
            "cost": [asdict(point) for point in cost_curve(_whole_bits(steps))],
            "by": _by(con, true),
            "kinds": _kinds(con),
        }
    return report


def _whole_bits(steps: Sequence[tuple[float, int]]) -> list[tuple[float, int]]:
    whole: dict[float, int] = {}
    for bits, pairs in steps:
        whole[math.floor(bits)] = whole.get(math.floor(bits), 0) + pairs
    return [(float(bits) + 0.5, pairs) for bits, pairs in whole.items()]


def _ours_cards(people: Path, out: Path) -> dict[str, Any]:
    return ours(people, out, use_cnic=True)


def _by(con: duckdb.DuckDBPyConnection, true: int) -> dict[str, list[dict[str, Any]]]:
    """Precision and recall at an even chance by sex, province, script and error of the second record."""
    con.execute(
        """
        CREATE TABLE at_even AS
        SELECT coalesce(w.a, t.a) AS a, coalesce(w.b, t.b) AS b, w.a IS NOT NULL AS found, t.a IS NOT NULL AS real
        FROM (SELECT * FROM weighed WHERE weight >= 0) w FULL JOIN truth t ON w.a = t.a AND w.b = t.b
        """
    )
    # the second record of a pair: the one with errors of its own
    con.execute(
        """
        CREATE TABLE described AS
        SELECT found, real, CASE WHEN x.errors IS NULL THEN y.sex ELSE x.sex END AS sex,
               CASE WHEN x.errors IS NULL THEN y.district_code ELSE x.district_code END[1:3] AS province,
               CASE WHEN x.script = y.script THEN x.script ELSE 'one of each' END AS script,
               coalesce(x.errors, y.errors) AS errors
        FROM at_even JOIN people x ON x.record_id = a JOIN people y ON y.record_id = b
        """
    )
    out: dict[str, list[dict[str, Any]]] = {}
    for what, source in (
        ("sex", "SELECT *, sex AS v FROM described"),
        ("province", "SELECT *, province AS v FROM described"),
        ("script", "SELECT *, script AS v FROM described"),
        ("error", "SELECT *, unnest(string_split(errors, ',')) AS v FROM described"),
    ):
        rows = con.execute(
            f"SELECT v, count(*) FILTER (real), count(*) FILTER (found), count(*) FILTER (real AND found) FROM ({source}) "
            "WHERE v IS NOT NULL GROUP BY v ORDER BY v"
        ).fetchall()
        out[what] = [
            {"value": str(v), "true": int(t), **asdict(Figures.of(int(r), int(f), int(t)))} for v, t, f, r in rows
        ]
    return out


def _kinds(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """What the wrongly joined pairs are, at an even chance."""
    rows = con.execute(
        """
        SELECT CASE WHEN x.household_id = y.household_id THEN 'members of one household'
                    WHEN x.surname = y.surname AND x.father_name = y.father_name THEN 'same surname and father (kin or namesakes)'
                    WHEN x.father_name = y.father_name THEN 'same father''s name'
                    WHEN x.given_name = y.given_name AND x.birth_date = y.birth_date THEN 'same given name and birth date'
                    WHEN x.phone_index = y.phone_index THEN 'same telephone'
                    WHEN x.birth_date = y.birth_date THEN 'same birth date, names alike'
                    ELSE 'names alike' END AS kind, count(*)
        FROM at_even JOIN people x ON x.record_id = a JOIN people y ON y.record_id = b WHERE found AND NOT real
        GROUP BY 1 ORDER BY 2 DESC
        """
    ).fetchall()
    return [(str(kind), int(number)) for kind, number in rows]


_PARTS = {
    "exact": _exact,
    "exact_cards": _exact_cards,
    "naive": _naive,
    "ours": ours,
    "ours_cards": _ours_cards,
}


if __name__ == "__main__":
    sys.exit(main())
