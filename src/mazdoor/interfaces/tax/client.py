"""Asking the tax register about businesses by their owner's CNIC. In Pakistan a natural person's tax number is the CNIC; a
company has one of its own, so the number is compared where one was given.

The register says what it holds; what differs from the claim is found here. A claim of *not* being registered is held
against it like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mazdoor.delivery.verification.judging import names_agree
from mazdoor.delivery.verification.ports import Answer, BusinessClaim
from mazdoor.interfaces.asking import ask_records
from mazdoor.interfaces.calling import Caller, Patience
from mazdoor.kernel.identifiers import ascii_digits

_REGISTERED = frozenset({"active", "inactive"})


class TaxClient:
    """A tax register at ``base_url``."""

    def __init__(self, base_url: str, *, patience: Patience | None = None) -> None:
        self._caller = Caller(base_url, patience=patience)

    def check(self, claims: Sequence[BusinessClaim]) -> list[Answer]:
        """Is each business registered as claimed? Raises ``ServiceUnavailableError``."""
        records = [
            {"reference": claim.reference, "owner_cnic": claim.owner_cnic, "number": ascii_digits(claim.number) or None}
            for claim in claims
        ]
        told = ask_records(self._caller, "/taxpayers", records, service="the tax register")
        claimed = {claim.reference: claim for claim in claims}
        return [
            _answer(claimed[answer["reference"]], answer, told.transaction)
            for answer in told.answers
            if answer["reference"] in claimed
        ]


def _answer(claim: BusinessClaim, answer: Mapping[str, Any], transaction: str) -> Answer:
    status = answer.get("status")
    if status not in _REGISTERED | {"none"}:
        return Answer(claim.reference, "unknown")
    held = {name: str(answer[name])[:120] for name in ("number", "name", "status") if answer.get(name)}
    differs = []
    if claim.registered != (status == "active"):
        differs.append("registered")
    if status != "none" and claim.number and ascii_digits(claim.number) != ascii_digits(held.get("number", "")):
        differs.append("number")
    if status != "none" and claim.name and held.get("name") and not names_agree(claim.name, held["name"]):
        differs.append("name")
    return Answer(
        reference=claim.reference,
        outcome="no_match" if differs else "match",
        differs=tuple(differs),
        evidence=transaction,
        held=held if differs else {},
    )
