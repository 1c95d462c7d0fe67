"""Asking the identity authority. Every call only reads, so each is tried again within patience before it is given up.

What comes back is taken record by record: an answer that is not understood is ``unknown``, and does not spoil the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from mazdoor.delivery.verification.ports import (
    Answer,
    Claim,
    FamilyAnswer,
    FamilyMember,
    IdentityAnswer,
    IdentityOutcome,
    ProfileAnswer,
)
from mazdoor.interfaces.asking import Told, ask_records
from mazdoor.interfaces.calling import Caller, Patience

_OUTCOMES = frozenset({"match", "no_match", "deceased"})
_FIELDS = frozenset({"cnic", "name", "father_name", "birth_date"})
_HELD = frozenset({"name", "name_ur", "father_name", "father_name_ur", "birth_date", "died_on"})
_PLACES = frozenset({"head", "spouse", "child"})
_FLAGS = (
    "foreign_travel", "passport_executive_fee", "cnic_executive_fee", "vehicle", "property", "government_employee",
    "income_taxpayer", "other_relief", "kafaalat_beneficiary",
)  # fmt: skip


class IdentityClient:
    """An identity authority at ``base_url``. Every call raises ``ServiceUnavailableError`` where it is not answered."""

    def __init__(self, base_url: str, *, patience: Patience | None = None) -> None:
        self._caller = Caller(base_url, patience=patience)

    def verify(self, claims: Sequence[Claim]) -> list[IdentityAnswer]:
        """Is each claim so?"""
        records = [
            {
                "reference": claim.reference,
                "cnic": claim.cnic,
                "name": claim.name,
                "father_name": claim.father_name,
                "birth_date": claim.birth_date.isoformat() if claim.birth_date else None,
            }
            for claim in claims
        ]
        told = self._ask("/verify", records)
        return [_identity(answer, told.transaction) for answer in told.answers]

    def profiles(self, claims: Sequence[Claim]) -> list[ProfileAnswer]:
        """What other registers hold on each."""
        answers = self._ask("/profile", _numbers(claims)).answers
        return [answer for raw in answers if (answer := _profile(raw)) is not None]

    def living(self, claims: Sequence[Claim]) -> list[Answer]:
        """Does each still live? Whoever the authority does not know is asked about again."""
        told = self._ask("/living", _numbers(claims))
        outcomes: dict[str, IdentityOutcome] = {"living": "match", "deceased": "deceased"}
        return [
            Answer(
                reference=answer["reference"],
                outcome=outcomes.get(str(answer.get("outcome")), "unknown"),
                evidence=told.transaction,
                held={"died_on": str(answer["died_on"])} if answer.get("died_on") else {},
            )
            for answer in told.answers
        ]

    def families(self, claims: Sequence[Claim]) -> list[FamilyAnswer]:
        """Who is in the family of each? An answer that is not understood is left out, and asked for again."""
        told = self._ask("/family", _numbers(claims))
        return [found for answer in told.answers if (found := _family(answer, told.transaction)) is not None]

    def _ask(self, path: str, records: list[dict[str, Any]]) -> Told:
        return ask_records(self._caller, path, records, service="the identity authority")


def _numbers(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    return [{"reference": claim.reference, "cnic": claim.cnic} for claim in claims]


def _identity(answer: Mapping[str, Any], transaction: str) -> IdentityAnswer:
    outcome = answer.get("outcome")
    held = answer.get("held")
    died_on = {"died_on": str(answer["died_on"])} if answer.get("died_on") else {}
    return IdentityAnswer(
        reference=answer["reference"],
        outcome=cast(IdentityOutcome, outcome if outcome in _OUTCOMES else "unknown"),
        differs=tuple(field for field in answer.get("differs") or () if field in _FIELDS),
        evidence=transaction,
        held={name: str(value)[:120] for name, value in held.items() if name in _HELD and value}
        if isinstance(held, dict)
        else died_on,
        family_key=str(answer.get("family_key") or ""),
        family_place=str(answer.get("family_place") or "")[:10],
    )


def _family(answer: Mapping[str, Any], transaction: str) -> FamilyAnswer | None:
    if answer.get("outcome") == "unknown":
        return FamilyAnswer(answer["reference"], None, transaction)
    members = answer.get("members")
    if answer.get("outcome") != "known" or not isinstance(members, list):
        return None
    return FamilyAnswer(
        answer["reference"],
        tuple(
            FamilyMember(str(member.get("cnic") or ""), place if (place := str(member.get("place"))) in _PLACES else "")
            for member in members
            if isinstance(member, dict)
        ),
        transaction,
    )


def _profile(answer: Mapping[str, Any]) -> ProfileAnswer | None:
    """One profile; ``None`` (asked again) where it is neither ``known`` nor ``unknown``."""
    if answer.get("outcome") == "unknown":
        return ProfileAnswer(answer["reference"], None)
    raw = answer.get("flags")
    if answer.get("outcome") != "known" or not isinstance(raw, dict):
        return None
    flags: dict[str, bool | int | str | None] = {
        name: raw.get(name) if isinstance(raw.get(name), bool) else None for name in _FLAGS
    }
    bill = raw.get("phone_bill_amount")
    flags["phone_bill_amount"] = bill if type(bill) is int and bill >= 0 else None
    flags["pmt_score"] = _score(raw.get("pmt_score"))
    return ProfileAnswer(answer["reference"], flags)


def _score(raw: Any) -> str | None:
    """A poverty score of 0 to 100 with two decimals, as text; ``None`` for anything else."""
    try:
        score = Decimal(str(raw))
    except InvalidOperation:
        return None
    return f"{score:.2f}" if score.is_finite() and 0 <= score <= 100 else None
