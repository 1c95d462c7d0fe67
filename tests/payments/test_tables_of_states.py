"""The tables of states in Python and the ones in the database's triggers and views are the same tables."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from tests.payments import cast
from tests.payments.desk import Desk

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.payments.states import (
    ANSWER_MOVES,
    ANSWER_OUTCOMES,
    FILE_MOVES,
    INSTRUCTION_STATE_OF_FILE,
    LIVE_ANSWERS,
    PAYROLL_MOVES,
    Answer,
    FileState,
    Outcome,
)

pytestmark = pytest.mark.django_db


def definition(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("function", "moves"), [("payments_guard_payroll", PAYROLL_MOVES), ("payments_guard_file", FILE_MOVES)]
)
def test_payrolls_and_files_move_as_the_table_says(function: str, moves: dict[str, frozenset[str]]) -> None:
    text = definition(f"SELECT pg_get_functiondef('{function}'::regproc)").partition("NOT IN (")[2].partition(")")[0]
    assert set(re.findall(r"'(\w+>\w+)'", text)) == {f"{old}>{new}" for old, after in moves.items() for new in after}


def test_answers_move_as_the_table_says() -> None:
    """Every pair of answers, tried on the trigger's own condition."""
    text = definition("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'payments_instruction_moves'")
    condition = text.partition("WHEN (")[2].partition(") EXECUTE")[0]
    for known in (None, *Answer):
        for news in Answer:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"""SELECT {condition.replace("old.", "o.").replace("new.", "n.")}
                        FROM (SELECT 1 AS id, 1 AS entitlement_id, 1 AS payroll_id, 1 AS file_id, 1 AS account_id,
                                     1 AS amount, 1 AS attempt, %s::varchar AS answer) AS o,
                             (SELECT 1 AS id, 1 AS entitlement_id, 1 AS payroll_id, 1 AS file_id, 1 AS account_id,
                                     1 AS amount, 1 AS attempt, %s::varchar AS answer) AS n""",
                    [known, news],
                )
                refused = cursor.fetchone()[0]
            assert refused == (news not in ANSWER_MOVES[known] and news != known), (known, news)


def test_every_answer_to_every_answer_has_an_outcome() -> None:
    said = {Answer.ACCEPTED, Answer.SETTLED, Answer.RETURNED, Answer.REJECTED}
    assert set(ANSWER_OUTCOMES) == {(known, news) for known in (None, *Answer) for news in said}


def test_nothing_leads_out_of_an_end() -> None:
    """Returned, rejected and cancelled are ends; a settlement can only come back."""
    assert {known for known, after in ANSWER_MOVES.items() if not after} == {
        Answer.RETURNED, Answer.REJECTED, Answer.CANCELLED,
    }  # fmt: skip
    assert ANSWER_MOVES[Answer.SETTLED] == {Answer.RETURNED}


def test_money_is_never_counted_as_gone_while_an_instruction_is_live() -> None:
    assert set(LIVE_ANSWERS) == {Answer.ACCEPTED, Answer.SETTLED}
    for (known, _), outcome in ANSWER_OUTCOMES.items():
        if known in (Answer.RETURNED, Answer.REJECTED, Answer.CANCELLED):
            assert outcome is not Outcome.APPLIED


def test_an_instruction_shows_its_files_state_until_a_bank_answers(desk: Desk) -> None:
    persons = cast.people(1)
    cast.enrol(persons)
    cast.give_accounts(persons)
    payroll = desk.draft(cast.cycle())
    desk.prepare(payroll)

    def shown() -> tuple[FileState, str]:
        with acting_as_system(reason="test"), connection.cursor() as cursor:
            cursor.execute(
                """SELECT file.state, instruction.state FROM payments.instruction_now AS instruction
                   JOIN payments.file_now AS file USING (file_id)"""
            )
            file, instruction = cursor.fetchone()
        return FileState(file), instruction

    def seen() -> None:
        file, instruction = shown()
        assert instruction == INSTRUCTION_STATE_OF_FILE[file]
        states.append(file)

    states: list[FileState] = []
    seen()
    desk.release(payroll)
    desk.banks["HABB"].answers = ["unknown"]
    desk.send(payroll, on_step=lambda step: seen() if not step.startswith("answered") else None)
    desk.banks["HABB"].answers = ["accepted"]
    desk.send(payroll, on_step=lambda step: seen() if not step.startswith("answered") else None)
    assert states == [
        FileState.PLANNED, FileState.WRITTEN, FileState.SENDING, FileState.UNKNOWN, FileState.UNKNOWN, FileState.SENT,
    ]  # fmt: skip
