"""``make check``: everything a machine can say about the tree, without changing it.

Each check is a name and a function that returns the faults it found. All run, so one run shows everything; the exit
code is 1 where any found a fault.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from mazdoor.cli.main import set_up_django

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def _run(*command: str) -> list[str]:
    """Faults as the tool prints them; nothing where it is content."""
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return []
    return [line for line in (result.stdout + result.stderr).splitlines() if line.strip()] or [
        f"{command[0]} ended with {result.returncode}"
    ]


def formatting() -> list[str]:
    """Code is laid out by ruff."""
    return _run(str(BIN / "ruff"), "format", "--check", "--quiet", ".")


def lint() -> list[str]:
    """Ruff's rules (see pyproject.toml)."""
    return _run(str(BIN / "ruff"), "check", "--output-format", "concise", "--quiet", ".")


def types() -> list[str]:
    """mypy --strict with Django's stubs."""
    return _run(str(BIN / "mypy"), "--no-error-summary")


def contracts() -> list[str]:
    """The floors and the chain: import-linter."""
    return _run(str(BIN / "lint-imports"), "--no-cache")


def private_tables() -> list[str]:
    """A room's tables are private also to SQL."""
    set_up_django()
    from mazdoor.database.borders import crossings_of_installed_rooms

    return [str(crossing) for crossing in crossings_of_installed_rooms()]


def migrations() -> list[str]:
    """No model has changed without its migration. Asks no database."""
    set_up_django()
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("mazdoor.")}
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    conflicts = [f"{label}: two last migrations {names}" for label, names in loader.detect_conflicts().items()]
    return conflicts + [
        f"{label}: {operation.describe()}"
        for label, migrations_ in changes.items()
        if label in ours
        for migration in migrations_
        for operation in migration.operations
    ]


def policies() -> list[str]:
    """Law as data: names, types, units, dates, provisions, Urdu."""
    return _run(str(BIN / "mazdoor"), "rules", "check")


def texts() -> list[str]:
    """Every text for people is in Urdu too."""
    from tools.i18n import untranslated

    return untranslated()


def documents() -> list[str]:
    """Generated documents say what the code says."""
    from tools.docs import stale

    return stale()


CHECKS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("format", formatting),
    ("lint", lint),
    ("types", types),
    ("contracts", contracts),
    ("private tables", private_tables),
    ("migrations", migrations),
    ("policies", policies),
    ("texts", texts),
    ("documents", documents),
)


def main(arguments: list[str]) -> int:
    """Run all checks, or those named."""
    failed = 0
    for name, check in CHECKS:
        if arguments and name not in arguments:
            continue
        start = time.monotonic()
        faults = check()
        failed += bool(faults)
        print(f"{'ok  ' if not faults else 'FAIL'}  {name:<15} {time.monotonic() - start:5.1f} s", flush=True)
        for fault in faults[:60]:
            print(f"      {fault}")
        if len(faults) > 60:
            print(f"      … and {len(faults) - 60} more")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
