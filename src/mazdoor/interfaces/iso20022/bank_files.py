"""Carrying files to banks and back, over HTTP.

Sending is done once per call. The three answers: ``accepted`` (the bank has it), ``refused`` (the bank understood and said
no: nothing of it was taken), ``unknown`` (anything else: a time-out, a dropped line, a broken server). An unknown file is
settled by asking for its status, or by sending the same file under the same message id again, never under a new one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import httpx

from mazdoor.interfaces.calling import Caller, Patience, TurnedAway, Unanswered
from mazdoor.interfaces.iso20022.refusals import NO_SUCH_BANK

SendOutcome = Literal["accepted", "refused", "unknown"]


class BankUnreachableError(ConnectionError):
    """The bank does not answer a question. Nothing changed by asking; ask again later."""

    def __init__(self, bank_code: str) -> None:
        super().__init__(f"bank {bank_code} does not answer")


class StatementFile(NamedTuple):
    """A statement fetched: its number in the bank's own sequence, and where it lies."""

    sequence: int
    path: Path


class BankFiles:
    """Sends to and fetches from the banks whose addresses it knows. Fetched files are kept in ``folder``.

    ``addresses`` maps a bank code to its base URL, such as ``http://127.0.0.1:8001/banks/HABB``.
    """

    def __init__(self, addresses: Mapping[str, str], *, folder: Path, patience: Patience | None = None) -> None:
        self._addresses = dict(addresses)
        self._folder = folder
        self._patience = patience or Patience()
        self._callers: dict[str, Caller] = {}

    def send(self, *, bank_code: str, message_id: str, file_path: Path) -> SendOutcome:
        """Send a payment file, streamed from disk, once. See the module for the three answers."""
        with httpx.Client(timeout=self._patience.seconds, trust_env=False) as client, file_path.open("rb") as file:
            try:
                response = client.post(
                    f"{self._address(bank_code)}/payments/files/{message_id}",
                    content=_chunks(file.fileno()),
                    headers={
                        "Content-Type": "application/xml",
                        "Content-Length": str(file_path.stat().st_size),
                    },
                )
            except httpx.TransportError:
                return "unknown"
        if response.is_success:
            return "accepted"
        if 400 <= response.status_code < 500 and response.status_code not in {408, 429}:
            return "refused"
        return "unknown"

    def fetch_status(self, *, bank_code: str, message_id: str) -> list[Path] | None:
        """The status reports of a file so far, in the bank's order; ``None`` when the bank never got the file.

        Raises :class:`BankUnreachableError`.
        """
        try:
            answer = self._get(bank_code, f"payments/files/{message_id}/status").json()
        except TurnedAway as no:
            if no.status == 404:
                return None
            raise BankUnreachableError(bank_code) from no
        return [
            self._fetch(bank_code, f"payments/files/{message_id}/status/{number}", f"{message_id}-status-{number}")
            for number in answer["reports"]
        ]

    def fetch_statements(self, *, bank_code: str, since: int = 0) -> list[StatementFile]:
        """The statements after number ``since``, in order; empty when there is nothing new.

        Asking is what makes a bank of the sandbox close its day; ask again until nothing comes.
        Raises :class:`BankUnreachableError`.
        """
        answer = self._get(bank_code, f"statements?after={since}").json()
        return [
            StatementFile(number, self._fetch(bank_code, f"statements/{number}", f"statement-{number}"))
            for number in answer["statements"]
        ]

    def payer_iban(self, *, bank_code: str) -> str:
        """The IBAN of our own account at the bank. Raises :class:`BankUnreachableError`."""
        return str(self._get(bank_code, "payer").json()["iban"])

    def _get(self, bank_code: str, path: str) -> httpx.Response:
        caller = self._callers.get(bank_code)
        if caller is None:
            caller = self._callers[bank_code] = Caller(f"{self._address(bank_code)}/", patience=self._patience)
        try:
            return caller.call("GET", path, repeatable=True)
        except Unanswered as silence:
            raise BankUnreachableError(bank_code) from silence

    def _fetch(self, bank_code: str, path: str, name: str) -> Path:
        """Fetch a document that never changes: what lies here already is not fetched again. Whole or not at all."""
        kept = self._folder / bank_code / f"{name.replace('/', '_')}.xml"
        if kept.exists():
            return kept
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        waiting = kept.with_suffix(f".{os.getpid()}")
        for attempt in range(1, self._patience.tries + 1):
            try:
                with (
                    httpx.Client(timeout=self._patience.seconds, trust_env=False) as client,
                    client.stream("GET", f"{self._address(bank_code)}/{path}") as response,
                    waiting.open("wb") as file,
                ):
                    response.raise_for_status()
                    for chunk in response.iter_bytes():
                        file.write(chunk)
            except httpx.HTTPError:
                if attempt < self._patience.tries:
                    self._callers[bank_code].wait(attempt)
                continue
            waiting.replace(kept)
            return kept
        waiting.unlink(missing_ok=True)
        raise BankUnreachableError(bank_code)

    def _address(self, bank_code: str) -> str:
        try:
            return self._addresses[bank_code].rstrip("/")
        except KeyError as missing:
            raise NO_SUCH_BANK.because(bank_code=bank_code) from missing


def _chunks(descriptor: int) -> Iterator[bytes]:
    while chunk := os.read(descriptor, 1 << 20):
        yield chunk
