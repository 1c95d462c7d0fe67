"""What the tests of rules share: which engines ran the specification, and its coverage told at the end."""

from __future__ import annotations

from typing import Any

import pytest

COVERED: set[str] = set()


@pytest.fixture(scope="session")
def covered() -> set[str]:
    """The engines that ran every table; whoever runs one adds its name."""
    return COVERED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How often each operator came out true, false, … in the tables, and on which engines they ran."""
    if not COVERED:
        return
    from mazdoor.rules.spec import make_trial
    from mazdoor.rules.spec.coverage import OUTCOMES, measure

    trial = make_trial()
    terminalreporter.section("operators covered by the specification")
    told = ", ".join(sorted(COVERED))
    terminalreporter.line(f"{len(trial.expected)} rows of {len(trial.tables)} tables on: {told}")
    terminalreporter.line(f"{'operator':28}" + "".join(f"{outcome:>10}" for outcome in OUTCOMES))
    for each in measure(trial):
        cells = [str(each.counts.get(name, "") or ("-" if name not in each.owed else "NONE")) for name in OUTCOMES]
        terminalreporter.line(f"{each.key:28}" + "".join(f"{cell:>10}" for cell in cells))
