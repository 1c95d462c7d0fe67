"""The policies in force in this installation: those of the package, or a folder named by ``MAZDOOR_POLICY``."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from mazdoor.rules.loading import load_policies
from mazdoor.rules.model import PolicySet


@lru_cache(maxsize=1)
def installed_policies() -> PolicySet:
    """The policies, loaded and checked once a process. Raises ``PolicyError`` with every fault of a broken folder."""
    return load_policies(policy_folder())


def policy_folder() -> Path:
    """Where the policies lie."""
    given = os.environ.get("MAZDOOR_POLICY")
    return Path(given) if given else Path(str(files("mazdoor.policy") / "pakistan"))
