"""What every chart and map is: a picture, a sentence that says what it shows, and its numbers in a table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from mazdoor.kernel.refusals import Words

INK: Final = "#1f2a27"
QUIET: Final = "#5d6a66"
ACCENT: Final = "#0b5d3b"
PAPER: Final = "#ffffff"
FONTS: Final = {
    "en": "'Noto Sans', 'Segoe UI', 'DejaVu Sans', sans-serif",
    "ur": "'Noto Naskh Arabic', 'Noto Sans Arabic', 'Segoe UI', 'DejaVu Sans', sans-serif",
}
WITHHELD: Final = Words("fewer than 10", "10 سے کم")
INNER_ROLES: Final = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
UNKNOWN: Final = Words("no estimate", "اندازہ موجود نہیں")


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart or map: ``svg`` stands in a page as it is; ``rows`` are its numbers as text under ``columns``."""

    svg: str
    title: str
    sentence: str
    columns: list[str]
    rows: list[list[str]]
    notes: list[str] = field(default_factory=list)


def is_urdu(language: str) -> bool:
    """Whether to write from right to left."""
    return language.startswith("ur")


def font(language: str) -> str:
    """The font stack of a language; the page's own fonts come first where it has them."""
    return FONTS["ur" if is_urdu(language) else "en"]


def count_text(value: int | None, language: str) -> str:
    """A count with separators, or that it is withheld. Western digits in both languages, as on Pakistani forms."""
    return WITHHELD.in_language(language) if value is None else f"{value:,}"


def share_text(value: Decimal | None) -> str:
    """A per cent with as many decimals as it needs to say something: ``12.3%``, ``0.08%``, ``0.0041%``, ``<0.0001%``."""
    if value is None:
        return "–"
    if value == 0:
        return "0%"
    if value < Decimal("0.0001"):
        return "<0.0001%"
    decimals = 1 if value >= 1 else 2 if value >= Decimal("0.01") else 4
    return f"{value:.{decimals}f}%"


def about_text(value: int, language: str) -> str:
    """A large number in words for sentences: ``62.8 million`` (in Urdu in crore and lakh)."""
    if is_urdu(language):
        if value >= 10_000_000:
            return f"{Decimal(value) / 10_000_000:.2f} کروڑ"
        if value >= 100_000:
            return f"{Decimal(value) / 100_000:.1f} لاکھ"
        return f"{value:,}"
    return f"{Decimal(value) / 1_000_000:.1f} million" if value >= 1_000_000 else f"{value:,}"


def accessible(svg: str, *, name: str, title: str, sentence: str, language: str) -> str:
    """The picture with a title and a description, as one image to a screen reader.

    ``direction`` is fixed: inside a right-to-left page an inherited direction would move every label to the other side.
    """
    labels = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(sentence)}</desc>'
    match = re.match(r"<svg\b[^>]*>", svg)
    if match is None:
        raise ValueError("not an SVG")
    opening = match[0][:-1] + (
        f' role="img" lang={quoteattr(language)} direction="ltr"'
        f' aria-labelledby="{name}-title" aria-describedby="{name}-desc">'
    )
    # To a screen reader the whole is one image: parts that claim to be images of their own would each need a name.
    return opening + labels + INNER_ROLES.sub("", svg[match.end() :])
