"""The register is compared by itself each night: who is new, once, with how far it is, and whatever happens to the process."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from procrastinate.contrib.django import app
from tests.deduplication.conftest import TWICE

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.database.home import home_folder
from mazdoor.delivery.deduplication import finding, limits, running, selectors, services, tasks
from mazdoor.delivery.deduplication.models import MatchedPair, MatchRun
from mazdoor.journal.behind import Busy
from mazdoor.journal.selectors import find_job, list_acts
from mazdoor.kernel.refusals import Refusal

Make = Callable[..., Any]


@pytest.mark.django_db
def test_the_worker_compares_each_night_whoever_is_new(person: Make, system: None) -> None:
    nightly = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert nightly[tasks.COMPARING] == "0 2 * * *"
    person(mobile="03001234567", **TWICE[0])
    tasks.compare(timestamp=1)
    MatchRun.objects.update(seen_until=dt.datetime.now(dt.UTC) + dt.timedelta(hours=2))  # past the margin
    person(mobile="03001234567", **TWICE[1])
    MatchRun.objects.update(seen_until=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=59))
    tasks.compare(timestamp=2)
    newest, first = selectors.recent_runs()
    assert (first["everything"], first["records"], first["queued"]) == (True, 1, 0)
    assert (newest["everything"], newest["records"], newest["queued"]) == (False, 2, 1)
    assert MatchedPair.objects.get().state == "queued", "nothing merges by itself"
    assert [act.count for act in list_acts(act="deduplication.run.finished", limit=9)] == [1, 0]
    tasks.compare(timestamp=3)
    assert MatchedPair.objects.count() == 1


@pytest.mark.django_db
def test_a_run_tells_how_far_it_is_while_it_goes_on(person: Make, system: None) -> None:
    person(mobile="03001234567", **TWICE[0])
    person(mobile="03001234567", **TWICE[1])
    seen: list[tuple[str, float]] = []

    def look(step: str, share: float) -> None:
        found = selectors.find_comparison()
        assert found is not None and (found.state, found.step) == ("running", step)
        seen.append((step, found.share))

    assert selectors.find_comparison() is None
    services.find_pairs(progress=look)
    assert selectors.find_comparison() is None
    assert {"read", "prepare", "block", "score", "queue"} <= {step for step, _ in seen}
    assert [share for _, share in seen] == sorted(share for _, share in seen)
    assert seen[0][1] == 0.0 and 0.85 < seen[-1][1] < 1
    (run,) = selectors.recent_runs()
    assert (run["state"], run["share"], run["error"]) == ("finished", 1.0, "")
    ((bits, pairs),) = run["weights"]
    assert pairs == 1 and bits <= MatchedPair.objects.get().weight < bits + 0.5


@pytest.mark.django_db(transaction=True)
def test_while_one_process_compares_no_other_does(owner_connection: Any, officer: Make, system: None) -> None:
    owner_connection.execute("SELECT pg_advisory_lock(5170002)")
    with pytest.raises(Busy):  # the worker tries again later
        tasks.compare(timestamp=1)
    assert MatchRun.objects.count() == 0
    with acting_as(officer_id=officer(desk="verifier").pk):
        assert not services.ask_comparison()
    owner_connection.execute("SELECT pg_advisory_unlock(5170002)")
    tasks.compare(timestamp=1)
    assert MatchRun.objects.get().state == "finished"


@pytest.mark.django_db
def test_asked_for_twice_it_is_compared_once(person: Make, officer: Make) -> None:
    verifier = officer(desk="verifier")
    with acting_as(officer_id=verifier.pk):
        assert services.ask_comparison()
        assert not services.ask_comparison()
        waits = selectors.find_comparison()
        assert waits is not None and (waits.state, waits.worker) == ("waiting", False)
        assert len(list_acts(act="deduplication.run.asked", limit=9)) == 1
    with acting_as(officer_id=officer(desk="programme").pk), pytest.raises(Refusal, match="OFF-002"):
        services.ask_comparison()


@pytest.mark.django_db
def test_what_broke_off_time_after_time_is_not_begun_again_by_itself(
    person: Make, officer: Make, system: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for night in range(running.MOST_BROKEN):
        with monkeypatch.context() as patched, pytest.raises(duckdb.Error, match="Memory"):
            patched.setattr(finding, "memory_limit", lambda: "no memory")
            tasks.compare(timestamp=night)
    assert {run["state"] for run in selectors.recent_runs()} == {"failed"}
    assert [run["error"] for run in selectors.recent_runs()] == ["ParserException"] * running.MOST_BROKEN
    tasks.compare(timestamp=9)
    assert MatchRun.objects.count() == running.MOST_BROKEN
    kept = find_job(name=tasks.COMPARING, key="register:9")
    assert kept is not None and kept.error == "DED-020"
    with acting_as(officer_id=officer(desk="verifier").pk), pytest.raises(Refusal, match="DED-020"):
        services.ask_comparison()
    services.find_pairs()  # by hand
    tasks.compare(timestamp=10)
    assert [run["state"] for run in selectors.recent_runs()][:2] == ["finished", "finished"]


def test_a_run_takes_a_third_of_the_memory_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for machine, limit in {1_000: "512MB", 4_000: "1333MB", 9_000: "3000MB", 64_000: "4000MB"}.items():
        monkeypatch.setattr(running, "memory_mb", lambda machine=machine: machine)
        assert running.memory_limit() == limit


_KILLED = """
import time
from mazdoor.cli.main import set_up_django
set_up_django()
from mazdoor.delivery.deduplication import services
def tell(step, share):
    print(step, flush=True)
    if step == "queue":
        time.sleep(60)
services.find_pairs(progress=tell)
"""


@pytest.mark.django_db(transaction=True)
def test_a_run_killed_at_its_end_leaves_nothing_half_done_and_the_next_one_finds_all(
    person: Make, system: None
) -> None:
    from mazdoor.reference import selectors as reference

    reference.forget()
    person(mobile="03001234567", **TWICE[0])
    person(mobile="03001234567", **TWICE[1])
    process = subprocess.Popen([sys.executable, "-c", _KILLED], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert any(line.strip() == "queue" for line in process.stdout)
    found = selectors.find_comparison()
    assert found is not None and (found.state, found.step) == ("running", "queue")
    process.kill()
    process.wait(60)
    _wait_until_nobody_compares()
    (killed,) = selectors.recent_runs()
    assert (killed["state"], killed["error"]) == ("failed", "killed")
    assert MatchedPair.objects.count() == 0
    left = home_folder() / "work" / "deduplication"
    assert left.exists(), "names lie there until the next run"
    tasks.compare(timestamp=1)
    assert not left.exists()
    assert [run["state"] for run in selectors.recent_runs()] == ["finished", "failed"]
    assert MatchedPair.objects.count() == 1
    assert list_acts(act="deduplication.run.broke_off", limit=1)[0].details == {"step": "queue", "error": "killed"}


def _wait_until_nobody_compares() -> None:
    import time

    deadline = time.monotonic() + 30
    while selectors.find_comparison() is not None:
        assert time.monotonic() < deadline, "the lock of a dead process is held"
        time.sleep(0.05)


# --- the limits of this installation ------------------------------------------------------------------------------------


@pytest.fixture
def own_limits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file of this installation's own limits."""
    own = tmp_path / "limits.yaml"
    monkeypatch.setattr(limits, "own_file", lambda: own)
    return own


DEARER = """
- name: cost_false_merge
  valid_from: 2026-11-01
  value: 500
  why: A pension month lost is worth more here.
  by: Director General, BISP, file 12/2026
"""


def test_whoever_answers_for_the_register_sets_the_costs_and_is_named(own_limits: Path) -> None:
    assert limits.limits_at().costs.false_merge == 200
    assert limits.told_at()["cost_false_merge"]["by"] == "the makers of Mazdoor"
    own_limits.write_text(DEARER)
    assert limits.limits_at(dt.date(2026, 11, 1)).costs.false_merge == 500
    assert limits.limits_at(dt.date(2026, 10, 31)).costs.false_merge == 200
    told = limits.told_at(dt.date(2026, 12, 1))["cost_false_merge"]
    assert (told["by"], told["unit"]) == ("Director General, BISP, file 12/2026", "pairs looked at")
    assert limits.limits_at().cost_missed == 10, "the others stay the product's"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (DEARER.replace("  by: Director General, BISP, file 12/2026\n", ""), "by is missing"),
        (DEARER.replace("cost_false_merge", "cost_of_tea"), "no limit called cost_of_tea"),
        (DEARER.replace("500", "much"), "the value is a number"),
        (DEARER.replace("500", "0.5"), "must cost less"),
        (DEARER.replace("2026-11-01", "soon"), "valid_from is a day"),
        ("name: cost_look", "each entry has"),
        ("- [", "while parsing"),
    ],
)
def test_limits_that_are_not_whole_are_refused_with_the_reason(own_limits: Path, text: str, reason: str) -> None:
    own_limits.write_text(text)
    with pytest.raises(Refusal, match="DED-021") as refused:
        limits.limits_at()
    assert reason in refused.value.cause("en")


@pytest.mark.django_db
def test_the_costs_draw_the_lines_and_the_curve_is_told_from_them(person: Make, system: None, own_limits: Path) -> None:
    person(mobile="03001234567", **TWICE[0])
    person(mobile="03001234567", **TWICE[1])
    services.find_pairs()
    before = selectors.lines()
    own_limits.write_text(DEARER)
    services.find_pairs(everything=True)
    with acting_as_system(reason="test"):
        after = selectors.lines()
    assert before.upper == 7.64 and after.upper == pytest.approx(8.96, abs=0.01)
    assert after.costs["cost_false_merge"]["value"] == 500
    (point,) = after.curve
    assert (point.pairs, round(point.expected_right)) == (1, 1)
    assert list_acts(act="deduplication.run.finished", limit=1)[0].details["costs"]["false_merge"] == 500
