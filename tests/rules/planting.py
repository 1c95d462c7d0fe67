"""Mistakes planted in a law that has none: ``mistakes/good.yaml`` with some of its words changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

GOOD: Final = (Path(__file__).parent / "mistakes" / "good.yaml").read_text(encoding="utf-8")
SPOTS: Final = {
    "clause": "age_now >= least_age",
    "home": "count(members where working)",
    "amount": "Rs 1000",
    "definition": "age(birth_date, at_date)",
}
"""Formulas of the good law that a mistake may write anew, by a short name."""


def planted(mistake: Mapping[str, Any]) -> str:
    """The good law with the mistake in it.

    ``clause``, ``home``, ``amount``, ``definition``: the formula written instead; ``change``: pairs of what stands there
    and what is written instead; ``cut_from``: everything from these words on is left out; ``times``: how often a formula
    is lengthened by "and working".
    """
    text = GOOD
    for name, formula in SPOTS.items():
        if name in mistake:
            written = str(mistake[name]) + " and working" * int(mistake.get("times", 0))
            text = _replaced(text, f"formula: {formula}", "formula: '" + written.replace("'", "''") + "'")
    for before, after in mistake.get("change", ()):
        text = _replaced(text, before, after)
    if "cut_from" in mistake:
        text = text[: text.index(mistake["cut_from"])]
    return text


def _replaced(text: str, before: str, after: str) -> str:
    assert before in text, "the mistake is planted nowhere"
    return text.replace(before, after, 1)
