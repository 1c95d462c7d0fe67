"""Folders of tests outside pytest's own, which PostgreSQL may pass through where it runs as another user.

Each bears the number of the process that made it (``tests.pid``): what a killed test run leaves behind, a server still
running in it perhaps, is cleared away by the next run (:func:`sweep`).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MARK = "tests.pid"


def open_folder(kind: str) -> Path:
    """A new folder ``/tmp/mazdoor-KIND-…`` that others may pass through and not look into."""
    folder = Path(tempfile.mkdtemp(prefix=f"mazdoor-{kind}-", dir="/tmp"))
    folder.chmod(0o711)
    (folder / MARK).write_text(str(os.getpid()))
    return folder


def sweep() -> None:
    """Stop the servers and remove the folders of test runs that were killed."""
    from mazdoor.database import server
    from mazdoor.database.place import place_for
    from mazdoor.database.processes import is_alive

    for mark in Path("/tmp").glob(f"mazdoor-*/{MARK}"):
        folder = mark.parent
        try:
            if folder.stat().st_uid != os.getuid() or is_alive(int(mark.read_text() or "1")):
                continue
        except FileNotFoundError:  # another test run sweeps at the same time
            continue
        for home in (folder, *folder.iterdir()):
            if (home / "place.json").exists():
                server.remove(place_for(home))
        shutil.rmtree(folder, ignore_errors=True)
