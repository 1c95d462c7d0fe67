"""A day begins at midnight where the registry is. The database's sessions count in UTC, whose day begins five hours later."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

import mazdoor

IN_UTC = {
    "database/partitions.py",  # months made ahead
    "database/sql.py",  # the same, for the first ones
    "delivery/payments/sending.py",  # payments and their books count all days in UTC
    "delivery/payments/services.py",
}


@pytest.mark.django_db
def test_the_database_knows_the_day_where_the_registry_is() -> None:
    before_midnight = dt.datetime(2026, 12, 31, 18, 59, tzinfo=dt.UTC)
    after = before_midnight + dt.timedelta(minutes=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT database_day(%s), database_day(%s)", [before_midnight, after])
        assert cursor.fetchone() == (dt.date(2026, 12, 31), dt.date(2027, 1, 1))
        cursor.execute("SELECT database_today(), now()")
        today, now = cursor.fetchone()
    assert today == timezone.localdate(now)
    assert f"'{settings.TIME_ZONE}'" in (Path(mazdoor.__file__).parent / "database" / "base.sql").read_text()


def test_no_statement_takes_the_day_of_utc_for_today() -> None:
    root = Path(mazdoor.__file__).parent
    found = {
        path.relative_to(root).as_posix()
        for path in [*root.rglob("*.sql"), *root.rglob("*.py")]
        if not path.is_relative_to(root / "rules")  # a policy is asked for a day that is said
        and re.search(r"(?<!their )current_date|_at::date", path.read_text(encoding="utf-8"))
    }
    assert found == IN_UTC
