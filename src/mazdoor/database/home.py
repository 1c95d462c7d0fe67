"""The folder an installation keeps its own things in: keys, files, and the embedded database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def home_folder() -> Path:
    """``MAZDOOR_HOME``, or ``.mazdoor`` beside ``pyproject.toml`` of a clone, or in the current folder."""
    given = os.environ.get("MAZDOOR_HOME")
    if given:
        return Path(given).absolute()
    project = Path(__file__).resolve().parents[3]
    return (project if (project / "pyproject.toml").exists() else Path.cwd()) / ".mazdoor"


def secret(name: str) -> str:
    """A secret of this installation, made at first use (mode 0600) and kept in the home folder.

    The file appears whole or not at all: of two commands that begin at once none reads an empty secret.
    """
    path = home_folder() / "keys" / f"{name}.secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        waiting = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(waiting, path)
        except FileExistsError:
            pass  # another process was first; its secret counts
        finally:
            waiting.unlink()
    return path.read_text()
