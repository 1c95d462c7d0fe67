"""Bar charts drawn on the server: described by Altair, drawn to SVG by vl-convert, no script in the page.

For Urdu the bars grow from the right and names stand at the right. The same figures give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import altair
import vl_convert

from mazdoor.delivery.reporting import selectors
from mazdoor.delivery.reporting.figures import (
    ACCENT,
    INK,
    PAPER,
    QUIET,
    Figure,
    about_text,
    accessible,
    count_text,
    font,
    is_urdu,
    share_text,
)
from mazdoor.delivery.reporting.models import ReportRun
from mazdoor.delivery.reporting.words import BREAKDOWNS
from mazdoor.kernel.refusals import Words

_WIDTH: Final = 420
_ROW: Final = 34
_ROOM_FOR_LABELS: Final = Decimal("1.28")  # the axis is longer than the longest bar, so its number fits beside it

COVERED: Final = Words("Registered of those there are", "موجود مزدوروں میں سے درج")
GAP: Final = Words("Who is left out among the registered", "درج مزدوروں میں کون محروم ہے")
LEFT_OUT_SENTENCE: Final = Words(
    "{what}: {people} of {of} registered workers ({share}).",
    "{what}: {of} درج مزدوروں میں سے {people} ({share})۔",
)
COVERAGE_SENTENCE: Final = Words(
    "{registered} of about {estimated} informal workers are registered ({share}). Highest: {best} ({best_share}); "
    "lowest: {worst} ({worst_share}).",
    "تقریباً {estimated} غیر رسمی مزدوروں میں سے {registered} درج ہیں ({share})۔ سب سے زیادہ: {best} ({best_share})؛ "
    "سب سے کم: {worst} ({worst_share})۔",
)
NOBODY: Final = Words("No figure can be shown yet.", "ابھی دکھانے کے لیے کوئی عدد نہیں۔")
METHOD: Final = Words(
    "Estimates: PBS Labour Force Survey 2024-25. Everybody in agriculture is counted, and 72.1% of the rest. Where the "
    "survey prints no figure the national one is spread by census 2023 population and marked derived.",
    "اندازے: پی بی ایس لیبر فورس سروے 2024-25۔ زراعت کے تمام اور باقی شعبوں کے 72.1 فیصد کارکن شمار کیے گئے۔ جہاں سروے "
    "میں عدد نہیں، وہاں قومی عدد مردم شماری 2023 کی آبادی کے حساب سے تقسیم کر کے «ماخوذ» لکھا گیا ہے۔",
)
BASIS: Final = {
    "published": Words("published", "شائع شدہ"),
    "derived": Words("derived", "ماخوذ"),
    "": Words("–", "–"),
}
REGISTERED: Final = Words("Registered", "درج")
ESTIMATED: Final = Words("Estimated", "اندازہ")
SHARE: Final = Words("Share", "شرح")
HOW_KNOWN: Final = Words("Estimate is", "اندازہ کیسا ہے")
PEOPLE: Final = Words("Workers", "مزدور")
OF_ALL: Final = Words("Of all", "کل میں سے")
MEANING: Final = Words("What it counts", "کیا شمار ہوا")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its length, and what is written at its end."""

    name: str
    value: Decimal
    label: str


def bars(*, data: Sequence[Bar], name: str, title: str, sentence: str, language: str) -> str:
    """Horizontal bars as accessible SVG, in the order given."""
    family = font(language)
    urdu = is_urdu(language)
    longest = max((bar.value for bar in data), default=Decimal(0)) or Decimal(1)
    values = [{"name": bar.name, "value": float(bar.value), "label": bar.label} for bar in data]
    chart = altair.Chart(altair.InlineData(values=values))
    order = [bar.name for bar in data]
    y = altair.Y(
        "name:N",
        sort=order,
        title=None,
        axis=altair.Axis(
            orient="right" if urdu else "left",
            domain=False,
            ticks=False,
            labelPadding=8,
            labelLimit=260,
            labelFont=family,
            labelFontSize=14,
            labelColor=INK,
        ),
    )
    scale = altair.Scale(domain=[0, float(longest * _ROOM_FOR_LABELS)], reverse=urdu, nice=False)
    x = altair.X("value:Q", axis=None, scale=scale)
    drawn = (
        chart.mark_bar(color=ACCENT, height=20).encode(x=x, y=y)
        + chart.mark_text(
            align="right" if urdu else "left",
            dx=-6 if urdu else 6,
            font=font("en"),  # numbers, in western digits in both languages
            fontSize=13,
            color=QUIET,
        ).encode(x=x, y=y, text="label:N")
    ).properties(width=_WIDTH, height=_ROW * max(len(data), 1), background=PAPER)
    specification = drawn.configure(aria=False, view=altair.ViewConfig(strokeWidth=0)).to_dict()
    svg = str(vl_convert.vegalite_to_svg(specification))
    return accessible(svg, name=name, title=title, sentence=sentence, language=language)


def coverage_chart(
    *, by: str = "province", run: ReportRun | None = None, language: str = "en", public: bool = False
) -> Figure:
    """Registered as a share of estimated informal workers, by ``province``, ``sex``, ``sector`` or ``category``."""
    run = run or selectors.get_latest()
    rows = selectors.coverage(by=by, run=run, language=language, public=public)
    shown = sorted((row for row in rows if row.share is not None), key=lambda row: (-(row.share or 0), row.key))
    title = f"{COVERED.in_language(language)}: {BREAKDOWNS[by].in_language(language)}"
    sentence = coverage_sentence(run=run, rows=shown, language=language, public=public)
    data = [Bar(row.name, row.share or Decimal(0), share_text(row.share)) for row in shown]
    return Figure(
        svg=bars(data=data, name=f"coverage-{by}", title=title, sentence=sentence, language=language),
        title=title,
        sentence=sentence,
        columns=coverage_columns(by, language),
        rows=coverage_table(rows, language),
        notes=[METHOD.in_language(language)],
    )


def gaps_chart(
    *, area_code: str = "", run: ReportRun | None = None, language: str = "en", public: bool = False
) -> Figure:
    """What registered workers lack, as a share of them."""
    found = selectors.gaps(area_code=area_code, run=run, language=language, public=public)
    title = GAP.in_language(language)
    data, rows = [], []
    for gap in found:
        share = Decimal(gap.people) * 100 / Decimal(gap.of) if gap.people is not None and gap.of else None
        rows.append(
            [gap.name, count_text(gap.people, language), count_text(gap.of, language), share_text(share), gap.meaning]
        )
        if share is not None:
            data.append(Bar(gap.name, share, f"{share_text(share)}"))
    sentence = NOBODY.in_language(language)
    worst = max((gap for gap in found if gap.people is not None and gap.of), key=_gap_size, default=None)
    if worst is not None and worst.people is not None and worst.of:
        sentence = LEFT_OUT_SENTENCE.in_language(language).format(
            of=f"{worst.of:,}",
            people=f"{worst.people:,}",
            share=share_text(Decimal(worst.people) * 100 / Decimal(worst.of)),
            what=worst.name,
        )
    columns = [BREAKDOWNS["total"], PEOPLE, OF_ALL, SHARE, MEANING]
    return Figure(
        svg=bars(data=data, name=f"gaps{area_code}", title=title, sentence=sentence, language=language),
        title=title,
        sentence=sentence,
        columns=["", *(word.in_language(language) for word in columns[1:])],
        rows=rows,
    )


def coverage_columns(by: str, language: str) -> list[str]:
    """Heads of the coverage table."""
    heads = (BREAKDOWNS[by], REGISTERED, ESTIMATED, SHARE, HOW_KNOWN)
    return [head.in_language(language) for head in heads]


def coverage_table(rows: Sequence[selectors.CoverageRow], language: str) -> list[list[str]]:
    """The numbers of a coverage chart or map, in the order given."""
    return [
        [
            row.name,
            count_text(row.registered, language),
            f"{row.estimated:,}" if row.estimated is not None else "–",
            share_text(row.share),
            BASIS[row.basis].in_language(language),
        ]
        for row in rows
    ]


def coverage_sentence(
    *, run: ReportRun, rows: Sequence[selectors.CoverageRow], language: str, public: bool = False
) -> str:
    """What a coverage chart or map shows, in one sentence. ``rows`` run from the highest share to the lowest."""
    (total,) = selectors.coverage(by="total", run=run, language=language, public=public)
    if total.share is None or total.estimated is None or not rows:
        return NOBODY.in_language(language)
    return COVERAGE_SENTENCE.in_language(language).format(
        registered=count_text(total.registered, language),
        estimated=about_text(total.estimated, language),
        share=share_text(total.share),
        best=rows[0].name,
        best_share=share_text(rows[0].share),
        worst=rows[-1].name,
        worst_share=share_text(rows[-1].share),
    )


def _gap_size(gap: selectors.GapRow) -> Decimal:
    return Decimal(gap.people or 0) / Decimal(gap.of or 1)
