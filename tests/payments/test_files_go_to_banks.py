"""Files are written once and sent once: what a time-out, a refusal, a crash or a tampered file does to the money."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import pytest
from django.db import connection
from tests.payments import cast
from tests.payments.desk import Desk

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.enrolment import services as enrolment
from mazdoor.delivery.payments import selectors, services
from mazdoor.delivery.payments.models import PaymentFile, Payroll
from mazdoor.interfaces.iso20022.rail import Pain001Format
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

OWED = sum(cast.owed(n) for n in range(1, 7))


@pytest.fixture
def payroll(desk: Desk) -> int:
    """Six people, three at each bank, released."""
    persons = cast.people(6)
    cast.enrol(persons)
    cast.give_accounts(persons)
    made = desk.draft(cast.cycle())
    desk.prepare(made)
    desk.release(made)
    return made


def states(payroll: int) -> dict[str, str]:
    return dict(PaymentFile.objects.filter(payroll_id=payroll).values_list("bank_code", "state"))


def test_what_reaches_the_banks_is_what_was_released(desk: Desk, payroll: int) -> None:
    desk.send(payroll)
    assert sum(order.amount for bank in desk.banks.values() for order in bank.orders.values()) == OWED
    assert [len(bank.orders) for bank in desk.banks.values()] == [3, 3]
    total = services.conservation()
    assert total.amounts.in_flight == total.amounts.entitled == OWED
    assert total.unknown_amount == 0


def test_files_are_cut_to_size_and_nothing_falls_between(desk: Desk) -> None:
    persons = cast.people(25)
    cast.enrol(persons)
    cast.give_accounts(persons)
    desk.file_size = 4
    desk.pay_out(cast.cycle())
    sizes = sorted(PaymentFile.objects.values_list("bank_code", "number", "written_count"))
    assert sizes == [("ALFH", 1, 4), ("ALFH", 2, 4), ("ALFH", 3, 4),
                     ("HABB", 1, 4), ("HABB", 2, 4), ("HABB", 3, 4), ("HABB", 4, 1)]  # fmt: skip
    assert services.conservation().amounts.in_flight == sum(cast.owed(n) for n in range(1, 26))


def test_a_time_out_is_unknown_and_its_money_stays_in_flight(desk: Desk, payroll: int) -> None:
    desk.banks["HABB"].answers = ["unknown"]
    desk.send(payroll)
    assert states(payroll) == {"HABB": "unknown", "ALFH": "sent"}
    total = services.conservation()
    assert total.amounts.in_flight == OWED
    assert total.unknown_amount == sum(cast.owed(n) for n in (1, 3, 5))
    assert (total.amounts.returned, total.amounts.not_yet_instructed) == (0, 0)


def test_an_unknown_file_is_asked_about_before_anything_is_sent_again(desk: Desk, payroll: int) -> None:
    habb = desk.banks["HABB"]
    habb.answers = ["unknown"]
    desk.send(payroll)
    (message,) = habb.files
    habb.report(message, [habb.say(reference, "ACSP") for reference in habb.orders])
    desk.send(payroll)
    assert habb.sends == [message]  # it knew the message, so it was not sent again
    assert states(payroll)["HABB"] == "sent"


def test_a_file_that_never_arrived_is_sent_again_under_the_same_message_id(desk: Desk, payroll: int) -> None:
    habb = desk.banks["HABB"]
    habb.answers, habb.hears_unknown = ["unknown"], False
    desk.send(payroll)
    assert habb.files == {}
    desk.send(payroll)
    assert len(set(habb.sends)) == 1
    assert len(habb.sends) == 2
    assert len(habb.orders) == 3


def test_one_run_calls_a_bank_once_for_a_file(desk: Desk, payroll: int) -> None:
    """Not in a retry loop: five sends were five payments elsewhere."""
    habb = desk.banks["HABB"]
    habb.answers = ["unknown"] * 5
    desk.send(payroll)
    assert len(habb.sends) == 1


def test_a_refused_file_is_owed_again_and_a_follow_up_pays_it(desk: Desk, payroll: int) -> None:
    habb = desk.banks["HABB"]
    habb.answers = ["refused"]
    desk.send(payroll)
    total = services.conservation()
    assert total.amounts.returned == sum(cast.owed(n) for n in (1, 3, 5))
    assert total.amounts.in_flight == sum(cast.owed(n) for n in (2, 4, 6))
    follow_up = desk.draft(Payroll.objects.get(pk=payroll).cycle_id, kind="follow_up")
    desk.prepare(follow_up)
    desk.release(follow_up)
    desk.send(follow_up)
    total = services.conservation()
    assert (total.amounts.returned, total.amounts.in_flight) == (0, OWED)
    assert total.counts.entitled == 6


def test_a_file_altered_on_the_disk_is_not_sent(desk: Desk, payroll: int) -> None:
    def alter(step: str) -> None:
        if step.startswith("written") and "HABB" in step:
            path = desk.folder / f"{step.split()[1]}.xml"
            path.write_bytes(path.read_bytes().replace(b"12500.50", b"92500.50"))

    with pytest.raises(Refusal, match="PAY-010"):
        desk.send(payroll, on_step=alter)
    assert desk.banks["HABB"].sends == []
    assert services.conservation().amounts.not_yet_instructed >= sum(cast.owed(n) for n in (1, 3, 5))


def test_a_file_written_again_is_the_same_to_the_byte(desk: Desk, payroll: int) -> None:
    """The worker dies after the bytes are on the disk and before the database knows."""
    written: list[bytes] = []

    class Dies(Pain001Format):
        def write(self, out: IO[bytes], **more: Any) -> Any:
            result = super().write(out, **more)
            out.flush()
            written.append(
                Path(out.name if isinstance(out.name, str) else f"/proc/self/fd/{out.fileno()}").read_bytes()
            )
            if len(written) == 1:
                raise OSError("no space left on device")
            return result

    for _ in range(2):
        try:
            services.send_payroll(
                payroll_id=payroll, officer_id=None, rail=desk.rail, file_format=Dies(), folder=desk.folder
            )
        except OSError:
            assert states(payroll)["ALFH"] == "planned"
            assert list(desk.folder.iterdir()) == []
    assert written[0] == written[1]
    assert len(written) == 3


def test_an_account_closed_since_approval_is_not_paid_into(desk: Desk, payroll: int) -> None:
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute(
            """UPDATE accounts_account SET state = 'closed', closed_at = now()
               WHERE id = (SELECT min(account_id) FROM accounts.live_account)"""
        )
    desk.send(payroll)
    assert len(desk.banks["HABB"].orders) == 2
    total = services.conservation()
    assert total.amounts.not_yet_instructed == cast.owed(1)
    with acting_as_system(reason="test"):
        assert selectors.get_payroll(payroll_id=payroll).holds == {"account_closed": (1, cast.owed(1))}


def test_whoever_was_paused_since_is_not_paid_on_stale_data(desk: Desk, payroll: int) -> None:
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute("SELECT min(enrolment_id) FROM enrolment.enrolment_now")
        enrolment.pause(enrolment_id=cursor.fetchone()[0], reason="said to have died")
    desk.send(payroll)
    total = services.conservation()
    assert (total.amounts.not_yet_instructed, total.amounts.in_flight) == (cast.owed(1), OWED - cast.owed(1))
    with acting_as_system(reason="test"):
        assert selectors.get_payroll(payroll_id=payroll).holds == {"not_enrolled": (1, cast.owed(1))}


def test_a_payroll_nobody_released_is_not_sent(desk: Desk) -> None:
    persons = cast.people(2)
    cast.enrol(persons)
    cast.give_accounts(persons)
    made = desk.draft(cast.cycle())
    for _ in range(2):
        with pytest.raises(Refusal, match="PAY-002"):
            desk.send(made)
        desk.prepare(made)
    services.approve_payroll(payroll_id=made, officer_id=desk.officers[1])
    with pytest.raises(Refusal, match="PAY-002"):
        desk.send(made)
    assert all(bank.sends == [] for bank in desk.banks.values())


def test_a_person_sees_where_each_entitlement_stands(desk: Desk, payroll: int) -> None:
    desk.send(payroll)
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute("SELECT min(canonical_person_id) FROM payments_entitlement")
        (row,) = selectors.list_payments_of(canonical_person_id=cursor.fetchone()[0])
    assert (row.amount, row.state, row.period_from) == (cast.owed(1), "in_flight", cast.PERIOD[0])
