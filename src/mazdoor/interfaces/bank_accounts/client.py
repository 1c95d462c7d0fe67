"""Asking banks for accounts. An opening is asked once: after a time-out the question is what was done, never "open" again
until the bank says it never heard of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from mazdoor.delivery.accounts.ports import OpeningAnswer, OpeningRequest, ProviderUnansweredError, Standing
from mazdoor.interfaces.calling import Caller, Patience, TurnedAway, Unanswered

_STANDINGS = frozenset({"opened", "pending", "refused", "unheard"})


class BankAccountsClient:
    """Banks by code; ``addresses`` maps a code to its base URL, such as ``http://127.0.0.1:8001/banks/HABB``."""

    def __init__(self, addresses: Mapping[str, str], *, patience: Patience | None = None) -> None:
        self._callers = {code: Caller(url.rstrip("/") + "/", patience=patience) for code, url in addresses.items()}

    def open_accounts(self, *, bank_code: str, requests: Sequence[OpeningRequest]) -> list[OpeningAnswer]:
        """Ask to open accounts, once. Raises ``ProviderUnansweredError``."""
        rows = [{"key": each.key, "name": each.name, "cnic": each.cnic, "product": each.product} for each in requests]
        return self._ask(bank_code, "accounts/batch", {"requests": rows}, repeatable=False)

    def look_up(self, *, bank_code: str, keys: Sequence[str]) -> list[OpeningAnswer]:
        """Ask how requests stand. Raises ``ProviderUnansweredError``."""
        return self._ask(bank_code, "accounts/lookup", {"keys": list(keys)}, repeatable=True)

    def _ask(self, bank_code: str, path: str, body: dict[str, Any], *, repeatable: bool) -> list[OpeningAnswer]:
        caller = self._callers.get(bank_code)
        if caller is None:
            raise ProviderUnansweredError(f"no address is known for bank {bank_code}")
        try:
            document = caller.call("POST", path, repeatable=repeatable, json=body).json()
        except (Unanswered, TurnedAway, ValueError) as error:
            raise ProviderUnansweredError(f"bank {bank_code} does not answer") from error
        answers = document.get("answers") if isinstance(document, dict) else None
        if not isinstance(answers, list):
            raise ProviderUnansweredError(f"bank {bank_code} answers without answers")
        return [_answer(raw) for raw in answers if isinstance(raw, dict) and raw.get("status") in _STANDINGS]


def _answer(raw: Mapping[str, Any]) -> OpeningAnswer:
    return OpeningAnswer(
        key=str(raw.get("key") or ""),
        standing=cast(Standing, raw["status"]),
        iban=str(raw.get("iban") or ""),
        reason=str(raw.get("reason") or ""),
    )
