"""What verification asks of the outside: an identity authority. ``interfaces.identity`` implements it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

IdentityOutcome = Literal["match", "no_match", "deceased", "unknown"]
"""``unknown``: the authority answered, but not for this record. It is asked again."""


class AuthorityUnavailableError(Exception):
    """The authority did not answer. Nothing is known of anybody asked about; ask again later."""


class Claim(NamedTuple):
    """What one person claims. ``reference`` is ours and says nothing about them; the rest is personal."""

    reference: str
    cnic: str
    name: str
    father_name: str
    birth_date: dt.date | None


class IdentityAnswer(NamedTuple):
    """What the authority says. ``differs`` names fields, never values; ``family_key`` is the authority's own."""

    reference: str
    outcome: IdentityOutcome
    differs: tuple[str, ...] = ()
    family_key: str = ""
    family_place: str = ""


class ProfileAnswer(NamedTuple):
    """What other registers hold on a person (see ``models.WealthProfile``); ``None`` where they know nobody."""

    reference: str
    flags: Mapping[str, bool | int | str | None] | None


class IdentityAuthority(Protocol):
    """An identity authority asked in batches. Both calls only read, so they may safely be repeated.

    Both raise :class:`AuthorityUnavailableError`. An answer may be missing for some references; order is free.
    """

    def verify(self, claims: Sequence[Claim]) -> Sequence[IdentityAnswer]:
        """Is each claim so?"""

    def profiles(self, claims: Sequence[Claim]) -> Sequence[ProfileAnswer]:
        """What do other registers hold on each?"""
