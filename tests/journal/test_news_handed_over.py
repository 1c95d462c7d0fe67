"""The outbox: news is written with what it tells of, and handed once to each handler, whatever dies in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import connection, transaction

from mazdoor.journal import outbox
from mazdoor.journal.selectors import count_waiting_messages
from mazdoor.journal.services import record


@pytest.fixture
def heard() -> Iterator[list[tuple[str, Any]]]:
    """Two handlers of one topic, the second failing on request; both write into the journal."""
    log: list[tuple[str, Any]] = []

    def first(payload: Mapping[str, Any]) -> None:
        record(act="test.first.heard", subject=f"thing:{payload['id']}")
        log.append(("first", payload["id"]))

    def second(payload: Mapping[str, Any]) -> None:
        record(act="test.second.heard", subject=f"thing:{payload['id']}")
        if payload.get("fails"):
            raise RuntimeError("name of somebody")
        log.append(("second", payload["id"]))

    outbox.subscribe(topic="test.happened", name="test.first", handle=first)
    outbox.subscribe(topic="test.happened", name="test.second", handle=second)
    yield log
    outbox.unsubscribe(name="test.first")
    outbox.unsubscribe(name="test.second")


def _entries(act: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_entry WHERE act = %s", [act])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_each_handler_hears_each_message_once(heard: list[tuple[str, Any]]) -> None:
    outbox.publish(topic="test.happened", payload={"id": 1})
    outbox.publish(topic="test.nobody_listens", payload={"id": 2})
    assert outbox.deliver() == outbox.Delivered(2, 0)
    assert outbox.deliver() == outbox.Delivered(0, 0)
    assert sorted(heard) == [("first", 1), ("second", 1)]


@pytest.mark.django_db
def test_news_of_what_was_undone_is_not_heard(heard: list[tuple[str, Any]]) -> None:
    with pytest.raises(KeyError), transaction.atomic():
        outbox.publish(topic="test.happened", payload={"id": 1})
        raise KeyError
    outbox.deliver()
    assert heard == []


@pytest.mark.django_db
def test_a_failing_handler_leaves_nothing_behind_and_stops_nobody(heard: list[tuple[str, Any]]) -> None:
    outbox.publish(topic="test.happened", payload={"id": 1, "fails": True})
    assert outbox.deliver() == outbox.Delivered(1, 1)
    assert heard == [("first", 1)]
    assert (_entries("test.first.heard"), _entries("test.second.heard")) == (1, 0)
    assert count_waiting_messages() == {"waiting": 1, "stuck": 0}
    with connection.cursor() as cursor:
        cursor.execute("SELECT error, next_at > now() FROM journal_delivery WHERE handler = 'test.second'")
        assert cursor.fetchone() == ("RuntimeError", True)  # the kind of error; its words might hold a name


@pytest.mark.django_db
def test_a_handler_that_goes_on_failing_is_set_aside(heard: list[tuple[str, Any]]) -> None:
    outbox.publish(topic="test.happened", payload={"id": 1, "fails": True})
    for _ in range(outbox.ATTEMPTS):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE journal_delivery SET next_at = now() - interval '1 second' WHERE state = 'waiting'")
        outbox.deliver()
    assert count_waiting_messages() == {"waiting": 0, "stuck": 1}


_WORKER = """
import os, django
django.setup()
from mazdoor.journal import outbox
from django.db import connection

def handle(payload):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO staging.heard (id) VALUES (%s)", [payload["id"]])
        cursor.execute("SELECT pg_sleep(0.003)")

outbox.subscribe(topic="test.counted", name="test.counter", handle=handle)
print("ready", flush=True)
while outbox.deliver().delivered:
    pass
"""


def test_killed_workers_side_by_side_hand_over_each_message_exactly_once(fresh_database: Any) -> None:
    count = 300
    with fresh_database.connect("app") as app:
        app.execute("CREATE TABLE staging.heard (id bigint)")
        app.execute(
            "INSERT INTO journal_message (topic, payload)"
            " SELECT 'test.counted', jsonb_build_object('id', n) FROM generate_series(1, %s) n",
            [count],
        )
        app.execute(
            "INSERT INTO journal_delivery (message_id, handler, state, attempts, error)"
            " SELECT id, 'test.counter', 'waiting', 0, '' FROM journal_message"
        )
    killed = 0
    for _ in range(20):
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", _WORKER], env=fresh_database.environment, stdout=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        time.sleep(0.15)
        if killed < 3:
            os.kill(workers[0].pid, signal.SIGKILL)
            killed += 1
        for worker in workers:
            worker.wait()
        with fresh_database.connect("app") as app:
            row = app.execute("SELECT count(*) FROM journal_delivery WHERE state = 'waiting'").fetchone()
            assert row is not None
            if row[0] == 0:
                break
    with fresh_database.connect("app") as app:
        assert app.execute("SELECT count(*), count(DISTINCT id) FROM staging.heard").fetchone() == (count, count)
