"""Two officers at one moment, and a process killed in the middle of a merge: all of it or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.deduplication import merging, selectors, services
from mazdoor.delivery.deduplication.models import CanonicalPerson, Merge
from mazdoor.kernel.refusals import Refusal

Make = Callable[..., Any]


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_decide_on_one_cluster_at_one_moment_one_is_refused(
    pair: Make, person: Make, officer: Make
) -> None:
    a, b, c = person(), person(), person()
    ab, bc = pair(a, b, weight=12.0), pair(b, c, weight=9.0)
    officers = [officer(desk="verifier"), officer(desk="verifier")]
    with acting_as(officer_id=officers[0].pk):
        seen = selectors.get_cluster(pair_id=ab.pk).seen
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def decide(who: Any, decisions: dict[int, str]) -> None:
        try:
            with acting_as(officer_id=who.pk):
                together.wait(timeout=60)
                services.decide_cluster(decisions=decisions, seen=seen)
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=(officers[0], {ab.pk: "same"})),
        threading.Thread(target=decide, args=(officers[1], {bc.pk: "same", ab.pk: "different"})),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(outcomes) == ["DED-012", "done"]
    with acting_as_system(reason="test"):
        assert Merge.objects.count() == 1
        assert CanonicalPerson.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_merges_and_undoings_wait_for_each_other(
    person: Make, officer: Make, owner_connection: psycopg.Connection[Any]
) -> None:
    """Two that read the same forest at one moment would make a ring of it."""
    one, two, three = person(), person(), person()
    with acting_as(officer_id=officer(desk="verifier").pk):
        made = services.merge(person_a_id=one, person_b_id=two, reason="one")
    who = officer(desk="verifier").pk
    owner_connection.execute("SELECT pg_advisory_lock(%s)", [merging._LOCK])
    for act in (
        lambda: services.merge(person_a_id=two, person_b_id=three, reason="one"),
        lambda: services.undo_merge(merge_id=made, reason="two"),
    ):
        with pytest.raises(OperationalError, match="lock timeout"), acting_as(officer_id=who):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '300ms'")
            act()
    owner_connection.execute("SELECT pg_advisory_unlock(%s)", [merging._LOCK])
    with acting_as(officer_id=who):
        services.undo_merge(merge_id=made, reason="two")


_MERGING = """
import sys
import django
django.setup()
from mazdoor.access.services import acting_as
from mazdoor.delivery.deduplication import services
def dwell(news):
    print("inside", flush=True)
    sys.stdin.read()
services.register_participant("dwells", dwell, lambda news, record: None)
with acting_as(officer_id=int(sys.argv[1])):
    services.merge(person_a_id=int(sys.argv[2]), person_b_id=int(sys.argv[3]), reason="one")
"""


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_a_merge_nothing_is_half_done(person: Make, officer: Make) -> None:
    from tests.deduplication.cast import enrol, link_account, state

    a, b = person(), person()
    verifier = officer(desk="verifier")
    with acting_as_system(reason="test"):
        for one in (a, b):
            enrol(one)
            link_account(one)
        before = state()
    process = subprocess.Popen(
        [sys.executable, "-c", _MERGING, str(verifier.pk), str(a), str(b)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "inside\n"  # enrolment and accounts have done their part already
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    with acting_as_system(reason="test"):
        assert state() == before
        assert Merge.objects.count() == 0
    with acting_as(officer_id=verifier.pk):  # and nobody waits for the dead: the next merge goes through
        services.merge(person_a_id=a, person_b_id=b, reason="one")
        assert selectors.canonical_of(b) == a
