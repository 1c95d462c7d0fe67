"""Asking the identity authority. Both calls only read, so each is tried again within patience before it is given up.

What comes back is taken record by record: an answer that is not understood is ``unknown``, and does not spoil the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from mazdoor.delivery.verification.ports import (
    AuthorityUnavailableError,
    Claim,
    IdentityAnswer,
    IdentityOutcome,
    ProfileAnswer,
)
from mazdoor.interfaces.calling import Caller, Patience, TurnedAway, Unanswered

_OUTCOMES = frozenset({"match", "no_match", "deceased"})
_FIELDS = frozenset({"cnic", "name", "father_name", "birth_date"})
_FLAGS = (
    "foreign_travel", "passport_executive_fee", "cnic_executive_fee", "vehicle", "property", "government_employee",
    "income_taxpayer", "other_relief", "kafaalat_beneficiary",
)  # fmt: skip


class IdentityClient:
    """An identity authority at ``base_url``."""

    def __init__(self, base_url: str, *, patience: Patience | None = None) -> None:
        self._caller = Caller(base_url, patience=patience)

    def verify(self, claims: Sequence[Claim]) -> list[IdentityAnswer]:
        """Is each claim so? Raises ``AuthorityUnavailableError``."""
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
        return [_identity(answer) for answer in self._ask("/verify", records)]

    def profiles(self, claims: Sequence[Claim]) -> list[ProfileAnswer]:
        """What other registers hold on each. Raises ``AuthorityUnavailableError``."""
        records = [{"reference": claim.reference, "cnic": claim.cnic} for claim in claims]
        return [answer for raw in self._ask("/profile", records) if (answer := _profile(raw)) is not None]

    def _ask(self, path: str, records: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
        try:
            body = self._caller.call("POST", path, repeatable=True, json={"records": records}).json()
        except (Unanswered, TurnedAway, ValueError) as error:
            raise AuthorityUnavailableError("the identity authority does not answer") from error
        answers = body.get("answers") if isinstance(body, dict) else None
        if not isinstance(answers, list):
            raise AuthorityUnavailableError("the identity authority's answer has no answers")
        return [answer for answer in answers if isinstance(answer, dict) and isinstance(answer.get("reference"), str)]


def _identity(answer: Mapping[str, Any]) -> IdentityAnswer:
    outcome = answer.get("outcome")
    return IdentityAnswer(
        reference=answer["reference"],
        outcome=cast(IdentityOutcome, outcome if outcome in _OUTCOMES else "unknown"),
        differs=tuple(field for field in answer.get("differs") or () if field in _FIELDS),
        family_key=str(answer.get("family_key") or ""),
        family_place=str(answer.get("family_place") or "")[:10],
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
