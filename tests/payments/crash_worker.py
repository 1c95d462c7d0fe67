"""Processes that carry one payroll as far as they can, from wherever it stands; killed with -9 by ``test_crashes``.

``python -m tests.payments.crash_worker BANK_URL FOLDER`` reads one word a line (``seed``, ``work``, ``show``, ``hear``,
``ask`` with what an officer asks for, ``work`` with the name of a step) and does each in a child of its own: ``child PID``
it says, then what the child says, then ``ended CODE``. A child is a whole process with its own connection to the database;
only the imports are shared.

Each named step is told once it has happened. ``work sending:2`` kills itself with -9 at its second *sending*, at that
instant, as hard as another could.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import django

PEOPLE = 60
BANKS = ("HABB", "ALFH")


def seed(url: str) -> None:
    """People enrolled, accounts opened at the sandbox's banks, funds as the banks hold them; three officers."""
    import httpx
    from tests.payments import cast

    from mazdoor.access.services import acting_as_system, ensure_officer
    from mazdoor.delivery.payments import services
    from mazdoor.interfaces.iso20022.bank_files import BankFiles

    persons = cast.people(PEOPLE)
    cast.enrol(persons)
    ibans: dict[int, tuple[str, str]] = {}
    for place, bank in enumerate(BANKS):
        theirs = persons[place::2]
        requests = [
            {"key": f"k{person}", "name": "Worker", "cnic": f"{person:013d}", "mobile": "03001234567"}
            for person in theirs
        ]
        answers = httpx.post(f"{url}/banks/{bank}/accounts/batch", json={"requests": requests}, trust_env=False).json()[
            "answers"
        ]
        ibans |= {person: (bank, answer["iban"]) for person, answer in zip(theirs, answers, strict=True)}
    cast.give_accounts(persons, ibans)
    wire = BankFiles({bank: f"{url}/banks/{bank}" for bank in BANKS}, folder=Path("/tmp"))
    for bank in BANKS:
        services.register_paying_bank(
            bank_code=bank,
            account_iban=wire.payer_iban(bank_code=bank),
            account_title="Test programme",
            opening_amount=cast.OPENING,
            on=cast.PERIOD[0],
            officer_id=cast.clerk(),
        )
    services.fund_programme(
        programme_code=cast.PROGRAMME,
        amounts=dict.fromkeys(BANKS, cast.OPENING),
        key="july",
        on=cast.PERIOD[0],
        officer_id=cast.clerk(),
    )
    with acting_as_system(reason="test"):
        for number in range(3):
            ensure_officer(
                username=f"finance-{number}", full_name="Officer", desk="finance", areas=["*"], password="x" * 12
            )


def work(url: str, folder: Path, die_at: str = "") -> None:
    """Draft, prepare, approve, release, send, reconcile; then the same with a follow-up for what came back."""
    from tests.payments import cast

    from mazdoor.access.models import Officer
    from mazdoor.delivery.payments import services
    from mazdoor.delivery.payments.models import Payroll
    from mazdoor.interfaces.iso20022.rail import Pain001Format

    seen: Counter[str] = Counter()

    def step(told: str) -> None:
        name = told.split()[0]
        seen[name] += 1
        say(told)
        if die_at == f"{name}:{seen[name]}":
            os.kill(os.getpid(), signal.SIGKILL)

    step("started")
    one, two, three = (
        Officer.objects.filter(username__startswith="finance").order_by("username").values_list("id", flat=True)
    )
    cycle = cast.cycle()
    for kind in ("regular", "follow_up"):
        payroll = Payroll.objects.filter(cycle_id=cycle, kind=kind).first()
        if payroll is None:
            services.draft_payroll(cycle_id=cycle, officer_id=one, kind=kind, file_size=4)
            step("drafted")
            payroll = Payroll.objects.get(cycle_id=cycle, kind=kind)
        if payroll.state == "drafted":
            services.prepare_payroll(payroll_id=payroll.pk, officer_id=one, checker=cast.RedoneByHand(), on_step=step)
            payroll.refresh_from_db()
        if payroll.state == "prepared":
            services.approve_payroll(payroll_id=payroll.pk, officer_id=two)
            step("approved")
            payroll.refresh_from_db()
        if payroll.state == "approved":
            services.release_payroll(payroll_id=payroll.pk, officer_id=three)
            step("released")
            payroll.refresh_from_db()
        services.send_payroll(
            payroll_id=payroll.pk,
            officer_id=three,
            rail=rail(url, folder),
            file_format=Pain001Format(),
            folder=folder,
            on_step=step,
        )
        step("all-sent")
        reconcile(url, folder)
        step("reconciled")
        reconcile(url, folder)
        if not services.conservation().amounts.returned:
            break
    step("finished")


def ask(what: str) -> None:
    """What officers ask of their page: ``prepare``, ``release`` (and approve), ``send``; ``twice`` clicks again at once."""
    from tests.payments import cast

    from mazdoor.access.models import Officer
    from mazdoor.delivery.payments import services
    from mazdoor.delivery.payments.models import Payroll

    one, two, three = (
        Officer.objects.filter(username__startswith="finance").order_by("username").values_list("id", flat=True)
    )
    step, _, twice = what.partition(" ")
    for _ in range(2 if twice else 1):
        payroll = Payroll.objects.first()
        if step == "prepare":
            number = (
                payroll.pk if payroll else services.draft_payroll(cycle_id=cast.cycle(), officer_id=one, file_size=4)
            )
            services.ask_to_prepare(payroll_id=number, officer_id=one)
            continue
        assert payroll is not None
        if step == "release":
            services.approve_payroll(payroll_id=payroll.pk, officer_id=two)
            services.release_payroll(payroll_id=payroll.pk, officer_id=three)
        else:
            services.ask_to_send(payroll_id=payroll.pk, officer_id=three)


def rail(url: str, folder: Path) -> Any:
    """The wire, impatient."""
    from mazdoor.interfaces.calling import Patience
    from mazdoor.interfaces.iso20022.bank_files import BankFiles
    from mazdoor.interfaces.iso20022.rail import BankRail

    return BankRail(
        BankFiles(
            {bank: f"{url}/banks/{bank}" for bank in BANKS},
            folder=folder / "in",
            patience=Patience(tries=3, first_wait=0.01),
        )
    )


def reconcile(url: str, folder: Path) -> None:
    """Ask the banks until they have nothing more to say."""
    from mazdoor.delivery.reconciliation import services
    from mazdoor.interfaces.iso20022.rail import Camt053Reader, Pain002Reader

    services.reconcile(rail=rail(url, folder), status_reader=Pain002Reader(), statement_reader=Camt053Reader())


def show(url: str) -> None:
    """What stands in our books and in the banks', each added up by itself, as one line of JSON."""
    import httpx
    from django.db import connection

    from mazdoor.access.services import acting_as_system
    from mazdoor.delivery.payments import services
    from mazdoor.delivery.payments.selectors import find_instruction_id
    from mazdoor.delivery.reconciliation import selectors
    from mazdoor.ledger import services as ledger

    total = services.conservation()
    ledger.check_books()
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute("SELECT instruction_id, entitlement_id FROM payments.instruction_now")
        whose = dict(cursor.fetchall())
    paid: Counter[int] = Counter()
    bank_settled = 0
    balances = {}
    for bank in BANKS:
        books = httpx.get(f"{url}/banks/{bank}/books/summary", trust_env=False).json()
        bank_settled += books["settled"]["amount"]
        balances[bank] = books["payer_balance"]
        for row in httpx.get(f"{url}/banks/{bank}/books/payments", trust_env=False).json()["payments"]:
            if row["state"] in ("settled", "late", "held"):
                paid[whose[find_instruction_id(row["end_to_end_id"])]] += 1
    from mazdoor.ledger.selectors import list_balances

    ours = {balance.bank_code: balance.balance_amount for balance in list_balances(role="bank")}
    say(
        json.dumps(
            {
                "entitled": total.counts.entitled,
                "entitled_amount": total.amounts.entitled,
                "settled_amount": total.amounts.settled,
                "bank_settled_amount": bank_settled,
                "in_flight": total.counts.in_flight,
                "returned": total.counts.returned,
                "not_yet_instructed": total.counts.not_yet_instructed,
                "paid_persons": len(paid),
                "paid_twice": sum(1 for times in paid.values() if times > 1),
                "our_balances": ours,
                "bank_balances": balances,
                "exceptions": [row.kind for row in selectors.list_exceptions()],
            }
        )
    )


def say(told: str) -> None:
    """A line for the test, whole or not at all."""
    os.write(1, f"{told}\n".encode())


def serve(url: str, folder: Path) -> None:
    """One child for each line."""
    for line in sys.stdin:
        what, _, die_at = line.strip().partition(" ")
        child = os.fork()
        if child == 0:
            say(f"child {os.getpid()}")
            os._exit(_do(what, url, folder, die_at))
        _, status = os.waitpid(child, 0)
        say(f"ended {os.waitstatus_to_exitcode(status)}")


def _do(what: str, url: str, folder: Path, die_at: str) -> int:
    """What a child does; its exit code."""
    try:
        if what == "seed":
            seed(url)
        elif what == "work":
            work(url, folder, die_at)
        elif what == "ask":
            ask(die_at)
        elif what == "hear":
            for _ in range(2):
                reconcile(url, folder)
        else:
            show(url)
    except Exception:  # noqa: BLE001  told to the test, which fails
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    django.setup()

    import mazdoor.delivery.reconciliation.services
    import mazdoor.interfaces.iso20022.rail  # noqa: F401  imported once, before the children

    serve(sys.argv[1], Path(sys.argv[2]))
