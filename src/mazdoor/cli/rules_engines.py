"""The engines as ``mazdoor rules --engine`` names them: where each comes from, and what is said where one cannot run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import click

from mazdoor.rules import PolicySet, RunSummary, run_duckdb, run_spark
from mazdoor.rules.cases import ENGINES, Engine, on_postgres, on_spark, run_cases, run_cases_on_spark
from mazdoor.rules.problems import EngineMissing

NAMES: Final = ("reference", "duckdb", "postgres", "spark")
BULK: Final[dict[str, Callable[..., RunSummary]]] = {"duckdb": run_duckdb, "spark": run_spark}
"""The engines that run over snapshots and write Parquet."""


@contextmanager
def engine_called(name: str) -> Iterator[Engine]:
    """The engine of that name, for rows; ``postgres`` is the installation's own database, which is started if need be."""
    with missing_is_told():
        if name == "postgres":
            with _database() as connection:
                yield on_postgres(connection)
        else:
            yield on_spark if name == "spark" else ENGINES[name]


def cases_on(name: str, policy_set: PolicySet) -> list[str]:
    """Every case on the engine of that name: what came out otherwise than expected."""
    with engine_called(name) as engine:
        return run_cases_on_spark(policy_set) if name == "spark" else run_cases(policy_set, engine)


@contextmanager
def missing_is_told() -> Iterator[None]:
    """An engine that is not there ends the command with what to install."""
    try:
        yield
    except EngineMissing as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def _database() -> Iterator[Any]:
    import psycopg

    from mazdoor.database import lifecycle
    from mazdoor.database.address import current_address
    from mazdoor.database.roles import prepare_roles

    with lifecycle.lease():
        # A rule reads no table of ours: someone to sign in as will do, without Django and without migrations.
        prepare_roles(current_address())
        with psycopg.connect(current_address().conninfo("app"), autocommit=True) as connection:
            yield connection
