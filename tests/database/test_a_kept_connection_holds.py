"""A connection kept between requests: taken as it is while it holds, made anew where the server has ended it."""

from __future__ import annotations

import gc
import threading
import time
from typing import Any

import pytest
from django.db import connections
from psycopg import Connection, connect

from mazdoor.database.address import current_address


@pytest.fixture
def kept(fresh_database: Any, django_db_blocker: Any) -> Any:
    """A wrapper with a connection as a request leaves it, to a database of its own."""
    with django_db_blocker.unblock():
        wrapper = connections["default"].copy()
        wrapper.settings_dict = connections["default"].settings_dict | {"NAME": fresh_database.name}
        wrapper.connect()
        yield wrapper
        wrapper.close()


def _backend(wrapper: Any) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _begin_request(wrapper: Any) -> None:
    """What Django does with a kept connection when a request comes."""
    wrapper.health_check_enabled = True
    wrapper.health_check_done = False


def test_a_connection_that_holds_is_not_asked_whether_it_does(kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _backend(kept)
    asked: list[object] = []
    monkeypatch.setattr(Connection, "cursor", lambda self, *_, **__: asked.append(self))
    assert kept.is_usable()
    monkeypatch.undo()
    assert asked == []
    _begin_request(kept)
    assert _backend(kept) == before


def test_a_connection_the_server_has_ended_is_made_anew(kept: Any) -> None:
    before = _backend(kept)
    with connect(current_address().conninfo("owner", name=kept.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("SET ROLE mazdoor_app")
        (ended,) = owner.execute("SELECT pg_terminate_backend(%s, 5000)", [before]).fetchone() or (False,)
    assert ended
    _begin_request(kept)
    assert _backend(kept) != before


def test_a_connection_ends_with_its_thread(kept: Any) -> None:
    backends: list[int] = []

    def ask() -> None:
        own = kept.copy()
        own.settings_dict = kept.settings_dict
        own.connect()
        backends.append(_backend(own))

    gc.disable()  # nothing but the end of the thread closes it
    try:
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        deadline = time.monotonic() + 20
        while _is_there(kept, backends[0]) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not _is_there(kept, backends[0])
    finally:
        gc.enable()
    assert _backend(kept)  # another's connection stays


def _is_there(wrapper: Any, backend: int) -> bool:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [backend])
        return bool(cursor.fetchone()[0])
