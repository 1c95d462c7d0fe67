"""A payroll prepared and sent by background workers that are killed with -9 and run side by side: another goes on, nobody
is paid twice, nobody is lost, and every act stands in the journal in the name of the officer who asked."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.payments.crash_worker import PEOPLE
from tests.payments.test_crashes import Campaign

_WORK = """
import sys
import django
django.setup()
from mazdoor.journal.worker import work
work(heartbeat_seconds=0.2, dead_after_seconds=float(sys.argv[1]))
"""
SOON, LATE = 1.5, 120.0
"""Seconds without a sign of life after which a worker counts as dead: one that lives is silent that long on a busy machine."""
PATIENCE = 240  # seconds


class Office:
    """A campaign whose work is asked for by officers and done by workers in processes of their own."""

    def __init__(self, campaign: Campaign, database: Any, folder: Path) -> None:
        self.campaign = campaign
        self.database = database
        self.folder = folder
        self.told = folder / "told"
        self.told.touch()
        self.workers: list[subprocess.Popen[bytes]] = []

    def worker(self, die_at: str = "", *, dead_after: float = SOON) -> subprocess.Popen[bytes]:
        """A worker, perhaps one that dies at a moment."""
        process = subprocess.Popen(
            [sys.executable, "-c", _WORK, str(dead_after)],
            env={
                **self.database.environment,
                "DJANGO_SETTINGS_MODULE": "tests.payments.crash_settings",
                "MAZDOOR_HOME": os.environ["MAZDOOR_HOME"],
                "CRASH_BANK": self.campaign.bank.url,
                "CRASH_FOLDER": str(self.folder),
                "CRASH_TELL": str(self.told),
                "CRASH_AT": die_at,
            },
            cwd=Path(__file__).parents[2],
        )
        self.workers.append(process)
        return process

    def one(self, sql: str) -> Any:
        """The first value of the first row, as the owner sees it."""
        with self.database.connect("owner") as connection:
            row = connection.execute(sql).fetchone()
            return None if row is None else row[0]

    def until(self, sql: str, wanted: Any, seconds: float = PATIENCE) -> None:
        """Wait for the database to say so."""
        deadline = time.monotonic() + seconds
        while (found := self.one(sql)) != wanted:
            assert time.monotonic() < deadline, f"{sql} says {found!r}, not {wanted!r}; {self.moments()}"
            time.sleep(0.1)

    def moments(self) -> list[str]:
        """What workers came to, in order."""
        return [line.split()[1] for line in self.told.read_text().splitlines()]

    def ask(self, what: str) -> None:
        """An officer asks, as the page does."""
        self.campaign.run(f"ask {what}")


@pytest.fixture
def office(fresh_database: Any, tmp_path: Path) -> Iterator[Office]:
    with Campaign(fresh_database, tmp_path, seed=5) as campaign:
        campaign.bank.fail(seed=5, hold_seconds=0.5, faults={})
        made = Office(campaign, fresh_database, tmp_path / "files")
        yield made
        for process in made.workers:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()


FILES = 16  # of four payments at most: eight for each of two banks with thirty persons
STATE = "SELECT state FROM payments_payroll"
DONE = "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE 'payments.%' AND status <> 'succeeded'"


def test_another_worker_goes_on_where_one_was_killed_in_the_middle_of_preparing_and_of_sending(office: Office) -> None:
    office.ask("prepare")
    assert office.worker("checking:1").wait(PATIENCE) == -9
    assert office.one("SELECT step FROM payments_payroll") == "instructed"
    office.worker()
    office.until(STATE, "prepared")
    office.until(DONE, 0)
    office.workers[-1].terminate()
    assert office.workers[-1].wait(PATIENCE) == 0
    office.ask("release")
    office.ask("send")
    assert office.worker("calling:2").wait(PATIENCE) == -9
    assert office.worker("answered:2").wait(PATIENCE) == -9
    office.worker()
    office.until(DONE, 0)
    _pays_everybody_once(office)


def test_two_workers_and_two_clicks_are_one_payroll(office: Office) -> None:
    for _ in range(2):
        office.worker(dead_after=LATE)
    office.ask("prepare twice")
    office.until(STATE, "prepared")
    office.until(DONE, 0)
    office.ask("release")
    office.ask("send twice")
    office.until("SELECT count(*) FROM payments_paymentfile WHERE state = 'sent'", FILES)
    office.until(DONE, 0)
    assert office.one("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE 'payments.%'") == 2
    assert office.moments().count("checking:1") == 1
    _pays_everybody_once(office)


def _pays_everybody_once(office: Office) -> None:
    office.campaign.run("hear")
    found = office.campaign.adds_up()
    assert (found["entitled"], found["paid_persons"], found["paid_twice"]) == (PEOPLE, PEOPLE, 0)
    assert (found["in_flight"], found["not_yet_instructed"], found["returned"]) == (0, 0, 0)
    assert found["settled_amount"] == found["bank_settled_amount"] == found["entitled_amount"]
    assert found["our_balances"] == found["bank_balances"]
    nobody = """SELECT string_agg(DISTINCT act, ' ') FROM journal_entry
                WHERE officer_id IS NULL AND (act LIKE 'payments.payroll.%' OR act LIKE 'payments.file.%')
                  AND act <> 'payments.payroll.closed'"""
    assert office.one(nobody) is None
    who = """SELECT string_agg(DISTINCT officer.username, ' ') FROM journal_entry AS entry
             JOIN access_officer AS officer ON officer.id = entry.officer_id WHERE entry.act LIKE '{}'"""
    for act, officer in {"payments.payroll.prepared": "finance-0", "payments.file.%": "finance-2"}.items():
        assert office.one(who.format(act)) == officer
