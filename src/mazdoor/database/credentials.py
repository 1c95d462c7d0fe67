"""Passwords of the database roles, made at first use and kept in the home folder (mode 0600).

The file is a libpq password file, so that ``psql "$(mazdoor db url)"`` works without a password on the screen.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from mazdoor.database.refusals import HOME_FORBIDDEN

SUPERUSER: Final = "postgres"  # of the embedded server; only makes the other two
OWNER: Final = "mazdoor_owner"
APP: Final = "mazdoor_app"
PASSFILE: Final = "pgpass"


def passwords(home: Path) -> dict[str, str]:
    """Role → password of the installation in ``home``, made at the first call. Safe when two processes race."""
    path = home / PASSFILE
    try:
        body = path.read_text()
    except FileNotFoundError:
        _make(path)
        body = path.read_text()
    except PermissionError as error:
        raise HOME_FORBIDDEN.because(folder=str(home)) from error
    found = dict(line.split(":")[3:5] for line in body.splitlines() if line.count(":") == 4)
    given = os.environ.get("MAZDOOR_APP_PASSWORD")
    return found | ({APP: given} if given else {})


def _make(path: Path) -> None:
    lines = [f"*:*:*:{role}:{secrets.token_urlsafe(24)}" for role in (SUPERUSER, OWNER, APP)]
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        try:
            path.parent.mkdir(parents=True)
            path.parent.chmod(0o711 if os.getuid() == 0 else 0o700)
        except FileExistsError:
            pass  # there already, or another process was first
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(lines) + "\n")
    except PermissionError as error:
        raise HOME_FORBIDDEN.because(folder=str(path.parent)) from error
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass  # another process was first; its passwords count
    finally:
        temporary.unlink()
