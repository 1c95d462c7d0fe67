"""What a merge takes, and its undoing: some thousands of each, by the work behind a bulk acceptance.

    MAZDOOR_HOME=folder python -m benchmarks.merging [--pairs 2000]

On the register in MAZDOOR_HOME (one that `mazdoor demo` made: its people hold enrolments, accounts, contributions, so that
every room has its part in each merge). Pairs are made of people taken at random, an acceptance of them is put as if its sample
had been decided, its merges are made portion by portion as the worker makes them, and all are undone again. Who stands for
whom is afterwards as before; the pairs stay, decided different, and the history of merges stays too. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.processors import seconds_of
from mazdoor.cli.main import set_up_django

set_up_django()

from django.db import connection  # noqa: E402 models are imported with Django set up
from django.utils import timezone  # noqa: E402

from mazdoor.access.services import acting_as, acting_as_system, ensure_officer  # noqa: E402
from mazdoor.database import lifecycle  # noqa: E402
from mazdoor.delivery.deduplication import accepting, clustering, services  # noqa: E402
from mazdoor.delivery.deduplication.models import BulkAcceptance, BulkPair, MatchedPair, MatchRun  # noqa: E402
from mazdoor.delivery.deduplication.states import BulkState  # noqa: E402

REASON = "measuring"
_PEOPLE = """
SELECT person_id, area_code FROM registration.person_now p
WHERE NOT EXISTS (SELECT FROM deduplication_canonicalperson c WHERE p.person_id IN (c.person_id, c.canonical_person_id))
  AND NOT EXISTS (SELECT FROM deduplication_matchedpair m WHERE p.person_id IN (m.person_a_id, m.person_b_id))
ORDER BY md5(person_id::text) LIMIT %s
"""
_HELD = """
SELECT (SELECT count(DISTINCT person_id) FROM enrolment.enrolment_now WHERE person_id = ANY (%(people)s)),
       (SELECT count(DISTINCT person_id) FROM accounts.live_account WHERE person_id = ANY (%(people)s)),
       (SELECT count(DISTINCT person_id) FROM contributions.contribution_now WHERE person_id = ANY (%(people)s))
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=2_000)
    wanted = parser.parse_args().pairs
    with lifecycle.lease():
        lifecycle.ensure_ready()
        officers = _officers()
        number, people = _acceptance(wanted, officers)
        told: dict[str, Any] = {"pairs": wanted, **_held(people), "load_average": round(os.getloadavg()[0], 1)}
        told |= _timed("merge", wanted, lambda: accepting.accept_bulk(bulk_id=number, officer_id=officers[1]))
        with acting_as(officer_id=officers[1]):
            done = BulkPair.objects.filter(bulk_id=number, merge__isnull=False).count()
        assert done == wanted, f"{done} of {wanted} were merged"
        with acting_as(officer_id=officers[1]):
            services.undo_bulk(bulk_id=number, reason=REASON)
        told |= _timed("undo", wanted, lambda: accepting.undo_accepted(bulk_id=number, officer_id=officers[1]))
        with acting_as(officer_id=officers[1]), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM deduplication_canonicalperson WHERE person_id = ANY (%s)", [people])
            assert cursor.fetchone() == (0,), "somebody still stands for another"
            _forget(number)
        told["load_average_after"] = round(os.getloadavg()[0], 1)
        told["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(told))


def _officers() -> tuple[int, int]:
    with acting_as_system(reason=REASON):
        first, second = (
            ensure_officer(
                username=f"merging{number}",
                full_name="Measuring",
                desk="verifier",
                areas=["*"],
                password=os.urandom(9).hex(),
            )
            for number in (1, 2)
        )
    return first.pk, second.pk


def _acceptance(wanted: int, officers: tuple[int, int]) -> tuple[int, list[int]]:
    """An acceptance of pairs of people taken at random, confirmed, and these people."""
    with acting_as_system(reason=REASON), connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [2 * wanted])
        found = cursor.fetchall()
        assert len(found) == 2 * wanted, (
            f"the register holds {len(found)} people in no pair; make a larger demonstration"
        )
        run = MatchRun.objects.create(everything=True, state="finished", finished_at=timezone.now())
        pairs = []
        for one, other in zip(found[::2], found[1::2], strict=True):
            (a, area_a), (b, area_b) = sorted((one, other))
            pairs.append(
                MatchedPair(
                    run=run, person_a_id=a, person_b_id=b, weight=30.0, probability=1.0, strong=True,
                    evidence={"given": {"level": "same", "weight": 30.0}}, area_a=area_a, area_b=area_b,
                )
            )  # fmt: skip
        MatchedPair.objects.bulk_create(pairs)
        clustering.draw_all()
        bulk = BulkAcceptance.objects.create(
            state=BulkState.CONFIRMING, weight_from=30.0, area_code="", seed=1, pairs=wanted, sample_size=0, wrong=0,
            confidence=0.95, error_limit=1.0, bound=0.0, reason=REASON, asked_by=officers[0], confirmed_by=officers[1],
            confirmed_at=timezone.now(),
        )  # fmt: skip
        BulkPair.objects.bulk_create(
            BulkPair(bulk=bulk, pair=pair, sampled=False, area_a=pair.area_a, area_b=pair.area_b) for pair in pairs
        )
    return int(bulk.pk), [int(number) for number, _ in found]


def _held(people: list[int]) -> dict[str, int]:
    with acting_as_system(reason=REASON), connection.cursor() as cursor:
        cursor.execute(_HELD, {"people": people})
        return dict(zip(("enrolled", "with_account", "insured"), cursor.fetchone(), strict=True))


def _forget(number: int) -> None:
    """The pairs made here are two persons each: nobody shall find them in the queue."""
    MatchedPair.objects.filter(pk__in=BulkPair.objects.filter(bulk_id=number).values("pair")).update(
        state="different", decided_at=timezone.now(), cluster_id=None
    )
    clustering.draw_all()


def _timed(what: str, count: int, act: Callable[[], None]) -> dict[str, float]:
    with acting_as_system(reason=REASON), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    with _clocks(backend) as spent:
        act()
    return {
        f"{what}_ms": round(1000 * spent["wall"] / count, 2),
        f"{what}_python_ms": round(1000 * spent["python"] / count, 2),
        f"{what}_postgresql_ms": round(1000 * spent["server"] / count, 2),
    }


@contextmanager
def _clocks(backend: int) -> Iterator[dict[str, float]]:
    """Seconds by the clock, of this process's processor, and of the server process that serves it."""
    spent: dict[str, float] = {}
    before = time.monotonic(), time.process_time(), seconds_of(backend)
    yield spent
    after = time.monotonic(), time.process_time(), seconds_of(backend)
    spent |= dict(zip(("wall", "python", "server"), (b - a for a, b in zip(before, after, strict=True)), strict=True))


if __name__ == "__main__":
    main()
