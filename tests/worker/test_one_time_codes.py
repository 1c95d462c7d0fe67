"""A code by SMS proves a telephone, and guessing it is hopeless."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from mazdoor.access import workers
from mazdoor.access.models_workers import OneTimeCode, WorkerVisit
from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.access.workers import Outcome
from mazdoor.kernel.refusals import Refusal

HERE = "203.0.113.7"
MOBILE = "0300 1234567"

pytestmark = pytest.mark.django_db


def wrong(code: str) -> str:
    """Another code than this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def age(**by: float) -> None:
    """Let everything asked so far be older."""
    with acting_as_system(reason="test"):
        for code in OneTimeCode.objects.all():
            code.asked_at -= dt.timedelta(**by)
            code.expires_at -= dt.timedelta(**by)
            code.save()


def test_the_right_code_proves_the_telephone_once_and_changes_the_token() -> None:
    asked = workers.ask_code(mobile=MOBILE, address=HERE)
    assert asked.mobile == "03001234567" and len(asked.code) == 6 and asked.code.isdigit()
    assert not workers.find_visit(token=asked.token).proved  # type: ignore[union-attr]
    proof = workers.prove(token=asked.token, code=asked.code, address=HERE)
    assert proof.outcome is Outcome.PROVED and proof.token and proof.token != asked.token
    visit = workers.find_visit(token=proof.token)
    assert visit is not None and visit.proved and visit.mobile == "03001234567" and visit.person_ids == ()
    assert workers.find_visit(token=asked.token) is None, "a token from before the proof is worth nothing"
    again = workers.prove(token=proof.token, code=asked.code, address=HERE)
    assert again.outcome is Outcome.SPENT, "the same code again proves nothing"


def test_a_code_is_read_as_people_write_it() -> None:
    asked = workers.ask_code(mobile="+92 300 1234567", address=HERE)
    spaced = f" {asked.code[:3]} {asked.code[3:]} "
    assert workers.prove(token=asked.token, code=spaced, address=HERE).outcome is Outcome.PROVED
    urdu = workers.ask_code(mobile="03011234567", address=HERE)
    digits = "".join("۰۱۲۳۴۵۶۷۸۹"[int(digit)] for digit in urdu.code)
    assert workers.prove(token=urdu.token, code=digits, address=HERE).outcome is Outcome.PROVED


def test_a_code_is_dead_after_five_wrong_guesses_even_for_whoever_then_knows_it() -> None:
    asked = workers.ask_code(mobile=MOBILE, address=HERE)
    outcomes = [workers.prove(token=asked.token, code=wrong(asked.code), address=HERE) for _ in range(5)]
    assert [each.left for each in outcomes] == [4, 3, 2, 1, 0]
    assert outcomes[-1].outcome is Outcome.SPENT
    assert workers.prove(token=asked.token, code=asked.code, address=HERE).outcome is Outcome.SPENT


def test_a_telephone_takes_fifteen_wrong_guesses_a_day_over_all_visits() -> None:
    for _ in range(3):
        asked = workers.ask_code(mobile=MOBILE, address=HERE)
        for _ in range(5):
            workers.prove(token=asked.token, code=wrong(asked.code), address=HERE)
    asked = workers.ask_code(mobile=MOBILE, address="198.51.100.1")
    with pytest.raises(Refusal) as refused:
        workers.prove(token=asked.token, code=asked.code, address="198.51.100.1")
    assert refused.value.code == "WRK-005"
    age(hours=25)
    later = workers.ask_code(mobile=MOBILE, address=HERE)
    assert workers.prove(token=later.token, code=later.code, address=HERE).outcome is Outcome.PROVED


def test_a_code_is_worth_nothing_after_ten_minutes() -> None:
    asked = workers.ask_code(mobile=MOBILE, address=HERE)
    age(minutes=10, seconds=1)
    assert workers.prove(token=asked.token, code=asked.code, address=HERE).outcome is Outcome.SPENT


def test_a_new_code_ends_the_one_before_and_is_sent_only_after_a_wait() -> None:
    first = workers.ask_code(mobile=MOBILE, address=HERE)
    with pytest.raises(Refusal) as refused:
        workers.ask_again(token=first.token, address=HERE)
    assert refused.value.code == "WRK-004" and 0 < int(refused.value.details["seconds"]) <= 30
    age(seconds=31)
    second = workers.ask_again(token=first.token, address=HERE)
    if first.code != second.code:
        assert workers.prove(token=first.token, code=first.code, address=HERE).outcome is Outcome.WRONG
    with pytest.raises(Refusal):
        age(seconds=31)
        workers.ask_again(token=first.token, address=HERE)
    age(seconds=30)
    assert workers.ask_again(token=first.token, address=HERE).code


def test_codes_are_counted_for_each_telephone_by_hour_and_by_day() -> None:
    def ask() -> None:
        workers.ask_code(mobile=MOBILE, address=HERE)

    for _ in range(5):
        ask()
    with pytest.raises(Refusal) as refused:
        ask()
    assert refused.value.code == "WRK-002" and refused.value.details["hours"] == 1
    workers.ask_code(mobile="0301 1234567", address=HERE)  # another telephone is not meant
    age(minutes=61)
    for _ in range(5):
        ask()
    age(minutes=61)
    with pytest.raises(Refusal) as refused:
        ask()
    assert refused.value.details["hours"] == 24


def test_codes_are_counted_for_each_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "CODES_AN_HOUR_FROM_HERE", 3)
    for number in range(3):
        workers.ask_code(mobile=f"0300123456{number}", address=HERE)
    with pytest.raises(Refusal) as refused:
        workers.ask_code(mobile="03001234569", address=HERE)
    assert refused.value.code == "WRK-003"
    assert workers.ask_code(mobile="03001234569", address="198.51.100.1").code


def test_guesses_are_counted_for_each_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "GUESSES_AN_HOUR_FROM_HERE", 4)
    for number in range(4):
        asked = workers.ask_code(mobile=f"0300123456{number}", address=HERE)
        workers.prove(token=asked.token, code=wrong(asked.code), address=HERE)
    asked = workers.ask_code(mobile="03001234569", address=HERE)
    with pytest.raises(Refusal) as refused:
        workers.prove(token=asked.token, code=asked.code, address=HERE)
    assert refused.value.code == "WRK-003"


def test_a_visit_ends_by_leaving_by_waiting_and_by_age() -> None:
    def proved() -> str:
        asked = workers.ask_code(mobile=MOBILE, address=HERE)
        return workers.prove(token=asked.token, code=asked.code, address=HERE).token

    def earlier(**fields: dt.timedelta) -> None:
        with acting_as_system(reason="test"):
            visit = WorkerVisit.objects.order_by("-id").first()
            assert visit is not None
            for name, by in fields.items():
                setattr(visit, name, getattr(visit, name) - by)
            visit.save()

    left = proved()
    workers.keep(token=left, words="half a form")
    workers.end(token=left)
    assert workers.find_visit(token=left) is None
    with acting_as_system(reason="test"):
        assert WorkerVisit.objects.get().kept_encrypted is None, "what was written goes with the visit"
    idle = proved()
    earlier(seen_at=workers.IDLE + dt.timedelta(seconds=1))
    assert workers.find_visit(token=idle) is None
    old = proved()
    earlier(began_at=workers.LONGEST + dt.timedelta(seconds=1))
    assert workers.find_visit(token=old) is None
    with pytest.raises(Refusal) as refused:
        workers.keep(token=old, words="more")
    assert refused.value.code == "WRK-006"


def test_wrong_claims_come_to_an_end() -> None:
    asked = workers.ask_code(mobile=MOBILE, address=HERE)
    token = workers.prove(token=asked.token, code=asked.code, address=HERE).token
    for _ in range(workers.CLAIMS_A_DAY):
        workers.check_may_claim(token=token)
        workers.count_wrong_claim(token=token)
    with pytest.raises(Refusal) as refused:
        workers.check_may_claim(token=token)
    assert refused.value.code == "WRK-007"


def test_being_recognised_changes_the_token_and_needs_a_proved_telephone() -> None:
    asked = workers.ask_code(mobile=MOBILE, address=HERE)
    with pytest.raises(Refusal):
        workers.recognise(token=asked.token, person_ids=[1])
    token = workers.prove(token=asked.token, code=asked.code, address=HERE).token
    known = workers.recognise(token=token, person_ids=[7, 3])
    assert workers.find_visit(token=token) is None
    assert workers.find_visit(token=known).person_ids == (3, 7)  # type: ignore[union-attr]


def test_no_officer_sees_visits_and_nothing_readable_is_kept(officer: Callable[..., Any]) -> None:
    asked = workers.ask_code(mobile=MOBILE, address=HERE)
    with acting_as(officer_id=officer(desk="administrator", areas=["*"]).pk):
        assert WorkerVisit.objects.count() == OneTimeCode.objects.count() == 0
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT v::text || c::text FROM access_workervisit v JOIN access_onetimecode c ON c.visit_id = v.id"
        )
        (kept,) = cursor.fetchone()
        cursor.execute("SELECT string_agg(e::text, ' ') FROM journal_entry e")
        (journal,) = cursor.fetchone()
    for secret in (asked.code, asked.mobile, asked.token, HERE):
        for form in (secret, secret.encode().hex()):
            assert form not in kept and form not in journal
    assert "access.code.asked" in journal


def test_old_visits_are_forgotten() -> None:
    workers.ask_code(mobile=MOBILE, address=HERE)
    assert workers.forget_old() == 0
    assert workers.forget_old(now=timezone.now() + dt.timedelta(days=3)) == 2  # the visit and its code
    with acting_as_system(reason="test"):
        assert not WorkerVisit.objects.exists() and not OneTimeCode.objects.exists()
