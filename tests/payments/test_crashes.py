"""Killed with -9 at every named step and at moments nobody chose, the payroll goes on, pays nobody twice and loses nobody.

A real database, the real wire, a sandbox bank that fails on purpose (files time out, payments are rejected, come late,
come back, are told twice). After the last kill the bank's own books are held against ours.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.payments.crash_worker import PEOPLE
from tests.sandbox.running import Sandbox

NAMED = [
    "started:1", "drafted:1", "entitled:1", "instructed:1", "checked:1", "prepared:1", "approved:1", "released:1",
    "written:1", "sending:1", "answered:1", "sent:1", "written:2", "sending:3", "answered:2", "all-sent:1",
    "reconciled:1",
]  # fmt: skip
FAULTS = {
    "payment_file.time_out": {"rate": 0.3, "times": 1},
    "transaction.reject": {"rate": 0.05},
    "transaction.return": {"rate": 0.05},
    "transaction.late": {"rate": 0.1},
    "report.twice": {"rate": 0.3},
    "entry.late": {"rate": 0.1},
    "entry.twice": {"rate": 0.1},
    "statement.unknown_reference": {"first": 1},
}


class Campaign:
    """One payroll, killed again and again."""

    def __init__(self, database: Any, tmp_path: Path, seed: int) -> None:
        self.kills = Counter[str]()
        folder = tmp_path / "files"
        folder.mkdir()
        self.bank = Sandbox(
            "bank", tmp_path / "bank", "--bank", "HABB", "--bank", "ALFH", "--first-date", "2026-07-01"
        ).start()
        self.errors = (tmp_path / "errors").open("w+")
        self.workers = subprocess.Popen(
            [sys.executable, "-m", "tests.payments.crash_worker", self.bank.url, str(folder)],
            env={**database.environment, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self.run("seed")
        self.bank.fail(seed=seed, hold_seconds=0.5, faults=FAULTS)

    def __enter__(self) -> Campaign:
        return self

    def __exit__(self, *_: object) -> None:
        self.workers.kill()
        self.workers.wait()
        self.errors.close()
        self.bank.stop()

    def start(self, words: str) -> int:
        """Begin something in a process of its own; returns its number."""
        assert self.workers.stdin is not None
        self.workers.stdin.write(f"{words}\n")
        self.workers.stdin.flush()
        return int(self.line().removeprefix("child "))

    def line(self) -> str:
        """The next line it says."""
        assert self.workers.stdout is not None
        said = self.workers.stdout.readline()
        assert said, "the workers are gone"
        return said.strip()

    def wait(self) -> tuple[int, list[str]]:
        """How it ended (0, or -9 when it was killed), and all it had said."""
        told: list[str] = []
        while not (line := self.line()).startswith("ended "):
            told.append(line)
        code = int(line.removeprefix("ended "))
        if code not in (0, -9):
            self.errors.seek(0)
            raise AssertionError(self.errors.read()[-3000:])
        return code, told

    def run(self, words: str) -> list[str]:
        """Something to its end."""
        self.start(words)
        code, told = self.wait()
        assert code == 0
        return told

    def kill_at(self, name: str) -> bool:
        """Let the work die at a named step. Returns whether it came that far (it may be past it)."""
        self.start(f"work {name}")
        code, _ = self.wait()
        self.kills[name] += code == -9
        return code == -9

    def kill_after(self, seconds: float, *, not_past: str = "") -> bool:
        """Kill the work after so long, wherever it is; at ``not_past`` it dies by itself (a machine may be busy elsewhere
        when the time has come). Returns whether it was still working."""
        child = self.start(f"work {not_past}")
        assert self.line() == "started"
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        code, told = self.wait()
        there = not_past.partition(":")[0]
        self.kills[not_past if there in {line.split()[0] for line in told} else "random"] += code == -9
        return code == -9

    def adds_up(self) -> dict[str, Any]:
        """The sum holds now, and nobody was paid by two orders."""
        found: dict[str, Any] = json.loads(self.run("show")[-1])
        assert found["paid_twice"] == 0
        return found

    def ends_well(self) -> None:
        """After the last kill: everything is worked off, and the bank's own books say the same as ours."""
        for _ in range(3):
            told = self.run("work")
        assert "finished" in told
        found = self.adds_up()
        assert found["entitled"] == PEOPLE
        assert found["settled_amount"] == found["bank_settled_amount"]
        assert found["our_balances"] == found["bank_balances"]
        assert (found["in_flight"], found["not_yet_instructed"]) == (0, 0)
        assert found["paid_persons"] + found["returned"] == PEOPLE
        assert set(found["exceptions"]) <= {"unknown_reference"}
        sys.stdout.write(f"killed {self.kills.total()} times: {dict(self.kills)}\n")


def test_killed_at_every_named_step_and_at_random_moments(fresh_database: Any, tmp_path: Path) -> None:
    chance = random.Random(11)
    with Campaign(fresh_database, tmp_path, seed=11) as campaign:
        for name, following in zip(NAMED, [*NAMED[1:], ""], strict=True):
            assert campaign.kills[name] or campaign.kill_at(name), f"never came to {name}"
            campaign.adds_up()
            if name in ("drafted:1", "released:1", "answered:1", "all-sent:1"):
                campaign.kill_after(chance.uniform(0.0, 0.1), not_past=following)
        for _ in range(3):
            campaign.kill_after(chance.uniform(0.0, 0.3))
        campaign.ends_well()
        assert campaign.kills.total() >= 20


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(6))
def test_killed_again_and_again(fresh_database: Any, tmp_path: Path, seed: int) -> None:
    """The bank is killed too."""
    chance = random.Random(seed)
    with Campaign(fresh_database, tmp_path, seed=seed) as campaign:
        for _ in range(40):
            if chance.random() < 0.4:
                campaign.kill_at(chance.choice(NAMED))
            else:
                campaign.kill_after(chance.uniform(0.0, 1.5))
            if chance.random() < 0.2:
                campaign.bank.kill()
                campaign.bank.start()
            campaign.adds_up()
        campaign.ends_well()
        assert campaign.kills.total() >= 20
