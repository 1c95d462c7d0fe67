"""Where a file lies while it is worked on: a folder of its own in the home folder, which only the service may enter.

It holds people's data as they were sent, so it is cleared: the file and its stage as soon as the import is done, what came
back with reasons after `KEPT_DAYS`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from django.utils import timezone

from mazdoor.database.home import home_folder
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration.files.reading import Opened

KEPT_DAYS: Final = 30
SOURCE: Final = "as-sent"
_OPENED: Final = "opened.json"
_BLOCK: Final = 1 << 20


def folder_of(import_id: int) -> Path:
    """The folder of an import, made where it is missing (mode 0700)."""
    folder = _base() / str(import_id)
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


def keep_opened(opened: Opened, folder: Path) -> None:
    """Write down what was found out about a file, so that nobody has to look through it again. Its headings lie here and not in
    the database: a file without headings begins with a person."""
    waiting = folder / f"{_OPENED}.part"
    waiting.touch(mode=0o600)
    waiting.write_text(json.dumps(asdict(opened) | {"path": opened.path.name}, ensure_ascii=False))
    waiting.replace(folder / _OPENED)


def find_opened(import_id: int) -> Opened | None:
    """What was found out about a file when it was sent; ``None`` where its folder is gone."""
    folder = folder_of(import_id)
    path = folder / _OPENED
    if not path.exists():
        return None
    kept = json.loads(path.read_text())
    return Opened(**kept | {"path": folder / kept["path"]})


def forget_file(import_id: int) -> None:
    """Remove the file as sent and its stage; what came back stays."""
    folder = folder_of(import_id)
    for name in (SOURCE, "as-utf-8.csv", "stage.duckdb", "stage.duckdb.wal"):
        (folder / name).unlink(missing_ok=True)
    if (folder / "spill").exists():
        shutil.rmtree(folder / "spill")


def forget_all(import_id: int) -> None:
    """Remove everything of a file that was not taken after all, its headings and what was half written among it."""
    folder = _base() / str(import_id)
    if folder.exists():
        shutil.rmtree(folder)


def forget_old(*, now: dt.datetime | None = None) -> int:
    """Remove folders nobody has written in for `KEPT_DAYS`; returns how many. Raises, after all were tried, what kept any of them
    from being removed: people's data are in it."""
    if not _base().exists():
        return 0
    before = ((now or timezone.now()) - dt.timedelta(days=KEPT_DAYS)).timestamp()
    removed, failed = 0, []
    for folder in _base().iterdir():
        if max((path.stat().st_mtime for path in folder.rglob("*")), default=folder.stat().st_mtime) < before:
            try:
                shutil.rmtree(folder)
                removed += 1
            except OSError as error:
                failed.append(error)
    if failed:
        raise ExceptionGroup("folders of old files could not be removed", failed)
    return removed


def _base() -> Path:
    return home_folder() / "imports"
