"""The log tells kinds, codes and places of faults, and nothing that anybody typed."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from django.db import DataError, connection, transaction

from mazdoor.config.logs import Wordless

NUMBER = "0123412345671"
_log = logging.getLogger("mazdoor.test_of_the_log")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the log of the site writes, by the handler that the settings made."""
    handlers = [each for each in logging.getLogger().handlers if isinstance(each.formatter, Wordless)]
    assert len(handlers) == 1
    assert isinstance(handlers[0], logging.StreamHandler)
    written = io.StringIO()
    before = handlers[0].setStream(written)
    yield written
    handlers[0].setStream(before)


@pytest.mark.django_db
def test_words_of_the_database_stay_out_of_the_log(log: io.StringIO) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::text::date", [NUMBER])
    except DataError as error:
        assert NUMBER in str(error)  # so that there is something to keep out
        logging.getLogger("django.request").error("Internal Server Error: %s", "/registry/", exc_info=error)
    said = log.getvalue()
    assert NUMBER not in said
    assert "Internal Server Error: /registry/" in said
    assert "DataError" in said
    assert "22007" in said or "22008" in said  # the SQLSTATE, by which the kind of fault is known
    assert "test_words_of_the_database_stay_out_of_the_log" in said


def test_neither_a_cause_nor_another_handlers_text_brings_words_back(log: io.StringIO) -> None:
    try:
        try:
            int(f"no {NUMBER}")
        except ValueError as error:
            raise ExceptionGroup(NUMBER, [KeyError(NUMBER)]) from error
    except ExceptionGroup as group:
        record = _log.makeRecord(_log.name, logging.ERROR, __file__, 1, "it broke", (), (type(group), group, None))
        record.exc_text = f"as another handler wrote it: {NUMBER}"
        _log.handle(record)
    said = log.getvalue()
    assert NUMBER not in said
    assert said.index("ValueError") < said.index("ExceptionGroup") < said.index("KeyError")
