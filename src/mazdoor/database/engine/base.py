"""The connection wrapper of :data:`django.conf.settings.DATABASES`."""

from __future__ import annotations

import os
import select
import threading
from typing import Any, Final

from django.db.backends.postgresql.base import DatabaseWrapper as PostgresWrapper


class _Ended:
    """Closes a connection when nobody holds this any more; not in a process forked since, which only has a copy of it."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.process = os.getpid()

    def __del__(self) -> None:
        if self.process == os.getpid():
            self.connection.close()


class _OfThread(threading.local):
    """What ends with a thread, by the wrapper it belongs to. A wrapper refers to itself in circles, so that by itself its
    connection would stay open until the collector comes by; a server lets threads go that have nothing to do."""

    def __init__(self) -> None:
        self.connections: dict[int, _Ended] = {}


_of_thread: Final = _OfThread()


class DatabaseWrapper(PostgresWrapper):
    """Django's own, but for how it finds out whether a kept connection still holds, and what is kept with it."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.kept: dict[str | bytes, Any] = {}  # what `mazdoor.database.prepared` holds of it

    def get_new_connection(self, conn_params: Any) -> Any:
        """A new connection has prepared nothing yet."""
        self.kept = {}
        connection = super().get_new_connection(conn_params)
        _of_thread.connections[id(self)] = _Ended(connection)
        return connection

    def is_usable(self) -> bool:
        """Whether the connection still holds, before the first statement of a request.

        A server that ends, or ends this connection, says so on it. Where nothing has come in since the last statement,
        the connection is as good as asking it (``SELECT 1``) would show; where something has, it is asked.
        """
        raw = self.connection
        if raw is not None and not raw.closed and not _has_something_come_in(raw.fileno()):
            return True
        return super().is_usable()


def _has_something_come_in(socket: int) -> bool:
    poll = select.poll()
    poll.register(socket, select.POLLIN | select.POLLPRI)
    return bool(poll.poll(0))
