"""Statements that a connection keeps prepared, sent without a cursor: what they bring, and what is left where one fails."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, DataError, OperationalError, connection, transaction

from mazdoor.database import prepared
from mazdoor.database.prepared import ask, ask_named

pytestmark = pytest.mark.django_db(transaction=True)


def _prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'kept\\_%'")
        return int(cursor.fetchone()[0])


def test_the_same_text_takes_values_of_different_types() -> None:
    told = "SELECT %s::text AS said"
    assert [ask(told, [value]) for value in ("a", 7, None, "b", 70_000)] == [
        [("a",)], [("7",)], [(None,)], [("b",)], [("70000",)]
    ]  # fmt: skip
    assert ask_named("SELECT %s::date AS day, 5 %% 3 AS rest", [dt.date(2026, 11, 22)]) == [
        {"day": dt.date(2026, 11, 22), "rest": 2}
    ]


def test_a_statement_is_prepared_once() -> None:
    ask("SELECT 'once', %s::text", ["a"])
    before = _prepared()
    for value in ("b", "c"):
        assert ask("SELECT 'once', %s::text", [value]) == [("once", value)]
    assert _prepared() == before


def test_what_gives_no_rows_gives_none() -> None:
    assert ask("SET LOCAL work_mem = '5MB'") == []
    assert ask("SELECT 1 WHERE false") == []
    assert ask_named("SELECT 1 AS one WHERE false") == []


def test_the_first_statement_begins_the_transaction() -> None:
    with transaction.atomic():
        ((first,),) = ask("SELECT pg_current_xact_id()::text")
        assert ask("SELECT pg_current_xact_id()::text") == [(first,)]
    ((other,),) = ask("SELECT pg_current_xact_id()::text")
    assert other != first


def test_a_transaction_whose_first_statement_fails_leaves_the_connection_as_it_was() -> None:
    ((backend,),) = ask("SELECT pg_backend_pid()")
    for _ in range(2):  # as it is prepared, and once it is
        with pytest.raises(DataError), transaction.atomic():
            ask("SELECT 1 / %s::int", [0])
    with transaction.atomic():
        assert ask("SELECT 1 / %s::int, pg_backend_pid()", [1]) == [(1, backend)]
    with pytest.raises(DatabaseError, match="no_such_table"), transaction.atomic():
        ask("SELECT * FROM no_such_table")
    assert ask("SELECT pg_backend_pid()") == [(backend,)]


def test_what_a_failed_transaction_wrote_is_taken_back() -> None:
    ask("CREATE TEMPORARY TABLE kept_notes (said text)")
    try:
        with pytest.raises(DataError), transaction.atomic():
            ask("INSERT INTO kept_notes VALUES (%s)", ["lost"])
            ask("SELECT 1 / %s::int", [0])
        with transaction.atomic():
            ask("INSERT INTO kept_notes VALUES (%s)", ["kept"])
        assert ask("SELECT said FROM kept_notes") == [("kept",)]
    finally:
        ask("DROP TABLE kept_notes")


def test_a_statement_in_a_broken_transaction_is_refused() -> None:
    with transaction.atomic(), pytest.raises(transaction.TransactionManagementError):
        with pytest.raises(DataError), transaction.atomic(savepoint=False):
            ask("SELECT 1 / %s::int", [0])
        ask("SELECT 1")


def test_more_statements_than_are_kept_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    ask("SELECT 1")
    before = _prepared()
    monkeypatch.setattr(prepared, "MOST_KEPT", len(connection.kept) + 3)  # type: ignore[attr-defined]
    for number in range(10, 14):
        assert ask(f"SELECT {number}") == [(number,)]
    assert _prepared() == 1 < before + 4
    assert ask("SELECT 10") == [(10,)]


def test_a_connection_that_the_server_ends_says_so() -> None:
    with pytest.raises(OperationalError):
        ask("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    assert ask("SELECT 1") == [(1,)]
