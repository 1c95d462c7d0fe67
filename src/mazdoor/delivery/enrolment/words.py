"""Why a decision is held, or waits for a place, though the rules say yes: reasons of the authority, not of the rule."""

from typing import Final

from mazdoor.kernel.refusals import Words

PLACES_TAKEN: Final = "places-taken"
"""The reason of a decision that waits for a place."""

_WAITS: Final = Words(
    "You qualify, but the {places} places for “{category}” in {area} were taken by those before you in the order. Your number "
    "is {place}. You are on the waiting list.",
    "آپ اہل ہیں، مگر {area} میں ”{category}“ کی {places} نشستیں ترتیب میں آپ سے پہلے والوں کو مل گئیں۔ آپ کا نمبر "
    "{place} ہے۔ آپ انتظار کی فہرست میں ہیں۔",
)


def waits(*, place: int, places: int, category: Words, area: Words) -> Words:
    """Why a unit waits: its number among all who have or wait for a place, the places, of which category and where."""

    def said(lang: str) -> str:
        return _WAITS.in_language(lang).format(
            place=f"{place:,}",
            places=f"{places:,}",
            category=category.in_language(lang),
            area=area.in_language(lang),
        )

    return Words(said("en"), said("ur"))


HOLDS: Final[dict[str, Words]] = {
    PLACES_TAKEN: Words(
        "The rules say yes, but the places of the quota were taken by those before in the order; this family or person is on "
        "the waiting list.",
        "قواعد کے مطابق اہل، مگر کوٹے کی نشستیں ترتیب میں پہلے والوں کو مل گئیں؛ انتظار کی فہرست میں شامل۔",
    ),
    "identity-not-confirmed": Words(
        "The identity authority has not confirmed who this is yet; the decision waits for that.",
        "شناختی ادارے نے ابھی تصدیق نہیں کی کہ یہ کون ہے؛ فیصلہ اس کا منتظر ہے۔",
    ),
    "open-duplicate": Words(
        "This may be somebody who is on the register already; the decision waits until a person has looked.",
        "ممکن ہے یہ فرد پہلے سے رجسٹر میں ہو؛ فیصلہ کسی کے دیکھنے تک منتظر ہے۔",
    ),
}
