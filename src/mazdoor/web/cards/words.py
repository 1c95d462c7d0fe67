"""Words of cards in the reader's language."""

from mazdoor.interfaces.credentials.states import ENDED_BY_NEWS, MADE_BECAUSE, REVOKED_BECAUSE
from mazdoor.web import formats


def reason(code: str) -> str:
    """Why a card was made or ended."""
    words = {**MADE_BECAUSE, **REVOKED_BECAUSE, **ENDED_BY_NEWS}.get(code)
    return words.in_language(formats.language()) if words else code


def reprint_reasons() -> list[tuple[str, str]]:
    """Why another card takes the place of a live one."""
    return [(code, reason(code)) for code in ("lost", "damaged", "changed")]


def revocation_reasons() -> list[tuple[str, str]]:
    """Why a card is taken back without another."""
    language = formats.language()
    return [(code, words.in_language(language)) for code, words in REVOKED_BECAUSE.items()]
