"""How each kind is asked by wire: who must be asked about, what is claimed, which port answers, how the answer is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from mazdoor.delivery.registration import claims as registration
from mazdoor.delivery.verification import answers
from mazdoor.delivery.verification.answers import Asked
from mazdoor.delivery.verification.models import Kind
from mazdoor.delivery.verification.ports import BusinessClaim, Claim, PhoneClaim, Wires


class Taken(NamedTuple):
    """A waiting request that was taken up."""

    request_id: int
    person_id: int
    about: int
    area_code: str


@dataclass(frozen=True, slots=True)
class Asking:
    """One kind. ``candidates`` is SQL giving (person_id, about, area_code) over read views and this room's tables, with the
    parameter ``people`` (null: everybody); ``consented`` narrows it to who agreed to be verified."""

    candidates: str
    claims: Callable[[Sequence[Taken]], list[Asked]]
    ask: Callable[[Any, Sequence[Any]], Sequence[Any]]
    keep: Callable[[Sequence[Asked], Sequence[Any]], set[int]]
    service: Callable[[Wires], Any]
    """The port that answers, of the wires of this installation; ``None`` where nobody does."""


_CONSENTED: Final = (
    "EXISTS (SELECT 1 FROM registration.consent_now c "
    "WHERE c.person_id = p.person_id AND 'verification' = ANY (c.purposes))"
)
_MATCHED: Final = (
    "EXISTS (SELECT 1 FROM verification_verification i WHERE i.person_id = p.person_id AND i.kind = 'identity' "
    "AND i.outcome = 'match' AND i.superseded_at IS NULL)"
)
_THESE: Final = "(%(people)s::bigint[] IS NULL OR p.person_id = ANY (%(people)s::bigint[]))"


def _person_claims(taken: Sequence[Taken]) -> list[Asked]:
    by_person = {each.person_id: each for each in taken}
    return [
        Asked(
            each.request_id,
            each.person_id,
            each.area_code,
            Claim(
                reference=str(each.request_id),
                cnic=told.cnic,
                name=told.name,
                father_name=told.father_name,
                birth_date=told.birth_date,
                name_ur=told.name_ur,
                father_name_ur=told.father_name_ur,
            ),
        )
        for told in registration.person_claims(person_ids=sorted(by_person))
        for each in (by_person[told.person_id],)
    ]


def _phone_claims(taken: Sequence[Taken]) -> list[Asked]:
    told = registration.phone_claims(person_ids=[each.person_id for each in taken])
    return [
        Asked(
            each.request_id,
            each.person_id,
            each.area_code,
            PhoneClaim(str(each.request_id), *told[each.person_id]),
        )
        for each in taken
        if each.person_id in told
    ]


def _business_claims(taken: Sequence[Taken]) -> list[Asked]:
    told = {
        claim.business_id: claim for claim in registration.business_claims(business_ids=[each.about for each in taken])
    }
    return [
        Asked(
            each.request_id,
            each.person_id,
            each.area_code,
            BusinessClaim(
                reference=str(each.request_id),
                owner_cnic=told[each.about].owner_cnic,
                name=told[each.about].name,
                registered=told[each.about].tax_registered,
                number=told[each.about].tax_number,
            ),
            each.about,
        )
        for each in taken
        if each.about in told and told[each.about].owner_person_id == each.person_id
    ]


ASKINGS: Final[dict[Kind, Asking]] = {
    Kind.IDENTITY: Asking(
        candidates=f"SELECT p.person_id, 0::bigint AS about, p.area_code FROM registration.person_now p "
        f"WHERE p.has_cnic AND {_THESE} AND {_CONSENTED}",
        claims=_person_claims,
        ask=lambda authority, claims: authority.verify(claims),
        keep=answers.keep_identities,
        service=lambda wires: wires.find_identity_authority(),
    ),
    Kind.WEALTH_PROFILE: Asking(
        candidates="SELECT p.person_id, 0::bigint AS about, p.area_code FROM verification_verification p "
        "WHERE p.kind = 'identity' AND p.outcome = 'match' AND p.superseded_at IS NULL "
        f"AND {_THESE}",
        claims=_person_claims,
        ask=lambda authority, claims: authority.profiles(claims),
        keep=answers.keep_profiles,
        service=lambda wires: wires.find_identity_authority(),
    ),
    Kind.LIFE: Asking(
        candidates="SELECT p.person_id, 0::bigint AS about, p.area_code FROM verification_verification p "
        "WHERE p.kind = 'identity' AND p.outcome = 'match' AND p.superseded_at IS NULL "
        f"AND {_THESE}",
        claims=_person_claims,
        ask=lambda authority, claims: authority.living(claims),
        keep=lambda asked, given: answers.keep_answers(Kind.LIFE, asked, given),
        service=lambda wires: wires.find_identity_authority(),
    ),
    # One question a family: its head is asked about, else its eldest member who was matched.
    Kind.FAMILY: Asking(
        candidates="SELECT DISTINCT ON (p.family_id) p.person_id, 0::bigint AS about, p.area_code "
        f"FROM registration.person_now p WHERE p.family_id IS NOT NULL AND {_THESE} AND {_MATCHED} "
        "ORDER BY p.family_id, (p.relationship = 'head') DESC, p.birth_date NULLS LAST, p.person_id",
        claims=_person_claims,
        ask=lambda authority, claims: authority.families(claims),
        keep=answers.keep_families,
        service=lambda wires: wires.find_identity_authority(),
    ),
    Kind.PHONE: Asking(
        candidates="SELECT p.person_id, 0::bigint AS about, p.area_code FROM registration.person_now p "
        f"WHERE p.has_mobile AND p.has_cnic AND {_THESE} AND {_CONSENTED}",
        claims=_phone_claims,
        ask=lambda register, claims: register.owners(claims),
        keep=lambda asked, given: answers.keep_answers(Kind.PHONE, asked, given),
        service=lambda wires: wires.find_phone_register(),
    ),
    Kind.BUSINESS: Asking(
        candidates="SELECT p.person_id, b.business_id AS about, p.area_code FROM registration.business_now b "
        "JOIN registration.person_now p ON p.person_id = b.owner_person_id "
        f"WHERE p.has_cnic AND {_THESE} AND {_CONSENTED}",
        claims=_business_claims,
        ask=lambda register, claims: register.check(claims),
        keep=lambda asked, given: answers.keep_answers(Kind.BUSINESS, asked, given),
        service=lambda wires: wires.find_tax_register(),
    ),
}
BY_HAND: Final = frozenset({Kind.OCCUPATION, Kind.RESIDENCE})
"""Kinds no service answers: a verifier looks."""

_BY_HAND_CANDIDATES: Final = {
    Kind.OCCUPATION: "SELECT p.person_id, p.employment_id AS about, p.area_code FROM registration.employment_now p "
    f"WHERE p.ended_on IS NULL AND {_THESE}",
    Kind.RESIDENCE: f"SELECT p.person_id, 0::bigint AS about, p.area_code FROM registration.person_now p WHERE {_THESE}",
}


def candidates(kind: Kind) -> str:
    """SQL of whom a kind is asked about: (person_id, about, area_code), with the parameter ``people``."""
    return _BY_HAND_CANDIDATES[kind] if kind in BY_HAND else ASKINGS[kind].candidates
