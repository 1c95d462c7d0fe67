"""A file of people does not lie about for ever: each night what is old is removed, whatever state its import was left in."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from mazdoor.delivery.registration.files import keeping
from mazdoor.delivery.registration.files.tasks import forget_old_files


def _left(number: int, *, days: float) -> None:
    folder = keeping.folder_of(number)
    (folder / "spill").mkdir(exist_ok=True)
    then = (timezone.now() - dt.timedelta(days=days)).timestamp()
    for name in (keeping.SOURCE, "returned.csv", "spill/one.tmp"):
        (folder / name).write_text("given_name\nRani\n")
        os.utime(folder / name, (then, then))
    for path in (folder / "spill", folder):
        os.utime(path, (then, then))


def test_what_nobody_has_written_in_for_a_month_is_removed_at_night() -> None:
    old, young = 990_001, 990_002
    _left(old, days=keeping.KEPT_DAYS + 1)
    _left(young, days=keeping.KEPT_DAYS - 1)
    forget_old_files()
    left = {path.name for path in keeping.folder_of(young).parent.iterdir()}
    assert str(old) not in left and str(young) in left
    assert (keeping.source_of(young)).exists()
    keeping.forget_file(young)
    assert not keeping.source_of(young).exists()


def test_what_cannot_be_removed_is_told_and_hinders_no_other(tmp_path: Path) -> None:
    old, kept = 990_004, keeping.folder_of(990_003)
    _left(990_003, days=keeping.KEPT_DAYS + 2)
    elsewhere = tmp_path / "elsewhere"
    kept.rename(elsewhere)
    kept.symlink_to(elsewhere)  # a link is not followed to remove what lies behind it
    _left(old, days=keeping.KEPT_DAYS + 1)
    try:
        with pytest.raises(ExceptionGroup, match="could not be removed"):
            forget_old_files()
        assert not (kept.parent / str(old)).exists()
    finally:
        kept.unlink()


def test_it_is_asked_for_each_night() -> None:
    nightly = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert nightly["registration.forget_files"] == "43 3 * * *"
