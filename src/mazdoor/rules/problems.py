"""What can be wrong: a :class:`Problem` in a policy file, and a run that stops.

Both are safe to print and to log: they name files, clauses, fields and counts, never a person.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written: a file, a line and a column, both from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def shifted(self, text: str, offset: int) -> Place:
        """The place of ``text[offset]`` where ``text`` begins here."""
        before = text[:offset]
        lines = before.count("\n")
        if lines:
            return Place(self.file, self.line + lines, self.column - 1 + len(before) - before.rfind("\n"))
        return Place(self.file, self.line, self.column + offset)


NOWHERE = Place("<text>", 1)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: where, what kind (a stable word), what is wrong, and the likely repair."""

    file: str
    line: int
    column: int
    code: str
    message: str
    repair: str = ""
    severity: Literal["error", "warning"] = field(default="error")

    def __str__(self) -> str:
        hint = f"\n    {self.repair}" if self.repair else ""
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message} [{self.code}]{hint}"


class PolicyError(Exception):
    """A policy that cannot be used. ``problems`` says everything that is wrong with it, not only the first thing."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Mistake(Exception):
    """One problem on its way from a parser or checker to whoever collects them."""

    def __init__(self, code: str, message: str, *, offset: int = 0, repair: str = "") -> None:
        self.code, self.message, self.offset, self.repair = code, message, offset, repair
        super().__init__(message)

    def at(self, place: Place, text: str = "") -> Problem:
        """The problem, placed in the file where ``text`` begins at ``place``."""
        spot = place.shifted(text, self.offset) if text else place
        return Problem(spot.file, spot.line, spot.column, self.code, self.message, self.repair)


class RunStopped(Exception):
    """A rule could not be evaluated, so nothing was written: no condition dropped, no person skipped, nothing guessed.

    ``reasons`` are person-free: ``(what, where, how many rows)``.
    """

    def __init__(self, reasons: Iterable[tuple[str, str, int]]) -> None:
        self.reasons = sorted(reasons)
        lines = [f"{what}, in {where} ({rows} row{'' if rows == 1 else 's'})" for what, where, rows in self.reasons]
        super().__init__("the run stopped and wrote nothing: " + "; ".join(lines))


class EngineMissing(Exception):
    """An engine that cannot run here. The message says what to install or to start."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean "birth_date"?`` where a known word is near, else an empty string."""
    near = difflib.get_close_matches(word, sorted(set(known)), n=2, cutoff=0.6)
    return "did you mean " + " or ".join(f'"{each}"' for each in near) + "?" if near else ""


def relative(path: Path, root: Path) -> str:
    """``path`` as written in messages: below ``root`` where it lies there."""
    try:
        return str(path.relative_to(root))
    except ValueError:
        return str(path)
