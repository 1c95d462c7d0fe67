"""Where a file lies while it is worked on: a folder of its own in the home folder, which only the service may enter.

It holds people's data as they were sent, so it is cleared: the file and its stage as soon as the import is done, what came
back with reasons after `KEPT_DAYS`.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.utils import timezone

from mazdoor.database.home import home_folder
from mazdoor.database.keys import keyring

KEPT_DAYS: Final = 30
SOURCE: Final = "as-sent"
_BLOCK: Final = 1 << 20


def folder_of(import_id: int) -> Path:
    """The folder of an import, made where it is missing (mode 0700)."""
    folder = home_folder() / "imports" / str(import_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.parent.chmod(0o700)
    return folder


def new_folder_of(import_id: int) -> Path:
    """The folder of an import that begins, empty.

    A register brought back from a copy counts on from an older number: what lies in a folder of that number is of a file that
    this register never saw, and must be shown to nobody.
    """
    folder = folder_of(import_id)
    shutil.rmtree(folder)
    return folder_of(import_id)


def source_of(import_id: int) -> Path:
    """The file as it was sent."""
    return folder_of(import_id) / SOURCE


def keep(blocks: Iterable[bytes], to: Path) -> tuple[int, bytes]:
    """Write a file block by block; returns its size and the keyed hash of its bytes. It appears whole or not at all."""
    import hashlib

    digest, size = hashlib.sha256(), 0
    waiting = to.with_name(to.name + ".part")
    with waiting.open("wb") as out:
        waiting.chmod(0o600)
        for block in blocks:
            digest.update(block)
            size += len(block)
            out.write(block)
    waiting.replace(to)
    return size, keyring().index(digest.hexdigest(), purpose="file")


def blocks_of(path: Path) -> Iterable[bytes]:
    """A file in blocks."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def forget_file(import_id: int) -> None:
    """Remove the file as sent and its stage; what came back stays."""
    folder = folder_of(import_id)
    for name in (SOURCE, "as-utf-8.csv", "stage.duckdb", "stage.duckdb.wal"):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "spill", ignore_errors=True)


def forget_old(*, now: dt.datetime | None = None) -> int:
    """Remove folders nobody has written in for `KEPT_DAYS`; returns how many."""
    base = home_folder() / "imports"
    if not base.exists():
        return 0
    before = ((now or timezone.now()) - dt.timedelta(days=KEPT_DAYS)).timestamp()
    removed = 0
    for folder in base.iterdir():
        if max((path.stat().st_mtime for path in folder.rglob("*")), default=folder.stat().st_mtime) < before:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed
