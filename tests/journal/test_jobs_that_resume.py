"""Long jobs: each step is done once, whatever kills the process, and progress can be read meanwhile."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from django.db import connection

from mazdoor.access.services import acting_as
from mazdoor.journal.jobs import job_run
from mazdoor.journal.selectors import find_job
from mazdoor.journal.services import record
from mazdoor.kernel.refusals import Refusal


@pytest.mark.django_db
def test_a_step_is_done_once_and_its_result_is_remembered() -> None:
    calls: list[str] = []

    def count() -> dict[str, int]:
        calls.append("count")
        return {"rows": 12}

    for _ in range(2):
        with job_run(name="test.job", key="a") as job:
            assert job.once("count", count) == {"rows": 12}
    assert calls == ["count"]
    progress = find_job(name="test.job", key="a")
    assert progress is not None
    assert (progress.state, progress.attempts) == ("done", 1)


@pytest.mark.django_db
def test_a_failed_job_goes_on_where_it_failed() -> None:
    done: list[int] = []

    def act(part: int) -> None:
        record(act="test.part.done", subject=f"part:{part}")
        if part == 3 and done.count(2) and not done.count(99):
            done.append(99)
            raise ZeroDivisionError
        done.append(part)

    with pytest.raises(ZeroDivisionError), job_run(name="test.job", key="b") as job:
        job.each("parts", parts=range(5), act=act)
    progress = find_job(name="test.job", key="b")
    assert progress is not None
    assert (progress.state, progress.steps[0].done, progress.steps[0].total) == ("failed", 3, 5)
    with job_run(name="test.job", key="b") as job:
        assert job.each("parts", parts=range(5), act=act) == 2
    assert done == [0, 1, 2, 99, 3, 4]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_entry WHERE act = 'test.part.done'")
        assert cursor.fetchone() == (5,)


def test_the_steps_of_a_job_are_acts_of_the_officer_who_ordered_it(officer: Any) -> None:
    finance = officer(desk="finance")
    with job_run(name="test.job", key="c", acting=lambda: acting_as(officer_id=finance.pk)) as job:
        job.once("act", lambda: record(act="test.thing.done", subject="thing:77"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT officer_id FROM journal_entry WHERE subject = 'thing:77'")
        assert cursor.fetchone() == (finance.pk,)


@pytest.mark.django_db(transaction=True)
def test_a_step_that_counts_its_own_way_goes_on_from_its_checkpoint() -> None:
    with pytest.raises(KeyError), job_run(name="test.job", key="d") as job:
        job.checkpoint("read", {"line": 41})
        raise KeyError
    with job_run(name="test.job", key="d") as job:
        assert job.reached("read") == {"line": 41}
        assert not job.is_done("read")
        job.finish("read", {"lines": 50})
        assert job.is_done("read")


_KILLED = """
import os, signal, sys, django
django.setup()
from django.db import connection
from mazdoor.journal.jobs import job_run

def act(part):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO staging.done (part) VALUES (%s)", [part])
    if part == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)

with job_run(name="test.killed", key="1") as job:
    job.each("parts", parts=range(6), act=act)
"""


def test_a_job_killed_in_any_part_does_every_part_once(fresh_database: Any) -> None:
    with fresh_database.connect("app") as app:
        app.execute("CREATE TABLE staging.done (part int)")
    codes = [
        subprocess.run([sys.executable, "-c", _KILLED, str(at)], env=fresh_database.environment, check=False).returncode
        for at in (0, 4, 99)
    ]
    assert codes == [-9, -9, 0]
    with fresh_database.connect("app") as app:
        assert app.execute("SELECT array_agg(part ORDER BY part) FROM staging.done").fetchone() == ([0, 1, 2, 3, 4, 5],)
        assert app.execute("SELECT state, attempts FROM journal_jobrun").fetchone() == ("done", 3)


def test_a_job_runs_in_one_process_at_a_time(fresh_database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        "import sys, django\ndjango.setup()\nfrom mazdoor.journal import jobs\n"
        "with jobs.job_run(name='test.alone', key='1'):\n    print('in', flush=True)\n    sys.stdin.readline()\n"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", script],
        env=fresh_database.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "in\n"
    second = subprocess.run(
        [sys.executable, "-c", script.replace("import jobs\n", "import jobs\njobs.LOCK_PATIENCE_SECONDS = 0.3\n")],
        env=fresh_database.environment,
        input="\n",
        capture_output=True,
        text=True,
        check=False,
    )
    first.communicate("\n")
    assert second.returncode != 0
    assert "JRN-002" in second.stderr
    assert Refusal.__name__ in second.stderr
