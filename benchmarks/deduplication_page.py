"""The page of `benchmarks.deduplication`: tables, and the curves as SVG."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import Any

import altair as alt

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "quality" / "deduplication.md"
CURVE = ROOT / "docs" / "pictures" / "deduplication_curves.svg"
COST = ROOT / "docs" / "pictures" / "deduplication_cost.svg"
AREAS = ROOT / "src" / "mazdoor" / "reference" / "data" / "areas.csv"


def write_page(report: dict[str, Any]) -> None:
    """Write ``docs/quality/deduplication.md`` and its two pictures."""
    _curves(report)
    _cost(report["ours"])
    PAGE.write_text("\n".join(_lines(report)) + "\n", encoding="utf-8")


def _lines(report: dict[str, Any]) -> list[str]:
    ours, naive, exact = report["ours"], report.get("naive"), report.get("exact")
    persons = report["persons"]
    counts = naive is not None and 0.85 <= naive["best"]["f1"] <= 0.90
    return [
        "# How well are people found who are registered twice?",
        "",
        f"Written by `python -m benchmarks.deduplication --persons {persons}`; nothing here is typed by hand. {persons:,} "
        f"invented persons, {ours['records']:,} records, {ours['true_pairs']:,} of them registered a second time with the "
        "errors of [`linkage_errors.yaml`](../../src/mazdoor/synth/data/linkage_errors.yaml), no CNIC. Spellings are those "
        f"held back from tuning, seed {report['seed']}; the model learns from the records alone, never from the truth.",
        "",
        _counts(naive, counts, persons),
        "",
        "| way | precision | recall | F1 | seconds | of processor | peak MB | load |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        _row("Mazdoor, groups with a guard against chains", ours["grouped"], ours),
        _row("Mazdoor, pairs at an even chance (0 bits)", ours["at_zero"], ours),
        *([_row("Splink, the naive recipe, best threshold by the truth", naive["best"], naive)] if naive else []),
        *([_row("as peers do: same names and birth date, letter by letter", exact["best"], exact)] if exact else []),
        "",
        *(
            ["The rows of Splink and of the peers were measured in an earlier run on the same people.", ""]
            if report.get("earlier")
            else []
        ),
        f"![Precision against recall](../pictures/{CURVE.name})",
        "",
        "## Bands",
        "",
        f"- Upper band, from {ours['upper']['bits']} bits: precision **{ours['upper']['precision']:.4f}**, recall "
        f"{ours['upper']['recall']:.4f}, {ours['upper']['found']:,} pairs.",
        f"- Review band, {ours['review']['bits']} to {ours['upper']['bits']} bits: {ours['review']['records']:,} records "
        f"(**{100 * ours['review']['share']:.2f} %**); both bands together hold **{ours['review']['recall']:.4f}** of the true "
        "pairs.",
        f"- Groups: {ours['groups']:,}; the largest chain of likely pairs joined {ours['largest_component']} records; "
        f"{ours['bridges_cut']:,} bridges were cut and go to review.",
        f"- Ceiling: {ours['reached_above_lowest']:.4f} of the true pairs share a key and weigh {_lowest(ours)} bits or more; "
        f"{ours['joined']:,} pairs were joined and screened.",
        "",
        "The lines are drawn from costs (`matching/thresholds.py`): a wrong merge costs 200 looks, a missed pair 10. They are "
        "opinions to be set by who answers for the register. Where more pairs lie between them than officers are asked to look "
        "at, a look is made dearer until they do not, which draws both lines together. Weights hold the size of the "
        "register in their prior, so the lines stay where they are as it grows.",
        "",
        f"![Expected cost of one line](../pictures/{COST.name})",
        "",
        "## Who is harmed by their spelling?",
        "",
        "At an even chance. Nobody may be found less, or joined wrongly more, for sex, place or script.",
        "",
        *_groups("sex", ours),
        *_groups("province", ours),
        *_groups("script", ours, report.get("urdu")),
        "## What is missed, and what is wrongly joined",
        "",
        *_groups("error", ours),
        "| wrongly joined | pairs |",
        "|---|---:|",
        *[f"| {kind} | {number:,} |" for kind, number in ours["kinds"]],
        "",
        *_others(report),
        "## What each step took",
        "",
        "| step | seconds |",
        "|---|---:|",
        *[f"| {step} | {seconds} |" for step, seconds in ours["steps"].items()],
        f"| linkage; what the table above holds beyond it is measuring | {sum(ours['steps'].values()):.1f} |",
        "",
        f"Keys left out because they would bring too many pairs at this size: {_named(ours['too_wide'])}. Records in blocks "
        f"too common to join: {_named(ours['left_out'])}.",
    ]


def _counts(naive: dict[str, Any] | None, counts: bool, persons: int) -> str:
    if naive is None:
        return "**The naive recipe was not run, so this population was not shown to count.**"
    quickstart = (
        f", instead of the first name alone and the surname alone, which would join {naive['quickstart_pairs']:,} pairs here"
        if "quickstart_pairs" in naive
        else ""
    )
    said = (
        f"The naive recipe (default levels; trained as the quickstart of Splink's README, 5.0.0; blocked on first name and "
        f"surname, birth date and surname, phone{quickstart}) scores F1 {naive['best']['f1']:.4f}"
    )
    if persons != 1_000_000:
        return f"{said}. It was set to score .85 to .90 at a million; at {persons:,} no such line is drawn."
    if counts:
        return f"{said}, between .85 and .90: the population counts."
    return f"**{said}, not between .85 and .90: this population does not count.**"


def _row(name: str, figures: dict[str, Any], took: dict[str, Any]) -> str:
    return (
        f"| {name} | {figures['precision']:.4f} | {figures['recall']:.4f} | {figures['f1']:.4f} | {took['seconds']} | "
        f"{took['processor_seconds']} | {took['peak_mb']:,} | {took['load']} |"
    )


def _groups(what: str, *reports: dict[str, Any] | None) -> list[str]:
    lines = [f"| {what} | true pairs | precision | recall |", "|---|---:|---:|---:|"]
    for report in reports:
        if report is None:
            continue
        among = "" if report is reports[0] else f" (of {report['persons']:,} persons)"
        for each in report["by"][what]:
            name = each["value"] or "none: a second record without an error"
            name = _provinces().get(name, name) if what == "province" else name
            precision = "" if what == "error" else f"{each['precision']:.4f}"
            lines.append(f"| {name.replace('_', ' ')}{among} | {each['true']:,} | {precision} | {each['recall']:.4f} |")
    return [*lines, ""]


@lru_cache(maxsize=1)
def _provinces() -> dict[str, str]:
    """Names of the provinces by their P-codes, from the reference data."""
    with AREAS.open(encoding="utf-8", newline="") as rows:
        return {row["code"]: row["name_en"] for row in csv.DictReader(rows) if row["level"] == "province"}


def _others(report: dict[str, Any]) -> list[str]:
    if "cards" not in report:
        return []
    cards = report["cards"]
    rows = [
        ("CNIC in play (wrong, swapped, old, missing, shared by fraud): Mazdoor", cards["ours_cards"]),
        ("the same people: exact CNIC, as peers do", cards["exact_cards"]),
        ("no CNIC, 30 % of second records in Urdu script: Mazdoor", report["urdu"]),
        ("no CNIC, names in the wrong box, decades, one household: Mazdoor", report["hard"]),
    ]
    return [
        f"## Other populations ({cards['persons']:,} persons)",
        "",
        "| population and way | precision | recall | F1 | upper band | review share | recall with review |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *[
            f"| {name} | {part.get('at_zero', part['best'])['precision']:.4f} | "
            f"{part.get('at_zero', part['best'])['recall']:.4f} | {part.get('at_zero', part['best'])['f1']:.4f} | "
            + (
                f"{part['upper']['precision']:.4f} | {100 * part['review']['share']:.2f} % | {part['review']['recall']:.4f} |"
                if "upper" in part
                else "| | |"
            )
            for name, part in rows
        ],
        "",
    ]


def _named(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} ({number:,})" for name, number in sorted(counts.items())) or "none"


def _lowest(ours: dict[str, Any]) -> str:
    return f"{min(point['threshold'] for point in ours['curve']):.0f}"


def _curves(report: dict[str, Any]) -> None:
    points = [
        {"way": name, "precision": point["precision"], "recall": point["recall"]}
        for key, name in (("ours", "Mazdoor"), ("naive", "Splink, naive recipe"))
        if key in report
        for point in report[key]["curve"]
        if point["precision"] > 0.5
    ]
    if "exact" in report:
        best = report["exact"]["best"]
        points.append({"way": "exact, as peers do", "precision": best["precision"], "recall": best["recall"]})
    chart = (
        alt.Chart(alt.InlineData(values=points), title=f"{report['persons']:,} invented persons, no CNIC")
        .mark_line(point=True)
        .encode(
            x=alt.X("recall:Q", scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("precision:Q", scale=alt.Scale(domain=[0.5, 1])),
            color=alt.Color("way:N", title=None),
            order="recall:Q",
        )
        .properties(width=520, height=300)
    )
    chart.save(str(CURVE))


def _cost(ours: dict[str, Any]) -> None:
    values = [
        {"bits": point["threshold"], "cost": point["expected_cost"]}
        for point in ours["cost"]
        if -6 <= point["threshold"] <= 16
    ]
    chart = (
        alt.Chart(alt.InlineData(values=values), title="Expected cost of merging from one line on, in looks")
        .mark_line(point=True)
        .encode(
            x=alt.X("bits:Q", title="threshold (bits)"), y=alt.Y("cost:Q", title="cost", scale=alt.Scale(type="log"))
        )
        .properties(width=520, height=260)
    )
    chart.save(str(COST))
