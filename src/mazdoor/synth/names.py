"""Names of people who do not exist, drawn by Zipf's law from the `faker-pk` library, in Roman and in Urdu script.

A name is a number into a table, so a column of names is one `take`. Given names are a library name alone or in one of
the usual compounds (Muhammad …, … Ahmad, … Bibi). Spelling variants are attested ones (`name_variants.csv`).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mazdoor.synth.facts import read_csv, read_yaml

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ZIPF_EXPONENT: Final = 0.7
"""Between .6 and .8, as in the project's linkage measurements."""


_MEN_PATTERNS: Final = (
    ("{}", 0.44), ("Muhammad {}", 0.25), ("{} Ahmad", 0.07), ("{} Ali", 0.07), ("{} Hussain", 0.06),
    ("Ghulam {}", 0.04), ("{} Khan", 0.04), ("{} Iqbal", 0.03),
)  # fmt: skip
_WOMEN_PATTERNS: Final = (
    ("{}", 0.80),
    ("{} Fatima", 0.08),
    ("{} Noor", 0.04),
    ("Kaneez {}", 0.03),
    ("{} Batool", 0.05),
)
_WOMEN_STYLES: Final = ("Bibi", "Begum", "Khatoon", "Mai")


@dataclass(frozen=True)
class NameTable:
    """Everything drawn from, as Arrow tables of text; indices are into `given`, `single` and `style`."""

    given: pa.Array
    given_ur: pa.Array
    base: Ints
    """For each given name the single name it is built on (index into `single`)."""
    single: pa.Array
    single_ur: pa.Array
    men: int
    """Given names below this index are men's, the others women's."""
    men_odds: npt.NDArray[np.float64]
    """Cumulative odds over the men's given names."""
    women_odds: npt.NDArray[np.float64]
    clans: Ints
    """Clan and last names as indices into `single`, commonest first."""
    clan_odds: npt.NDArray[np.float64]
    styles: Ints
    """Bibi, Begum, Khatoon, Mai as indices into `single`."""

    def draw_given(self, rng: np.random.Generator, female: Bools) -> Ints:
        """One given name (index into `given`) for each person."""
        toss = rng.random(len(female))
        men = np.searchsorted(self.men_odds, toss)
        women = np.searchsorted(self.women_odds, toss) + self.men
        return np.where(female, women, men).astype(np.int64)

    def draw_clan(self, rng: np.random.Generator, count: int) -> Ints:
        """`count` clan names (indices into `single`)."""
        return self.clans[np.searchsorted(self.clan_odds, rng.random(count))]


def _zipf(count: int) -> npt.NDArray[np.float64]:
    weight = 1.0 / np.arange(1, count + 1) ** ZIPF_EXPONENT
    result: npt.NDArray[np.float64] = weight / weight.sum()
    return result


def _library() -> dict[str, list[str]]:
    """The names of faker-pk by kind (male, female, last). Read from its table: its functions draw only one at a time."""
    path = files("faker_pk") / "faker_pk.db"
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as connection:
        found: dict[str, list[str]] = {"male": [], "female": [], "last": []}
        for name, kind in connection.execute("SELECT name, type FROM names ORDER BY id"):
            found[kind].append(name[:1].upper() + name[1:])
    return {kind: list(dict.fromkeys(names)) for kind, names in found.items()}


def _ranked(names: Sequence[str], common: Sequence[str]) -> list[str]:
    known = set(names)
    first = [name for name in common if name in known]
    return first + sorted(known - set(first))


@lru_cache
def urdu_of_token() -> dict[str, str]:
    """Roman token (lower case) → its Urdu spelling."""
    return {row["name"]: row["urdu"] for row in read_csv("name_urdu.csv")}


def to_urdu(name: str) -> str:
    """A Roman name of this table in Urdu script; the Arabic article joins what follows it."""
    spelled = " ".join(urdu_of_token().get(token, "") for token in name.lower().replace("-", " ").split())
    return " ".join(spelled.split()).replace("عبدال ", "عبدال").replace(" ال ", " ال")


@lru_cache
def table() -> NameTable:
    """The names, ready to draw from."""
    library, common = _library(), read_yaml("common_names.yaml")
    men, women = _ranked(library["male"], common["men"]), _ranked(library["female"], common["women"])
    clans = _ranked(library["last"], common["clans"])
    single = list(dict.fromkeys([*men, *women, *clans, *_WOMEN_STYLES]))
    number = {name: place for place, name in enumerate(single)}
    given: list[str] = []
    base: list[int] = []
    odds: list[npt.NDArray[np.float64]] = []
    for names, patterns in ((men, _MEN_PATTERNS), (women, _WOMEN_PATTERNS)):
        weights = []
        for pattern, share in patterns:
            fixed = pattern.replace("{}", "").strip()
            for name, weight in zip(names, _zipf(len(names)), strict=True):
                if name == fixed:
                    continue
                given.append(pattern.format(name))
                base.append(number[name])
                weights.append(weight * share)
        odds.append(np.cumsum(weights) / np.sum(weights))
    return NameTable(
        given=pa.array(given),
        given_ur=pa.array([to_urdu(name) for name in given]),
        base=np.array(base, dtype=np.int64),
        single=pa.array(single),
        single_ur=pa.array([to_urdu(name) for name in single]),
        men=len(odds[0]),
        men_odds=odds[0],
        women_odds=odds[1],
        clans=np.array([number[name] for name in clans], dtype=np.int64),
        clan_odds=np.cumsum(_zipf(len(clans))),
        styles=np.array([number[name] for name in _WOMEN_STYLES], dtype=np.int64),
    )


_COMMON: Final = "common spelling, by hand"


@lru_cache
def spelling_variants(
    *, held_back: bool | None = None, attested_by: float = 0
) -> dict[str, tuple[list[str], npt.NDArray[np.float64]]]:
    """Token (lower case) → its attested other spellings and the odds of each (by how many wrote it so).

    `held_back` picks a half of the list: True the spellings nobody may tune a matcher on, False the others, None all.
    `attested_by`: spellings that so many wrote, at least; those put in by hand as common are always in.
    """
    found: dict[str, tuple[list[str], list[float]]] = {}
    for row in read_csv("name_variants.csv"):
        known = float(row["weight"]) >= attested_by or row["source"] == _COMMON
        if known and (held_back is None or (row["held_back"] == "yes") == held_back):
            spellings, weights = found.setdefault(row["name"], ([], []))
            spellings.append(row["variant"])
            weights.append(float(row["weight"]))
    return {name: (spellings, np.cumsum(w) / np.sum(w)) for name, (spellings, w) in found.items()}


def is_held_back(spelling: str) -> bool:
    """Whether a Roman spelling belongs to the half kept for measuring: a rule of the spelling alone.

    Who tunes on another list (Dakshina) leaves the same spellings out by the same rule, without seeing ours.
    """
    return hashlib.blake2b(spelling.lower().encode(), digest_size=1).digest()[0] % 2 == 0
