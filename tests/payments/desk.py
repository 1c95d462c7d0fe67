"""The finance desk of a test: three officers, two paper banks with money, and doors with little to say."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.payments import cast
from tests.payments.paper import PaperBank, PaperRail, PaperReader, PaperStatementReader

from mazdoor.delivery.payments import services
from mazdoor.delivery.reconciliation import services as reconciliation
from mazdoor.interfaces.iso20022.rail import Pain001Format


@dataclass
class Desk:
    """The finance desk of a test: three officers, the banks, and doors with the tedious arguments filled in."""

    officers: tuple[int, int, int]
    folder: Path
    banks: dict[str, PaperBank] = field(
        default_factory=lambda: {code: PaperBank(code, cast.OPENING) for code in cast.BANKS}
    )
    checker: cast.RedoneByHand = field(default_factory=cast.RedoneByHand)
    file_size: int = 100_000

    @property
    def rail(self) -> PaperRail:
        """The way to the banks."""
        return PaperRail(*self.banks.values())

    def draft(self, cycle_id: int, **more: Any) -> int:
        """Begin a payroll."""
        return services.draft_payroll(cycle_id=cycle_id, officer_id=self.officers[0], file_size=self.file_size, **more)

    def prepare(self, payroll: int) -> None:
        """Bring it to prepared."""
        services.prepare_payroll(payroll_id=payroll, officer_id=self.officers[0], checker=self.checker)

    def release(self, payroll: int) -> None:
        """From prepared to released, by the two other officers."""
        services.approve_payroll(payroll_id=payroll, officer_id=self.officers[1])
        services.release_payroll(payroll_id=payroll, officer_id=self.officers[2])

    def send(self, payroll: int, **more: Any) -> Any:
        """Write and send its files."""
        return services.send_payroll(
            payroll_id=payroll,
            officer_id=self.officers[2],
            rail=self.rail,
            file_format=Pain001Format(),
            folder=self.folder,
            **more,
        )

    def pay_out(self, cycle_id: int, **more: Any) -> int:
        """All of it."""
        payroll = self.draft(cycle_id, **more)
        self.prepare(payroll)
        self.release(payroll)
        self.send(payroll)
        return payroll

    def reconcile(self) -> reconciliation.Reconciled:
        """Ask the banks."""
        return reconciliation.reconcile(
            rail=self.rail, status_reader=PaperReader(), statement_reader=PaperStatementReader()
        )

    def take_statement(self, bank: str, content: bytes) -> Any:
        """One statement."""
        return reconciliation.import_statement(bank_code=bank, source=content, reader=PaperStatementReader())

    def take_report(self, bank: str, content: bytes) -> Any:
        """One report."""
        return reconciliation.import_status_report(bank_code=bank, source=content, reader=PaperReader())


def make_desk(officers: tuple[int, int, int], folder: Path) -> Desk:
    """A desk whose banks have money that the programme may use."""
    cast.banks_and_funds()
    return Desk(officers=officers, folder=folder)
