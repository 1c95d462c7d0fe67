"""Asking on whose CNIC a SIM card is registered. The register is told the pair and says yes or no: whose number it is
otherwise is nobody's business here."""

from __future__ import annotations

from collections.abc import Sequence

from mazdoor.delivery.verification.ports import Answer, IdentityOutcome, PhoneClaim
from mazdoor.interfaces.asking import ask_records
from mazdoor.interfaces.calling import Caller, Patience

_OUTCOMES: dict[str, IdentityOutcome] = {"yes": "match", "no": "no_match", "not_in_use": "no_match"}


class PhonesClient:
    """A register of SIM cards at ``base_url``."""

    def __init__(self, base_url: str, *, patience: Patience | None = None) -> None:
        self._caller = Caller(base_url, patience=patience)

    def owners(self, claims: Sequence[PhoneClaim]) -> list[Answer]:
        """Is each number registered on that CNIC? Raises ``ServiceUnavailableError``."""
        records = [{"reference": claim.reference, "cnic": claim.cnic, "mobile": claim.mobile} for claim in claims]
        told = ask_records(self._caller, "/owners", records, service="the register of SIM cards")
        return [
            Answer(
                reference=answer["reference"],
                outcome=_OUTCOMES.get(str(answer.get("registered")), "unknown"),
                differs={"no": ("mobile",), "not_in_use": ("mobile_in_use",)}.get(str(answer.get("registered")), ()),
                evidence=told.transaction,
            )
            for answer in told.answers
        ]
