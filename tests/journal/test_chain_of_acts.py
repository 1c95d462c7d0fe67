"""The journal: what is written stays, batches are sealed into a chain, and tampering is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.journal import sealing
from mazdoor.journal.selectors import list_acts
from mazdoor.journal.services import record
from mazdoor.kernel.refusals import Refusal


def _write(count: int, *, subject: str = "thing:1") -> list[int]:
    with acting_as_system(reason="test"):
        return [record(act="test.thing.done", subject=subject, details={"n": n}) for n in range(count)]


@pytest.fixture
def tamper(owner_connection: psycopg.Connection[Any]) -> Iterator[Any]:
    """Runs a statement as the owner with the append-only triggers switched off: what an intruder would do."""

    def run(statement: str, *parameters: Any) -> None:
        for table in ("journal_entry", "journal_seal"):
            owner_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner_connection.execute(statement, parameters)
        for table in ("journal_entry", "journal_seal"):
            owner_connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    yield run


def test_an_act_is_recorded_with_who_did_it(officer: Any) -> None:
    finance = officer(desk="finance")
    with acting_as(officer_id=finance.pk):
        number = record(
            act="payments.payroll.approved", subject="payroll:17", details={"cycle": 3}, count=12, root="ab"
        )
    (entry, *_) = list_acts(subject="payroll:17")
    assert (entry.number, entry.officer_id, entry.act, entry.count) == (
        number,
        finance.pk,
        "payments.payroll.approved",
        12,
    )
    assert dict(entry.details) == {"cycle": 3}


@pytest.mark.django_db
def test_an_act_by_nobody_is_refused() -> None:
    with pytest.raises(Refusal, match="JRN-001"):
        record(act="test.thing.done", subject="thing:1")


@pytest.mark.parametrize(
    "value", ["0110112345671", "01101-1234567-1", "03001234567", "+923001234567", "PK36SCBL0000001123456702"]
)
def test_personal_values_are_not_taken(system: None, value: str) -> None:
    with pytest.raises(ValueError, match="personal"):
        record(act="test.thing.done", subject="thing:1", details={"note": f"of {value} it"})


def test_a_long_hash_and_a_registry_number_are_taken(system: None) -> None:
    record(act="test.thing.done", subject="person:123456789012", details={"root": "f0" * 32, "amount": 1234567890123})


def test_an_act_undone_by_its_transaction_leaves_no_entry(system: None) -> None:
    from django.db import transaction

    with pytest.raises(KeyError), transaction.atomic():
        record(act="test.thing.done", subject="gone:1")
        raise KeyError
    assert list_acts(subject="gone:1") == []


@pytest.mark.django_db(transaction=True)
def test_sealed_entries_form_a_chain_that_verifies() -> None:
    _write(5)
    assert sealing.seal(batch=2) >= 5
    assert sealing.seal() == 0
    first = sealing.verify()
    assert first.broken is None
    assert first.unsealed == 0
    _write(1)
    assert sealing.verify().unsealed == 1
    assert sealing.seal() == 1
    again = sealing.verify(anchor=(first.seals, first.newest))
    assert again.broken is None
    assert again.entries == first.entries + 1
    assert again.newest != first.newest


@pytest.mark.django_db(transaction=True)
def test_an_entry_of_a_transaction_that_ends_late_is_sealed_by_a_later_seal() -> None:
    from mazdoor.database.address import current_address

    values = "('test', 'a.b.c', 'late:1', '{}')"
    statement = f"INSERT INTO journal_entry (reason, act, subject, details) VALUES {values} RETURNING id"
    with psycopg.connect(current_address().conninfo("app")) as slow:
        row = slow.execute(statement).fetchone()
        assert row is not None
        later = _write(3)
        assert later[0] > row[0]
        sealing.seal()
        assert sealing.verify().unsealed == 0
        slow.commit()
    assert sealing.verify().unsealed == 1
    assert sealing.seal() == 1
    assert sealing.verify().broken is None


@pytest.mark.django_db(transaction=True)
def test_an_altered_entry_is_named(tamper: Any) -> None:
    numbers = _write(7)
    sealing.seal(batch=3)
    tamper("UPDATE journal_entry SET details = '{\"n\": 99}' WHERE id = %s", numbers[4])
    broken = sealing.verify().broken
    assert broken is not None
    assert (broken.entry, broken.what) == (numbers[4], "the entry was altered")


@pytest.mark.django_db(transaction=True)
def test_a_removed_entry_is_named(tamper: Any) -> None:
    numbers = _write(3)
    sealing.seal()
    tamper("DELETE FROM journal_entry WHERE id = %s", numbers[1])
    broken = sealing.verify().broken
    assert broken is not None
    assert (broken.entry, broken.what) == (numbers[1], "the entry is missing")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "seal", "what"),
    [
        ("UPDATE journal_seal SET root = sha256('x') WHERE number = 1", 1, "the root does not fit its entries"),
        ("UPDATE journal_seal SET seal = sha256('x') WHERE number = 1", 1, "the seal does not fit its root"),
        ("DELETE FROM journal_sealedentry WHERE seal_id = 1", None, ""),
        (
            "UPDATE journal_seal SET previous = sha256('x') WHERE number = 2",
            2,
            "the seal does not follow the one before",
        ),
        (
            "ALTER TABLE journal_sealedentry DISABLE TRIGGER USER; DELETE FROM journal_sealedentry WHERE seal_id = 2;"
            "DELETE FROM journal_seal WHERE number = 2",
            2,
            "the seal is missing",
        ),
    ],
)
def test_tampering_with_seals_is_noticed(tamper: Any, statement: str, seal: int | None, what: str) -> None:
    _write(9)
    sealing.seal(batch=3)
    if seal is None:
        with pytest.raises(psycopg.errors.RestrictViolation):
            tamper(statement)
        return
    tamper(statement)
    broken = sealing.verify().broken
    assert broken is not None
    assert (broken.seal, broken.what) == (seal, what)


@pytest.mark.django_db(transaction=True)
def test_a_chain_made_anew_from_altered_entries_is_caught_by_a_seal_kept_elsewhere(tamper: Any) -> None:
    numbers = _write(4)
    sealing.seal()
    kept = sealing.verify()
    tamper("ALTER TABLE journal_sealedentry DISABLE TRIGGER USER")
    tamper("DELETE FROM journal_sealedentry")
    tamper("DELETE FROM journal_seal")
    tamper("UPDATE journal_entry SET subject = 'other:1' WHERE id = %s", numbers[0])
    sealing.seal()
    assert sealing.verify().broken is None  # by itself the forged chain is whole
    broken = sealing.verify(anchor=(kept.seals, kept.newest)).broken
    assert broken is not None
    assert broken.what == "the seal is not the one kept elsewhere"


@pytest.mark.django_db
def test_the_application_may_not_change_entries_or_seals() -> None:
    with connection.cursor() as cursor:
        for table in ("journal_entry", "journal_seal", "journal_sealedentry", "journal_message"):
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                cursor.execute("SELECT has_table_privilege('mazdoor_app', %s, %s)", [table, right])
                assert cursor.fetchone() == (False,), (table, right)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40), st.data())
def test_a_merkle_root_changes_with_any_leaf_and_any_order(leaves: list[bytes], data: st.DataObject) -> None:
    root = sealing.merkle_root(leaves)
    position = data.draw(st.integers(0, len(leaves) - 1))
    other = list(leaves)
    other[position] = bytes(byte ^ 1 for byte in other[position])
    assert sealing.merkle_root(other) != root
    assert sealing.merkle_root([*leaves, leaves[0]]) != root
