"""What verification asks of the outside: an identity authority, the tax register, the register of SIM cards.

``interfaces.identity``, ``interfaces.tax`` and ``interfaces.phones`` implement it. Every call only reads, so it may safely
be repeated; every call raises :class:`ServiceUnavailableError` where the service did not answer. An answer may be missing
for some references, may come twice, and in any order. ``reference`` in a question is ours and says nothing about anybody;
``evidence`` in an answer is the service's own number of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Literal, NamedTuple, Protocol, cast

from django.conf import settings

IdentityOutcome = Literal["match", "no_match", "deceased", "unknown"]
"""``unknown``: the service answered, but not for this record. It is asked again."""


class ServiceUnavailableError(Exception):
    """The service did not answer, or turned the question away. Nothing is known of anybody asked about; ask again later.

    ``problem`` is ``down`` (no answer) or ``refused`` (it understood and said no: credentials, quota)."""

    def __init__(self, words: str, *, problem: Literal["down", "refused"] = "down") -> None:
        self.problem = problem
        super().__init__(words)


class Claim(NamedTuple):
    """What one person claims of who they are."""

    reference: str
    cnic: str
    name: str
    father_name: str
    birth_date: dt.date | None
    name_ur: str = ""
    father_name_ur: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service says of one question. ``differs`` names fields, never values.

    ``held`` is what the service holds of the fields that part, where it tells: personal, kept sealed while a person must
    look, and nowhere else.
    """

    reference: str
    outcome: IdentityOutcome
    differs: tuple[str, ...] = ()
    evidence: str = ""
    held: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IdentityAnswer(Answer):
    """Who they are; ``family_key`` is the authority's own, ``family_place`` head, spouse or child."""

    family_key: str = ""
    family_place: str = ""


class ProfileAnswer(NamedTuple):
    """What other registers hold on a person (see ``models.WealthProfile``); ``None`` where they know nobody."""

    reference: str
    flags: Mapping[str, bool | int | str | None] | None


class FamilyMember(NamedTuple):
    """One member of a family in the authority's book; ``place`` is head, spouse or child."""

    cnic: str
    place: str


class FamilyAnswer(NamedTuple):
    """The family of a person as the authority holds it; ``None`` where it knows nobody of this CNIC."""

    reference: str
    members: tuple[FamilyMember, ...] | None
    evidence: str = ""


class PhoneClaim(NamedTuple):
    """A mobile number (``03XXXXXXXXX``) somebody says is theirs."""

    reference: str
    cnic: str
    mobile: str


class BusinessClaim(NamedTuple):
    """A business as its owner described it."""

    reference: str
    owner_cnic: str
    name: str
    registered: bool
    """Whether the owner says it is registered for tax."""
    number: str = ""
    """The tax number, where one was given."""


class IdentityAuthority(Protocol):
    """An identity authority asked in batches."""

    def verify(self, claims: Sequence[Claim]) -> Sequence[IdentityAnswer]:
        """Is each claim so?"""

    def profiles(self, claims: Sequence[Claim]) -> Sequence[ProfileAnswer]:
        """What do other registers hold on each?"""

    def living(self, claims: Sequence[Claim]) -> Sequence[Answer]:
        """Does each still live? ``match`` or ``deceased`` (``held``: ``died_on``)."""

    def families(self, claims: Sequence[Claim]) -> Sequence[FamilyAnswer]:
        """Who is in the family of each?"""


class TaxRegister(Protocol):
    """The register of taxpayers."""

    def check(self, claims: Sequence[BusinessClaim]) -> Sequence[Answer]:
        """Is each business registered as claimed? ``differs``: ``registered``, ``number``, ``name``."""


class PhoneRegister(Protocol):
    """The telephone companies' common register of SIM cards."""

    def owners(self, claims: Sequence[PhoneClaim]) -> Sequence[Answer]:
        """Is each number registered on that CNIC? ``differs``: ``mobile``."""


class Wires(Protocol):
    """Who stands behind the ports in this installation; ``None`` where the address is not set: nobody is asked."""

    def find_identity_authority(self) -> IdentityAuthority | None:
        """The identity authority."""

    def find_tax_register(self) -> TaxRegister | None:
        """The tax register."""

    def find_phone_register(self) -> PhoneRegister | None:
        """The register of SIM cards."""


def wires() -> Wires:
    """The module the settings name (``MAZDOOR_WIRES``): a room knows its ports, and only the configuration who answers."""
    return cast(Wires, import_module(settings.MAZDOOR_WIRES))
