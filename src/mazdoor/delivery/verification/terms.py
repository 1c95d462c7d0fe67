"""For how long an answer is believed, by what was verified. Dated: the term in force on the day of the answer counts.

The first of each is a decision of this programme, not a law (ADR 21): two years as for recertification of households in
Cadastro Único, half a year for life and telephone numbers, which change hands without anybody telling us.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from mazdoor.delivery.verification.models import Kind


@dataclass(frozen=True, slots=True)
class Term:
    """From ``since`` an answer is believed for ``days``; ``None`` means until it is contradicted."""

    since: dt.date
    days: int | None


_START: Final = dt.date(2026, 1, 1)

TERMS: Final[dict[str, tuple[Term, ...]]] = {
    Kind.IDENTITY: (Term(_START, None),),
    Kind.WEALTH_PROFILE: (Term(_START, None),),
    Kind.LIFE: (Term(_START, 182),),
    Kind.FAMILY: (Term(_START, 730),),
    Kind.PHONE: (Term(_START, 182),),
    Kind.BUSINESS: (Term(_START, 365),),
    Kind.OCCUPATION: (Term(_START, 730),),
    Kind.RESIDENCE: (Term(_START, 730),),
}
"""The oldest first. A change adds a line; what was answered before keeps its end."""

ASKED_AGAIN_BEFORE: Final = dt.timedelta(days=30)
"""How long before its end an answer is asked for anew, so that nobody falls out of it while a service is down."""


def expires_on(kind: str, *, on: dt.date, document_until: dt.date | None = None) -> dt.date | None:
    """The day from which an answer of ``on`` is believed no more: the term's end or the document's, whichever is first."""
    lines = TERMS[kind]
    # An answer from before the first line is held to the first.
    term = next((line for line in reversed(lines) if line.since <= on), lines[0])
    ends = [end for end in (document_until, on + dt.timedelta(days=term.days) if term.days else None) if end]
    return min(ends, default=None)
