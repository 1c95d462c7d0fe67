"""Background work in a test's own transaction: what a worker would do, done here and now."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app
from tests.payments.desk import Desk
from tests.payments.paper import PaperReader, PaperStatementReader

from mazdoor.interfaces.iso20022.rail import Pain001Format


def do_what_waits() -> list[str]:
    """Do the jobs that wait, oldest first, as a worker would; returns the names of their tasks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        waiting = cursor.fetchall()
    done = []
    for number, name, arguments in waiting:
        _mark(number, "doing")
        app.tasks[name](**json.loads(arguments))
        _mark(number, "succeeded")
        done.append(name)
    return done


def beat() -> None:
    """A worker's heart beats, although nobody is there."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


@contextmanager
def wires(settings: Any, desk: Desk) -> Iterator[None]:
    """The desk's paper banks stand behind the ports."""
    module: Any = ModuleType("tests.payments.paper_wires")
    module.amount_checker = lambda: desk.checker
    module.bank_rail = lambda: desk.rail
    module.payment_format = Pain001Format
    module.status_reader = PaperReader
    module.statement_reader = PaperStatementReader
    sys.modules[module.__name__] = module
    settings.MAZDOOR_WIRES = module.__name__
    yield
    del sys.modules[module.__name__]


def _mark(number: int, status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = %s", [status, number]
        )
