"""A payroll from decision to bank files, ledger included; and its status lines read back and reconciled.

``PAYEES=12000000 python -m benchmarks.payroll``. The people, decisions and accounts are written beforehand and not
counted. Counted: entitlements, instructions, the check by the reference amounts, freezing, approval (which hashes all
of it again), release (and again), files written and handed over; then a pain.002 with a line for every payment, read by
the real reader and applied. The aim is 12 million in ten minutes each way.
"""

from __future__ import annotations

import os
import platform
import re
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.processors import seconds_of

BANKS = ("HABB", "ALFH", "MEZN", "UNIL")
PROGRAMME = "BENCH-CASH"
AMOUNT = 12_000_00
REFERENCE = re.compile(rb"<EndToEndId>(MZ[0-9]{13})</EndToEndId>")


class Accepts:
    """A rail that takes everything at once, and a reference engine that knows the one amount there is."""

    def send(self, *, bank_code: str, message_id: str, file: Path) -> str:
        """Taken."""
        return "accepted"

    def fetch_status(self, *, bank_code: str, message_id: str) -> list[Path]:
        """Nothing to say."""
        return []

    def fetch_statement(self, *, bank_code: str, since: int) -> list[Path]:
        """Nothing to say."""
        return []

    def edge_cases(self, *, programme_code: str, on_date: Any, limit: int) -> list[int]:
        """None: the amount has no boundary."""
        return []

    def recompute(self, *, programme_code: str, on_date: Any, enrolment_ids: Sequence[int]) -> Mapping[int, int]:
        """Rs 12,000."""
        return dict.fromkeys(enrolment_ids, AMOUNT)


def processor_seconds() -> float:
    """Of this process and of the database's process that serves it, so that a busy machine can be told from slow work."""
    from django.db import connection

    raw: Any = connection.connection
    return time.process_time() + (0.0 if raw is None else seconds_of(raw.info.backend_pid))


class Steps:
    """Seconds by the clock and by the processor of each step."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float, float]] = []
        self._last = (time.monotonic(), processor_seconds())

    def __call__(self, name: str) -> None:
        """What has passed since the last one was that step."""
        now = (time.monotonic(), processor_seconds())
        self.rows.append((name, now[0] - self._last[0], now[1] - self._last[1]))
        self._last = now
        print(f"  {name}: {self.rows[-1][1]:.1f} s ({self.rows[-1][2]:.1f} s of processor)", flush=True)


def people(count: int) -> None:
    """Persons, decisions, enrolments and sealed accounts, as the rooms write them."""
    from django.db import connection

    from mazdoor.access.services import acting_as_system
    from mazdoor.database.bulk import analyse
    from mazdoor.database.keys import keyring

    with acting_as_system(reason="benchmark"), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO registration_person (registry_number, registered_on, area_code)
               SELECT lpad(n::text, 12, '0'), '2026-01-01', 'PK60301' FROM generate_series(1, %s) AS n""",
            [count],
        )
        cursor.execute(
            """INSERT INTO registration_personrecord (person_id, valid_from, given_name, surname, father_name,
                   husband_name, given_name_ur, surname_ur, father_name_ur, sex, marital_status, area_code, name_sounds)
               SELECT id, '2026-01-01', 'Worker', id::text, '', '', '', '', '', 'female', '', area_code, '{}'
               FROM registration_person AS person ORDER BY person.id"""
        )
        cursor.execute(
            "INSERT INTO assessment_snapshot (as_of, rows_hash, counts) VALUES ('2026-07-01', '', '{}') RETURNING id"
        )
        (snapshot,) = cursor.fetchone()
        cursor.execute(
            """INSERT INTO assessment_assessmentrun (snapshot_id, programme_code, rule_hash, at_date, known_at, engine,
                   counts) VALUES (%s, %s, '', '2026-07-01', now(), 'bench', '{}') RETURNING id""",
            [snapshot, PROGRAMME],
        )
        (run,) = cursor.fetchone()
        cursor.execute(
            """INSERT INTO enrolment_eligibilitydecision (programme_code, person_id, unit_kind, unit_id,
                   assessment_run_id, assessment_id, decision, clause, cycle_amount, area_code)
               SELECT %s, id, 'person', id, %s, id, 'eligible', '', %s, area_code
               FROM registration_person AS person ORDER BY person.id""",
            [PROGRAMME, run, AMOUNT],
        )
        cursor.execute(
            """INSERT INTO enrolment_enrolment (programme_code, benefit_code, person_id, canonical_person_id, unit_kind,
                   unit_id, decision_id, from_date, cycle_amount, area_code)
               SELECT programme_code, 'cash', person_id, person_id, unit_kind, unit_id, id, '2026-01-01', cycle_amount,
                      area_code FROM enrolment_eligibilitydecision AS decision ORDER BY decision.id"""
        )
        ring = keyring()
        columns = "person_id, canonical_person_id, purpose, bank_code, iban_encrypted, iban_index, iban_last4, origin, area_code"
        cursor.execute(
            f"CREATE TEMPORARY TABLE opened ON COMMIT DROP AS SELECT {columns} FROM accounts_account LIMIT 0"
        )
        raw: Any = connection.connection
        with raw.cursor() as bulk, bulk.copy(f"COPY opened ({columns}) FROM STDIN") as copy:
            for person in range(1, count + 1):
                bank = BANKS[person % len(BANKS)]
                iban = f"PK36{bank}{person:016d}"
                sealed, index = ring.seal(iban, purpose="iban"), ring.index(iban, purpose="iban")
                copy.write(
                    f"{person}\t{person}\tbenefits\t{bank}\t\\\\x{sealed.hex()}\t\\\\x{index.hex()}\t{iban[-4:]}\tlinked"
                    "\tPK60301\n"
                )
        cursor.execute(f"INSERT INTO accounts_account ({columns}) SELECT {columns} FROM opened")
        analyse("registration_person", "registration_personrecord", "enrolment_enrolment", "accounts_account")


def status_report(payment_file: Path, report: Path, message_id: str) -> int:
    """A pain.002 that settles every payment of a file."""
    count = 0
    with payment_file.open("rb") as read, report.open("wb") as out:
        out.write(
            b'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.12">'
            b"<CstmrPmtStsRpt><GrpHdr><MsgId>R</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>"
            + message_id.encode()
            + b"</OrgnlMsgId><GrpSts>ACCP</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>1</OrgnlPmtInfId>"
        )
        for line in read:
            if found := REFERENCE.search(line):
                count += 1
                out.write(
                    b"<TxInfAndSts><OrgnlInstrId>%b</OrgnlInstrId><OrgnlEndToEndId>%b</OrgnlEndToEndId><TxSts>ACSC</TxSts>"
                    b"<AcctSvcrRef>%d</AcctSvcrRef></TxInfAndSts>\n" % (found[1], found[1], count)
                )
        out.write(b"</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>\n")
    return count


def slow_statements(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    """With ``STATEMENTS=1``: each statement that takes long, as it ends."""
    began = time.monotonic()
    try:
        return execute(sql, params, many, context)
    finally:
        if (seconds := time.monotonic() - began) > 0.2:
            print(f"    {seconds:6.2f} s  {' '.join(str(sql).split())[:110]}", flush=True)


def measure(count: int, home: Path) -> list[tuple[str, float, float]]:
    """All of it; the steps with their seconds."""
    import datetime as dt

    from mazdoor.access.services import acting_as_system, ensure_officer
    from mazdoor.delivery.payments import services
    from mazdoor.delivery.payments.models import PaymentFile
    from mazdoor.delivery.reconciliation import services as reconciliation
    from mazdoor.interfaces.iso20022.rail import Pain001Format, Pain002Reader

    if os.environ.get("STATEMENTS") == "1":
        from django.db import connection

        connection.execute_wrappers.append(slow_statements)
    steps = Steps()
    people(count)
    steps("(people, decisions, accounts)")
    with acting_as_system(reason="benchmark"):
        officers = [
            ensure_officer(username=f"f{n}", full_name="F", desk="finance", areas=["*"], password="a long password").pk
            for n in range(3)
        ]
    july, august = dt.date(2026, 7, 1), dt.date(2026, 8, 1)
    for bank in BANKS:
        services.register_paying_bank(
            bank_code=bank,
            account_iban=f"PK36{bank}0000000000000000",
            account_title="B",
            opening_amount=10**16,
            on=july,
            officer_id=officers[0],
        )
    services.fund_programme(
        programme_code=PROGRAMME, amounts=dict.fromkeys(BANKS, 10**16), key="b", on=july, officer_id=officers[0]
    )
    cycle = services.open_cycle(programme_code=PROGRAMME, period_from=july, period_to=august, officer_id=officers[0])
    payroll = services.draft_payroll(cycle_id=cycle, officer_id=officers[0])
    steps("(funds)")
    rail: Any = Accepts()
    services.prepare_payroll(payroll_id=payroll, officer_id=officers[0], checker=rail, on_step=steps)
    services.approve_payroll(payroll_id=payroll, officer_id=officers[1])
    steps("approved")
    services.release_payroll(payroll_id=payroll, officer_id=officers[2])
    steps("released")
    folder = home / "files"
    folder.mkdir()
    services.send_payroll(
        payroll_id=payroll, officer_id=officers[2], rail=rail, file_format=Pain001Format(), folder=folder
    )
    steps("files written and sent, ledger posted")
    print(services.conservation().line())
    steps("(conservation sum)")
    reports = []
    for file in PaymentFile.objects.order_by("id"):
        report = home / f"{file.message_id}.report.xml"
        status_report(folder / f"{file.message_id}.xml", report, file.message_id)
        reports.append((file.bank_code, report))
    steps("(the bank's reports)")
    applied = sum(
        reconciliation.import_status_report(bank_code=bank, source=report, reader=Pain002Reader()).applied
        for bank, report in reports
    )
    steps("status lines read and reconciled")
    assert applied == count, (applied, count)
    return steps.rows


def main() -> int:
    """Measure and print."""
    count = int(os.environ.get("PAYEES", "1000000"))
    home = Path(tempfile.mkdtemp(prefix="mazdoor-bench-", dir=os.environ.get("TMPDIR", "/tmp")))
    home.chmod(0o711)
    os.environ["MAZDOOR_HOME"] = str(home)
    try:
        from mazdoor.cli.main import set_up_django

        set_up_django()
        from mazdoor.database import lifecycle

        with lifecycle.lease():
            lifecycle.ensure_ready()
            rows = measure(count, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    counted = [row for row in rows if not row[0].startswith(("(", "status"))]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\n{count:,} payees on {os.cpu_count()} cores, Python {platform.python_version()}, peak {peak:,} MB\n")
    print("| step | seconds | of processor |\n|---|---:|---:|")
    for name, seconds, processor in [
        *rows,
        ("**from decision to bank files**", sum(row[1] for row in counted), sum(row[2] for row in counted)),
    ]:
        print(f"| {name} | {seconds:.1f} | {processor:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
