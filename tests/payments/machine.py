"""A machine of everything that can happen between us and two honest but untidy banks, in any order.

The banks pay a taken order once, may give a paid one back, may reject a taken one. What they *say* of it comes late,
twice, in the wrong order, mixed with strangers' money, and sometimes contradicts what we know already. After every step
the conservation sum holds in both sets of books, and no entitlement is paid by two orders at once.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.payments import cast
from tests.payments.desk import Desk, make_desk
from tests.payments.paper import PaperBank

from mazdoor.access.services import acting_as_system, ensure_officer
from mazdoor.delivery.payments import services
from mazdoor.delivery.payments.models import PaymentFile, PaymentInstruction, Payroll
from mazdoor.delivery.payments.selectors import find_instruction_id
from mazdoor.delivery.reconciliation import services as reconciliation
from mazdoor.kernel.refusals import Refusal
from mazdoor.ledger import services as ledger

BANK = st.sampled_from(cast.BANKS)
PICK = st.integers(min_value=0, max_value=50)


class Banks(RuleBasedStateMachine):
    """One programme, one cycle, nine people (two without accounts), any number of payrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.scope = transaction.atomic()
        self.scope.__enter__()
        self.folder = tempfile.TemporaryDirectory()
        with acting_as_system(reason="test"):
            officers = [
                ensure_officer(
                    username=f"f{n}", full_name=f"F {n}", desk="finance", areas=["*"], password="a long test password"
                ).pk
                for n in range(3)
            ]
        self.desk: Desk = make_desk((officers[0], officers[1], officers[2]), Path(self.folder.name))
        self.desk.file_size = 3
        self.untold: dict[str, list[dict[str, Any]]] = {code: [] for code in cast.BANKS}
        self.statements: dict[str, list[bytes]] = {code: [] for code in cast.BANKS}
        self.told: dict[str, list[dict[str, Any]]] = {code: [] for code in cast.BANKS}

    @initialize()
    def begin(self) -> None:
        """People, and the cycle."""
        persons = cast.people(9)
        cast.enrol(persons)
        cast.give_accounts(persons[:7])
        self.without = persons[7:]
        self.cycle = cast.cycle()

    def bank(self, code: str) -> PaperBank:
        """One of the two."""
        return self.desk.banks[code]

    def orders(self, code: str, state: str) -> list[str]:
        """References of a bank's orders in a state."""
        return sorted(order.reference for order in self.bank(code).orders.values() if order.state == state)

    # --- we ---------------------------------------------------------------------------------------------------------

    @rule(follow_up=st.booleans(), end=st.sampled_from(["release", "release", "release", "reject", "leave"]))
    def payroll(self, follow_up: bool, end: str) -> None:
        """A payroll is made, and released, rejected, or left lying."""
        try:
            made = self.desk.draft(self.cycle, kind="follow_up" if follow_up else "regular")
            self.desk.prepare(made)
        except Refusal as no:
            assert no.code in {"PAY-005", "PAY-017"}
            lying = Payroll.objects.filter(state__in=["drafted", "prepared", "approved"]).first()
            if lying is not None:
                services.reject_payroll(payroll_id=lying.pk, officer_id=self.desk.officers[1], reason="in the way")
            return
        if end == "release":
            self.desk.release(made)
        elif end == "reject":
            services.reject_payroll(payroll_id=made, officer_id=self.desk.officers[1], reason="no")

    @rule(
        first=st.lists(st.sampled_from(["accepted", "unknown", "refused"]), max_size=2),
        second=st.lists(st.sampled_from(["accepted", "unknown", "refused"]), max_size=2),
        hears=st.booleans(),
    )
    def send(self, first: list[Any], second: list[Any], hears: bool) -> None:
        """Everything released is sent, over lines that are more or less good."""
        for code, answers in zip(cast.BANKS, (first, second), strict=True):
            known = self.bank(code).files
            # A bank that has a file does not refuse it the second time.
            unsure = PaymentFile.objects.filter(bank_code=code, state__in=["unknown", "sending"], message_id__in=known)
            self.bank(code).answers = [a for a in answers if a != "refused" or not unsure.exists()]
            self.bank(code).hears_unknown = hears
        for payroll in Payroll.objects.filter(state="released").order_by("id"):
            self.desk.send(payroll.pk)

    @precondition(lambda self: self.without)
    @rule()
    def open_account(self) -> None:
        """Somebody gets an account at last."""
        cast.give_accounts([self.without.pop()])

    # --- the banks do -----------------------------------------------------------------------------------------------

    @rule(code=BANK, pick=PICK)
    def pay(self, code: str, pick: int) -> None:
        """Pay an order."""
        if waiting := self.orders(code, "taken"):
            self.untold[code].append(self.bank(code).pay(waiting[pick % len(waiting)]))

    @rule(code=BANK, pick=PICK)
    def give_back(self, code: str, pick: int) -> None:
        """A payment comes back."""
        if paid := self.orders(code, "paid"):
            self.untold[code].append(self.bank(code).give_back(paid[pick % len(paid)]))

    @rule(code=BANK, amount=st.integers(min_value=1, max_value=10_000))
    def stranger(self, code: str, amount: int) -> None:
        """Money that is not ours."""
        self.untold[code].append(self.bank(code).stranger(amount))

    # --- the banks say ----------------------------------------------------------------------------------------------

    @rule(code=BANK, pick=PICK, twice=st.booleans(), reverse=st.booleans())
    def statement(self, code: str, pick: int, twice: bool, reverse: bool) -> None:
        """Some of what moved is told, perhaps in the wrong order, perhaps with something told before."""
        moved = self.untold[code]
        now, self.untold[code] = moved[: 1 + pick % 4], moved[1 + pick % 4 :]
        lines = [*now, *(self.told[code][-1:] if twice else []), *(now[:1] if twice else [])]
        if lines:
            content = self.bank(code).statement(lines[::-1] if reverse else lines)
            self.statements[code].append(content)
            self.told[code] += now

    @rule(code=BANK, pick=PICK, again=st.booleans())
    def deliver(self, code: str, pick: int, again: bool) -> None:
        """A statement arrives, whichever, perhaps twice."""
        if waiting := self.statements[code]:
            content = waiting[pick % len(waiting)] if again else waiting.pop(pick % len(waiting))
            self.desk.take_statement(code, content)

    @rule(
        code=BANK,
        says=st.lists(
            st.tuples(PICK, st.sampled_from(["ACSP", "ACSC", "RJCT", "PDNG", "XXXX"])), min_size=1, max_size=5
        ),
        stranger=st.booleans(),
    )
    def report(self, code: str, says: list[tuple[int, str]], stranger: bool) -> None:
        """A report on some orders; a rejection is true when it is said, or comes when we know better."""
        bank = self.bank(code)
        lines = []
        for pick, status in says:
            if not bank.orders:
                break
            reference = sorted(bank.orders)[pick % len(bank.orders)]
            order = bank.orders[reference]
            if status == "RJCT":
                if order.state == "taken" and reference not in {line["ref"] for line in lines}:
                    order.state = "rejected"
                elif order.state != "rejected" and not self.is_settled(reference):
                    continue
            lines.append(bank.say(reference, status, "AC01" if status == "RJCT" else ""))
        if stranger:
            lines.append(bank.say("SOMEBODY-ELSES", "ACSP"))
        if lines:
            message = bank.orders[lines[0]["ref"]].message_id if bank.orders else "MZ-NOBODYS"
            self.desk.take_report(code, bank.report(message, lines))

    def is_settled(self, reference: str) -> bool:
        """Whether we know that an order was paid."""
        with acting_as_system(reason="test"):
            return PaymentInstruction.objects.filter(
                pk=find_instruction_id(reference), answer__in=["settled", "returned"]
            ).exists()

    # --- and always -------------------------------------------------------------------------------------------------

    @invariant()
    def the_sum_holds(self) -> None:
        """In the tables, in the ledger, and the ledger in itself; what the database checks at commit is checked now."""
        services.conservation()
        ledger.check_books()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    @invariant()
    def nobody_is_paid_twice(self) -> None:
        """No entitlement has two orders that are paid, or could still be."""
        with acting_as_system(reason="test"):
            whose = dict(PaymentInstruction.objects.values_list("id", "entitlement_id"))
        standing: dict[int, str] = {}
        for bank in self.desk.banks.values():
            for order in bank.orders.values():
                if order.state in ("taken", "paid"):
                    entitlement = whose[find_instruction_id(order.reference) or 0]
                    assert entitlement not in standing, "two orders stand for one entitlement"
                    standing[entitlement] = order.reference

    def teardown(self) -> None:
        """In the end the banks have told everything, and our books are theirs."""
        try:
            if hasattr(self, "cycle"):
                for code in cast.BANKS:
                    while self.untold[code]:
                        self.statement(code, 3, False, False)
                    for content in self.statements[code]:
                        self.desk.take_statement(code, content)
                self.the_sum_holds()
                self.nobody_is_paid_twice()
                total = services.conservation()
                assert total.amounts.settled == sum(bank.paid() for bank in self.desk.banks.values())
                for bank in self.desk.banks.values():
                    if bank.statements:
                        assert reconciliation.check_bank_balance(bank_code=bank.code) == bank.balance
        finally:
            transaction.set_rollback(True)
            self.scope.__exit__(None, None, None)
            self.folder.cleanup()
