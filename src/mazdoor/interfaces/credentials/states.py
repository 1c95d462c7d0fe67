"""The states of a card, and why one is made or ended."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from mazdoor.kernel.refusals import Words


class CardState(StrEnum):
    """Live until another takes its place or it is taken back. A card past its last day stays live and is no good."""

    LIVE = "live"
    REPLACED = "replaced"
    REVOKED = "revoked"


TRANSITIONS: Final[dict[CardState, frozenset[CardState]]] = {
    CardState.LIVE: frozenset({CardState.REPLACED, CardState.REVOKED}),
    CardState.REPLACED: frozenset(),
    CardState.REVOKED: frozenset(),
}


class SheetsState(StrEnum):
    """Sheets of many cards: asked for, then ready to be fetched (or there was nothing to print), then cleared away."""

    ASKED = "asked"
    READY = "ready"
    EMPTY = "empty"
    CLEARED = "cleared"


SHEETS_TRANSITIONS: Final[dict[SheetsState, frozenset[SheetsState]]] = {
    SheetsState.ASKED: frozenset({SheetsState.READY, SheetsState.EMPTY, SheetsState.CLEARED}),
    SheetsState.READY: frozenset({SheetsState.CLEARED}),
    SheetsState.EMPTY: frozenset({SheetsState.CLEARED}),
    SheetsState.CLEARED: frozenset(),
}

#: Why a card is made.
MADE_BECAUSE: Final[dict[str, Words]] = {
    "first": Words("The first card", "پہلا کارڈ"),
    "lost": Words("The last one was lost or stolen", "پچھلا کارڈ گم یا چوری ہو گیا"),
    "damaged": Words("The last one is damaged", "پچھلا کارڈ خراب ہو گیا"),
    "changed": Words("What is printed on it has changed", "کارڈ پر لکھی بات بدل گئی"),
    "expired": Words("The last one has run out", "پچھلے کارڈ کی مدت ختم ہو گئی"),
}

#: Why a card is taken back without another in its place.
REVOKED_BECAUSE: Final[dict[str, Words]] = {
    "lost": Words("Lost or stolen", "گم یا چوری ہو گیا"),
    "died": Words("The person has died", "فرد کا انتقال ہو گیا"),
    "mistake": Words("Made by mistake", "غلطی سے بنا"),
    "misused": Words("Used by somebody else", "کسی اور نے استعمال کیا"),
    "wish": Words("The person gave it back", "فرد نے خود واپس کیا"),
}

#: Why a card ends without anybody's saying so at a counter.
ENDED_BY_NEWS: Final[dict[str, Words]] = {
    "merged": Words(
        "The person was registered twice; the other number holds", "فرد دو بار درج تھا؛ دوسرا نمبر درست ہے"
    ),
}
