"""The policies in force in this installation: those of the package, or a folder named by ``MAZDOOR_POLICY``."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from mazdoor.delivery.assessment import refusals
from mazdoor.rules import PolicySet, load_policies


@lru_cache(maxsize=1)
def policy_set() -> PolicySet:
    """The policies, loaded and checked once a process. Raises ``PolicyError`` with every fault of a broken folder."""
    return load_policies(policy_folder())


def policy_folder() -> Path:
    """Where the policies lie."""
    given = os.environ.get("MAZDOOR_POLICY")
    return Path(given) if given else Path(str(files("mazdoor.policy") / "pakistan"))


def check_programme(programme_code: str) -> None:
    """Raises ``ASM-003`` where the policies have no such programme."""
    if programme_code not in policy_set().programmes:
        raise refusals.PROGRAMME_UNKNOWN.because(programme=programme_code)
