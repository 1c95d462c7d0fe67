"""Where an installation keeps its database: computed from the home folder, without touching or starting anything.

Most installations keep everything in the home folder itself. Two things can force parts of it elsewhere:

* a socket's whole path may have at most 107 bytes (103 on macOS), and a clone can lie deeper than that;
* root may not run PostgreSQL, so the server then runs as an ordinary user, who cannot enter a clone below a folder
  closed to others (``/root`` is 0700). Data, socket and a copy of the programs then go to ``/var/lib/mazdoor/<key>``,
  where the key is a hash of the home folder's path.

The choice is written to ``place.json`` when the data folder is made, and that record wins from then on.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mazdoor.database.home import home_folder

SOCKET_NAME_BYTES: Final = len("/.s.PGSQL.65535")
SOCKET_PATH_LIMIT: Final = 103
RECORD: Final = "place.json"


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The ordinary user the server runs as when we are root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one embedded database. ``user`` is None when the server runs as ourselves."""

    home: Path
    data: Path
    run: Path
    user: ServerUser | None

    @property
    def apart(self) -> Path | None:
        """The folder outside the home folder that holds the data, where the server could not enter the home folder."""
        return None if self.data.is_relative_to(self.home) else self.data.parent

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "postgres.log"

    @property
    def lock(self) -> Path:
        """Held for the moments in which a server is started or stopped."""
        return self.home / "database.lock"

    @property
    def leases(self) -> Path:
        """One locked file per process that uses the database."""
        return self.home / "leases"

    @property
    def held_up(self) -> Path:
        """Exists between ``db start`` and ``db stop``: the last lease then leaves the server running."""
        return self.home / "held-up"

    def record(self) -> None:
        """Write the choice down, so that later runs find the data even where permissions have changed since."""
        body = {"home": str(self.home), "data": str(self.data), "run": str(self.run)}
        temporary = self.home / f"{RECORD}.{os.getpid()}"
        temporary.write_text(json.dumps(body, indent=1) + "\n")
        temporary.replace(self.home / RECORD)


def place_for(home: Path | None = None) -> Place:
    """The place of the embedded database below ``home`` (default: :func:`home_folder`)."""
    home = (home or home_folder()).absolute()
    user = _server_user(home)
    recorded = _recorded(home)
    if recorded is not None:
        data, run = recorded
        return Place(home=home, data=data, run=run, user=_owner_of(data) or user if user else None)
    key = hashlib.sha256(f"{os.getuid()}:{home}".encode()).hexdigest()[:16]
    if user is not None and not _can_enter(user, home):
        apart = _common_folder() / key
        return Place(home=home, data=apart / "postgres", run=apart / "run", user=user)
    run = home / "run"
    if len(os.fsencode(run)) + SOCKET_NAME_BYTES > SOCKET_PATH_LIMIT or "," in str(run):
        # Anybody can make a folder in /tmp: `server.make_folders` refuses one that is not ours.
        run = _common_folder() / key / "run" if user else Path(f"/tmp/mazdoor-{os.getuid()}-{key}")  # noqa: S108
    return Place(home=home, data=home / "postgres", run=run, user=user)


def _recorded(home: Path) -> tuple[Path, Path] | None:
    """Data and socket folder as written down.

    A home folder that was moved or copied since has its data inside, at the usual place. Data that lies apart goes
    with a home folder that was moved (the old one is gone), and stays with the old one when this is a copy.
    """
    try:
        body = json.loads((home / RECORD).read_text())
    except (FileNotFoundError, NotADirectoryError):
        return None
    data, old = Path(body["data"]), Path(body["home"])
    if old != home and (data.is_relative_to(old) or old.exists() or not data.exists()):
        return None
    return data, Path(body["run"])


def _server_user(home: Path) -> ServerUser | None:
    """Whom root starts the server as: the home folder's owner, else a user made for it, else postgres, else nobody."""
    if os.getuid() != 0:
        return None
    nearest = next(folder for folder in (home, *home.parents) if folder.exists())
    owner = nearest.stat().st_uid
    if owner != 0:
        return _user(owner)
    for name in ("mazdoor", "postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(name, entry.pw_uid, entry.pw_gid)
    return ServerUser("65534", 65534, 65534)


def _owner_of(data: Path) -> ServerUser | None:
    """The user who owns existing data, who must also run the server."""
    try:
        uid = data.stat().st_uid
    except FileNotFoundError:
        return None
    return _user(uid) if uid != 0 else None


def _user(uid: int) -> ServerUser:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return ServerUser(str(uid), uid, uid)
    return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _can_enter(user: ServerUser, folder: Path) -> bool:
    """Whether ``user`` can walk down to ``folder``; what does not exist yet will be made so that they can."""
    return all(_has_bit(user, step, stat.S_IXUSR) for step in (folder, *folder.parents) if step.exists())


def can_read_tree(user: ServerUser, folder: Path) -> bool:
    """Whether ``user`` can walk down to ``folder`` and list it."""
    return _can_enter(user, folder) and _has_bit(user, folder, stat.S_IRUSR)


def _has_bit(user: ServerUser, path: Path, owner_bit: int) -> bool:
    """Whether the permission ``owner_bit`` (an owner's bit) is given to ``user`` as owner, group or other."""
    status = path.stat()
    if status.st_uid == user.uid:
        return bool(status.st_mode & owner_bit)
    if status.st_gid == user.gid:
        return bool(status.st_mode & (owner_bit >> 3))
    return bool(status.st_mode & (owner_bit >> 6))


def _common_folder() -> Path:
    """A folder every user can enter and only root can write; ``/var/tmp`` where ``/var/lib`` is read-only."""
    return Path("/var/lib/mazdoor") if os.access("/var/lib", os.W_OK) else Path("/var/tmp/mazdoor")  # noqa: S108 made by root, 0755
