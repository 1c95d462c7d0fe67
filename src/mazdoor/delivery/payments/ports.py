"""What payments asks of the outside: a rail to a bank, a file format, and somebody who recomputes amounts.

The rooms know no wire. ``interfaces`` implements the first two, the rules' slow reference engine stands behind the
third; the configuration wires them together (:func:`wires`), so that a background job finds them. Amounts are whole
paisa.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Literal, NamedTuple, Protocol, cast

from django.conf import settings

SendAnswer = Literal["accepted", "unknown", "refused"]
"""``unknown`` is a time-out, a broken line, a server error: nobody knows whether the bank has the file."""


class PaymentFileHeader(NamedTuple):
    """What a payment file says of itself. ``created_at`` is when the payroll was released: written again, the file is
    the same to the byte."""

    message_id: str
    payment_information_id: str
    created_at: dt.datetime
    execution_date: dt.date
    initiating_party: str
    debtor_name: str
    debtor_iban: str
    bank_code: str
    payment_count: int
    control_sum: int
    category_purpose: str


class PaymentLine(NamedTuple):
    """One payment of a file. ``uetr`` may be empty."""

    instruction_id: str
    end_to_end_id: str
    uetr: str
    amount: int
    creditor_name: str
    creditor_iban: str
    remittance: str


class WrittenFile(Protocol):
    """What was written: how many payments, their sum in paisa, the SHA-256 of the bytes in hex."""

    @property
    def count(self) -> int:
        """Number of payments."""

    @property
    def control_sum(self) -> int:
        """Paisa."""

    @property
    def sha256(self) -> str:
        """Of the bytes, in hex."""


class PaymentFileFormat(Protocol):
    """A file format a bank takes. The same header and lines give the same bytes."""

    def write(self, out: IO[bytes], *, header: PaymentFileHeader, instructions: Iterable[PaymentLine]) -> WrittenFile:
        """Write the file as a stream."""


class PaymentRail(Protocol):
    """The way to the banks. ``send`` is called once for a message, and again only with the same bytes under the same
    message id when nobody knows whether it arrived: a bank takes a message id once."""

    def send(self, *, bank_code: str, message_id: str, file: Path) -> SendAnswer:
        """Hand over one file."""

    def fetch_status(self, *, bank_code: str, message_id: str) -> Sequence[bytes | Path]:
        """The status reports on a message, oldest first; none where the bank has nothing to say of it (yet).

        Raises ``OSError`` (``ConnectionError``, ``TimeoutError``) where the bank cannot be asked.
        """

    def fetch_statement(self, *, bank_code: str, since: int) -> Sequence[bytes | Path]:
        """The account statements numbered above ``since``, oldest first. Raises ``OSError`` likewise."""


class AmountChecker(Protocol):
    """The slow engine that is right: recomputes what an enrolment is paid in a cycle."""

    def edge_cases(self, *, programme_code: str, on_date: dt.date, limit: int) -> Sequence[int]:
        """Enrolments that lie on a boundary of the rule (at a threshold, at a cap, at a date), at most ``limit``."""

    def recompute(self, *, programme_code: str, on_date: dt.date, enrolment_ids: Sequence[int]) -> Mapping[int, int]:
        """Paisa of one cycle for each enrolment. One that cannot be computed is left out, and the run stops."""


class Wires(Protocol):
    """Who stands behind the ports in this installation."""

    def amount_checker(self) -> AmountChecker:
        """The slow engine."""

    def bank_rail(self) -> PaymentRail:
        """The way to the banks. Refuses CFG-001 where nobody has said where they answer."""

    def payment_format(self) -> PaymentFileFormat:
        """The files they take."""


def wires() -> Wires:
    """The module the settings name (``MAZDOOR_WIRES``): a room knows its ports, and only the configuration who answers."""
    return cast(Wires, import_module(settings.MAZDOOR_WIRES))
