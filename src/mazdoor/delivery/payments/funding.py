"""Our accounts at the banks that pay for us, and the money of each programme there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from mazdoor.access.permissions import check_may
from mazdoor.access.services import acting_as
from mazdoor.delivery.payments import books, refusals
from mazdoor.delivery.payments.models import PayingBank
from mazdoor.journal.services import record
from mazdoor.kernel.money import format_rupees
from mazdoor.ledger import services as ledger


def register_paying_bank(
    *, bank_code: str, account_iban: str, account_title: str, opening_amount: int, on: dt.date, officer_id: int
) -> None:
    """Our account at a bank that pays for us, with the paisa in it when we begin. Twice changes nothing.

    Refuses OFF-002, and PAY-020 where another account of ours is registered at this bank.
    """
    with acting_as(officer_id=officer_id) as officer:
        check_may(officer, "payments.fund")
        held, made = PayingBank.objects.get_or_create(
            bank_code=bank_code, defaults={"account_iban": account_iban, "account_title": account_title}
        )
        if held.account_iban != account_iban:
            raise refusals.OTHER_ACCOUNT.because(bank=bank_code)
        bank, unallocated = books.bank(bank_code), books.unallocated(bank_code)
        books.suspense(bank_code)
        if opening_amount:
            ledger.post(
                key=f"bank:{bank_code}:opening",
                kind="opening",
                source=f"bank:{bank_code}",
                occurred_on=on,
                lines=[ledger.Line(debit=bank.code, credit=unallocated.code, amount=opening_amount)],
            )
        if made:
            record(act="payments.bank.registered", subject=f"bank:{bank_code}")


def fund_programme(*, programme_code: str, amounts: Mapping[str, int], key: str, on: dt.date, officer_id: int) -> None:
    """Give a programme money that lies unallocated at our banks: paisa by bank code. The same ``key`` funds once.

    Refuses OFF-002, LED-004 where a bank holds less than that, PAY-012 where the bank is not ours.
    """
    with acting_as(officer_id=officer_id) as officer:
        check_may(officer, "payments.fund")
        lines = []
        for bank_code, amount in sorted(amounts.items()):
            if not PayingBank.objects.filter(bank_code=bank_code).exists():
                raise refusals.BANK_UNKNOWN.because(bank=bank_code)
            unallocated, fund = books.unallocated(bank_code), books.fund(programme_code, bank_code)
            lines.append(ledger.Line(debit=unallocated.code, credit=fund.code, amount=amount))
        full_key = f"fund:{programme_code}:{key}"
        if not ledger.is_posted(key=full_key):
            for line in lines:
                ledger.check_cover(code=line.debit, amount=line.amount)
        posted = ledger.post(
            key=full_key, kind="funded", source=f"programme:{programme_code}", occurred_on=on, lines=lines
        )
        if posted.fresh:
            record(
                act="payments.programme.funded",
                subject=f"programme:{programme_code}",
                details={"amount": format_rupees(posted.total_amount), "banks": sorted(amounts)},
            )
