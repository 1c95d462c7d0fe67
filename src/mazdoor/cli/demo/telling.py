"""What the demonstration says: progress while it works, one table at its end, the same as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from mazdoor.cli.demo.cast import CAST

TOUR: Final = (
    ("/registry/register/", "registrar", "who is here already, then the wizard; the empty form on paper"),
    ("/registry/files/", "registrar", "a file of people, its columns, and rows that came back with reasons"),
    ("/registry/by-message/", "registrar", "requests by SMS; a registration begins with what is known"),
    ("/registry/cards/", "registrar", "registry cards, made and printed"),
    ("/cards/", "nobody", "a card checked by anybody"),
    ("/verification/", "verifier", "what to verify by hand, by area and age"),
    ("/duplicates/", "verifier", "pairs that may be one person; where much is at stake verifier2 has to say the same"),
    ("/changes/", "verifier", "changes that wait for a second officer"),
    ("/recertification/", "verifier", "households whose answers are due again"),
    ("/devices/", "verifier", "tablets in the field, and forms that wait"),
    ("/fieldwork/", "nobody", "the form in a browser, kept while there is no network (a device's name and secret)"),
    ("/systems/", "administrator", "other systems: what they may do and see"),
    ("/w/", "nobody", "a worker's own pages, on a telephone"),
)
"""Page, sign-in, and what is there."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One link of the chain: what was done, to how many, in how many seconds, with how much memory of this process
    at most (megabytes; 0 where the system does not tell)."""

    name: str
    title: str
    count: int
    seconds: float
    note: str = ""
    peak_mb: int = 0


@dataclass(kw_only=True)
class Report:
    """The whole walk. ``money`` holds paisa."""

    workers: int
    seed: int
    steps: list[Step] = field(default_factory=list)
    money: dict[str, int] = field(default_factory=dict)
    money_line: str = ""
    seconds: float = 0.0

    def step(self, name: str) -> Step:
        """The step of this name. Raises ``KeyError``."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def counts(self) -> dict[str, int]:
        """Step → count: what must be the same when the demonstration is run again."""
        return {step.name: step.count for step in self.steps}


class Teller:
    """Progress on a terminal; plain lines where there is none."""

    def __init__(self) -> None:
        self.console = Console(stderr=False)
        self._bars: Progress | None = None
        self._task: Any = None
        self._title = ""

    def progress(self, title: str, done: int, total: int) -> None:
        """Show how far one step is."""
        if not self.console.is_terminal:
            if title != self._title:
                self.console.print(f"… {title}")
                self._title = title
            return
        if self._bars is None:
            self._bars = Progress(
                TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                console=self.console,
            )  # fmt: skip
            self._bars.start()
        if title != self._title:
            if self._task is not None:
                self._bars.stop_task(self._task)
            self._task = self._bars.add_task(title, total=total)
            self._title = title
        self._bars.update(self._task, completed=done, total=total)

    def table(self, report: Report) -> None:
        """One table: step, count, seconds; then the money line."""
        if self._bars is not None:
            self._bars.stop()
        table = Table(title=f"{report.workers:,} workers who do not exist, seed {report.seed}", title_justify="left")
        table.add_column("step")
        table.add_column("count", justify="right")
        table.add_column("seconds", justify="right")
        table.add_column("", overflow="fold")
        for step in report.steps:
            table.add_row(step.title, f"{step.count:,}", f"{step.seconds:.1f}", step.note)
        table.add_row("all", "", f"{report.seconds:.1f}", "")
        self.console.print(table)
        self.console.print(report.money_line)

    def sign_ins(self, password: str) -> None:
        """Who can sign in, and with what."""
        table = Table(title=f"Sign-ins (password: {password})", title_justify="left")
        for column in ("sign-in", "desk", "sees", "name"):
            table.add_column(column)
        for part in CAST:
            table.add_row(part.username, part.desk, ", ".join(part.areas).replace("*", "everywhere"), part.full_name)
        self.console.print(table)

    def tour(self, site: str, gateway: str) -> None:
        """Where to look first, at whose desk; and where the messages of an invented telephone are read."""
        table = Table(title=f"A tour of {site}", title_justify="left")
        for column in ("page", "sign-in", "what is there"):
            table.add_column(column)
        for page, sign_in, what in TOUR:
            table.add_row(page, sign_in, what)
        self.console.print(table)
        self.console.print("Workers begin with any mobile number; what it receives by SMS is read at")
        self.console.print(f"{gateway}/phones/03001234567 (the number they gave)", soft_wrap=True)


def as_json(report: Report) -> str:
    """The report for machines."""
    return json.dumps(asdict(report), indent=2, ensure_ascii=False)


def forget_peak() -> None:
    """Begin to measure peak memory anew, where the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_mb() -> int:
    """Peak memory of this process since :func:`forget_peak`, in megabytes; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(line.split()[1]) // 1024
