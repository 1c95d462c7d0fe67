"""The stylesheet keeps what the design promises: both directions, contrast, print."""

import re
from pathlib import Path

import pytest

import mazdoor.web

CSS = (Path(mazdoor.web.__file__).parent / "static" / "web" / "mazdoor.css").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
COLOURS = dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{3,6})", RULES))


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_nothing_is_placed_by_left_or_right() -> None:
    """Urdu is read from right to left: only start and end may be named."""
    physical = re.findall(
        r"(?:^|[;{\s])((?:margin|padding|border)-(?:left|right|top|bottom)|left|right|float|text-align:\s*(?:left|right))\s*[:;]",
        RULES,
    )
    assert physical == []


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("green", "paper", 7.0),
        ("green", "ground", 7.0),
        ("green", "green-tint", 7.0),
        ("ink-2", "paper", 7.0),
        ("ink-2", "ground", 7.0),
        ("amber", "amber-tint", 7.0),
        ("red", "red-tint", 7.0),
        ("line-strong", "paper", 3.0),  # the edge of a field, not text
    ],
)
def test_words_stand_out_from_their_ground(text: str, ground: str, least: float) -> None:
    assert _contrast(COLOURS[text], COLOURS[ground]) >= least


def test_urdu_headings_are_nastaliq_and_tables_naskh() -> None:
    assert re.search(r":lang\(ur\) \{[^}]*--text: var\(--naskh\)[^}]*--head: var\(--nastaliq\)", RULES)
    assert re.search(r"table \{[^}]*font-family: var\(--text\)", RULES)


def test_every_page_prints_without_its_frame() -> None:
    printed = RULES.split("@media print", 1)[1]
    assert ".chain" in printed and "display: none" in printed
