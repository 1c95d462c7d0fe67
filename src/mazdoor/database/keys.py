"""The installation's keyring, read once: the keys live beside the database, never in it."""

from __future__ import annotations

from functools import lru_cache

from mazdoor.database.home import home_folder
from mazdoor.kernel.sealing import Keyring


@lru_cache(maxsize=1)
def keyring() -> Keyring:
    """The keys CNIC, mobile, address and account numbers are sealed and indexed with."""
    return Keyring.load_or_create(home_folder() / "keys" / "keyring.json")
