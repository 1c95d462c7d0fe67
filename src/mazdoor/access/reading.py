"""Who is signed in, read at every request: the session and the officer, each by one statement that is planned once.

Django's own session store and backend stay what they are; only how a row is fetched differs.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.utils import timezone

from mazdoor.access.models import Officer
from mazdoor.database.prepared import ask


def find_by_id(officer_id: int) -> Officer | None:
    """The officer with this number, active or not."""
    names, statement = _one_officer()
    rows = ask(statement, [officer_id])
    return Officer.from_db("default", names, rows[0]) if rows else None


@lru_cache(maxsize=1)
def _one_officer() -> tuple[list[str], str]:
    fields = Officer._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return [field.attname for field in fields], f"SELECT {columns} FROM access_officer WHERE id = %s"


class OfficerBackend(ModelBackend):
    """Django's backend of names and passwords."""

    def get_user(self, user_id: int) -> Officer | None:
        """The active officer of a session."""
        officer = find_by_id(int(user_id))
        return officer if officer is not None and self.user_can_authenticate(officer) else None


class SessionStore(DatabaseSessionStore):
    """Django's sessions in the database."""

    def load(self) -> dict[str, Any]:
        """What this session holds while it lasts; as in Django, a key that opens nothing is forgotten."""
        rows = ask(
            "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
            [self.session_key, timezone.now()],
        )
        if not rows:
            self._session_key = None
            return {}
        held: dict[str, Any] = json.loads(_held(rows[0][0]))
        return held


@lru_cache(maxsize=1000)
def _held(signed: str) -> str:
    """What a session's words hold, as JSON: the same come with each request, and their signature is looked at once."""
    return json.dumps(SessionStore().decode(signed))
