"""Do the Urdu and the Roman spellings of one name meet? Measured on words that nobody looked at while the rules were made.

``python -m benchmarks.names`` reads the Dakshina lexicon of Urdu words and their romanisations (Google, CC BY-SA 4.0) and lists
of names from the folder named by MAZDOOR_DATA (``dakshina-urdu`` and ``names`` in it; by default ``../shared/data`` beside the
repository), measures the half that is held back, and writes ``docs/quality/names.md``. ``--open`` measures the other half and
prints what does not meet: that half may be looked at while a rule is changed. Nothing of the lexicon is copied here.

Held back: every Urdu word whose hash is even, with all its spellings. While rules are made, Roman spellings of an even hash
are left out as well, because the synthetic registers are measured with those (`mazdoor.synth.names.is_held_back`).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from text_unidecode import unidecode

from mazdoor.kernel.names import fold_roman, normalise_urdu, word_sound
from mazdoor.matching.similarity import jaro_winkler
from mazdoor.synth.names import is_held_back

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "quality" / "names.md"
CANDIDATES = 300
"""Urdu words among which the right one is looked for, for each Roman spelling."""
ASKED = 400
"""Roman spellings ranked for each kind; drawn once, by a fixed seed."""

Lexicon = Mapping[str, Mapping[str, int]]
Skeleton = Callable[[str], str]


def folder() -> Path | None:
    """Where the published data lies, or None where it is not at hand."""
    named = os.environ.get("MAZDOOR_DATA")
    found = Path(named) if named else ROOT.parent / "shared" / "data"
    return found if (found / "dakshina-urdu").is_dir() and (found / "names").is_dir() else None


def read_lexicon(data: Path, *, held_back: bool) -> dict[str, dict[str, int]]:
    """Urdu word → Roman spelling → how many wrote it so, for one half of the words."""
    words: dict[str, dict[str, int]] = defaultdict(dict)
    for path in sorted((data / "dakshina-urdu").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            urdu, roman, count = line.split("\t")
            if _is_even(urdu) == held_back:
                spelling = roman.lower()
                words[urdu][spelling] = words[urdu].get(spelling, 0) + int(count)
    return dict(words)


def _is_even(word: str) -> bool:
    return hashlib.blake2b(word.encode(), digest_size=1).digest()[0] % 2 == 0


def read_names(data: Path) -> set[str]:
    """Roman names of Pakistan, lower case."""
    found: set[str] = set()
    for path in sorted((data / "names").glob("*.csv")):
        found.update(line.split(",")[0].strip().lower() for line in path.read_text(encoding="utf-8").splitlines()[1:])
    return found


# --- ways to compare -------------------------------------------------------------------------------------------------


def ours(text: str) -> str:
    """The skeleton of `mazdoor.kernel.names`, for a word of either script."""
    return word_sound(normalise_urdu(text) if text[:1] > "\u0600" else fold_roman(text).replace(" ", ""))


def _letters(text: str) -> str:
    return "".join(letter for letter in unidecode(text).lower() if "a" <= letter <= "z")


_SOUNDEX = {
    **dict.fromkeys("bfpv", "1"), **dict.fromkeys("cgjkqsxz", "2"), **dict.fromkeys("dt", "3"), "l": "4",
    **dict.fromkeys("mn", "5"), "r": "6",
}  # fmt: skip


def soundex(text: str) -> str:
    """American Soundex (US census) of the plain transliteration: what most registers use."""
    letters = _letters(text)
    if not letters:
        return ""
    code, before = letters[0], _SOUNDEX.get(letters[0], "")
    for letter in letters[1:]:
        digit = _SOUNDEX.get(letter, "")
        if digit and digit != before:
            code += digit
        if letter not in "hw":
            before = digit
    return (code + "000")[:4]


def consonants(text: str) -> str:
    """The consonants of the plain transliteration, each run once: Soundex that tells them apart."""
    kept = "".join(letter for letter in _letters(text) if letter not in "aeiouwyh'")
    return "".join(letter for place, letter in enumerate(kept) if not place or kept[place - 1] != letter)


WAYS: Mapping[str, Skeleton] = {
    "`kernel.names`": ours,
    "transliteration + Soundex": soundex,
    "transliteration + consonants": consonants,
    "transliteration alone": _letters,
}


@dataclass(frozen=True, slots=True)
class Met:
    """How often the spellings of one word meet, and those of two words do. Shares of 1."""

    words: int
    spellings: int
    meet: float
    meet_weighted: float
    false: float


def measure(lexicon: Lexicon, skeleton: Skeleton) -> Met:
    """Share of Roman spellings that meet their Urdu word, and of pairs of a spelling with another word that meet."""
    of_urdu = {urdu: skeleton(urdu) for urdu in lexicon}
    urdu_count, roman_count = Counter(of_urdu.values()), Counter[str]()
    total = hits = weight = weight_hit = 0
    for urdu, spellings in lexicon.items():
        for roman, count in spellings.items():
            sound = skeleton(roman)
            roman_count[sound] += 1
            total, weight = total + 1, weight + count
            if sound and sound == of_urdu[urdu]:
                hits, weight_hit = hits + 1, weight_hit + count
    meetings = sum(count * roman_count[sound] for sound, count in urdu_count.items() if sound) - hits
    return Met(len(lexicon), total, hits / total, weight_hit / weight, meetings / (total * (len(lexicon) - 1)))


def rank(lexicon: Lexicon, likeness: Callable[[str, str], float], *, seed: int = 1) -> tuple[float, float]:
    """Share of Roman spellings whose own word comes first among `CANDIDATES` Urdu words, and the mean of 1 / rank.

    Words that come out equally like share the worst place among them.
    """
    dice = random.Random(seed)
    words = sorted(lexicon)
    asked = dice.sample([(roman, urdu) for urdu in words for roman in sorted(lexicon[urdu])], min(ASKED, len(words)))
    first = reciprocal = 0.0
    for roman, urdu in asked:
        others = [word for word in dice.sample(words, min(CANDIDATES, len(words))) if word != urdu]
        own = likeness(roman, urdu)
        place = 1 + sum(likeness(roman, other) >= own for other in others)
        first += place == 1
        reciprocal += 1 / place
    return first / len(asked), reciprocal / len(asked)


def _by(skeleton: Skeleton) -> Callable[[str, str], float]:
    return lambda roman, urdu: jaro_winkler(skeleton(roman), skeleton(urdu))


def _ours_ranked(roman: str, urdu: str) -> float:
    """Likeness as linkage sees it: the skeletons, and among equal ones the letters."""
    return jaro_winkler(ours(roman), ours(urdu)) + 0.1 * jaro_winkler(_letters(roman), _letters(urdu))


RANKED: Mapping[str, Callable[[str, str], float]] = {
    "`kernel.names` (skeleton, then letters)": _ours_ranked,
    "`kernel.names` skeleton alone": _by(ours),
    "transliteration + Jaro-Winkler": _by(_letters),
    "transliteration + Soundex": _by(soundex),
}


def split_by_kind(lexicon: Lexicon, names: set[str]) -> dict[str, Lexicon]:
    """Names (a spelling that two or more wrote stands in a list of names) and common words."""
    is_name = {
        urdu: any(roman in names and count > 1 for roman, count in rows.items()) for urdu, rows in lexicon.items()
    }
    return {
        "names": {urdu: rows for urdu, rows in lexicon.items() if is_name[urdu]},
        "common words": {urdu: rows for urdu, rows in lexicon.items() if not is_name[urdu]},
    }


def page(kinds: Mapping[str, Lexicon]) -> str:
    """The page of figures."""
    began = time.process_time()
    lines = [
        "# Names in two scripts: how often spellings meet",
        "",
        "Written by `python -m benchmarks.names`; do not edit. Figures are of the half of the Dakshina lexicon (Urdu words with "
        "romanisations by annotators, Google, CC BY-SA 4.0) that was held back by the hash of the Urdu word: no rule was made or "
        "changed after a look at it. A word counts as a name if a spelling that two or more annotators wrote stands in one of two "
        "lists of Pakistani names; both kinds hold noise (English words, inflected forms, slips of annotators).",
        "",
        "## Skeletons that are equal",
        "",
        "*meet*: Roman spellings whose skeleton is their Urdu word's; *by writers*: each counted as often as it was written; "
        "*false meets*: pairs of a Roman spelling and another Urdu word of the same kind whose skeletons are equal, in a million "
        "(Urdu homophones are among them).",
        "",
        "| kind | words | spellings | way | meet | by writers | false meets in a million |",
        "|---|---:|---:|---|---:|---:|---:|",
    ]
    for kind, lexicon in kinds.items():
        for way, skeleton in WAYS.items():
            met = measure(lexicon, skeleton)
            lines.append(
                f"| {kind} | {met.words:,} | {met.spellings:,} | {way} | {met.meet:.1%} | {met.meet_weighted:.1%} "
                f"| {met.false * 1e6:,.0f} |"
            )
    lines += [
        "",
        "## The right word among others",
        "",
        f"{ASKED} Roman spellings of each kind, each among {CANDIDATES} Urdu words of its kind; words that come out equal share "
        "the worst place.",
        "",
        "| kind | way | first | mean of 1/rank |",
        "|---|---|---:|---:|",
    ]
    for kind, lexicon in kinds.items():
        for way, likeness in RANKED.items():
            first, reciprocal = rank(lexicon, likeness)
            lines.append(f"| {kind} | {way} | {first:.1%} | {reciprocal:.3f} |")
    lines += [
        "",
        "## What this is worth",
        "",
        "- How much of the lexicon was seen when the oldest rules were made is not recorded; the rules added with this page looked "
        "at the open half only. The figures may be a little kind to the oldest rules.",
        "- Metaphone was left out as a baseline: it is made for English, and no package of it is among our dependencies. Soundex "
        "stands for its kind.",
        "- Annotators wrote single words without context. Names on papers come with titles, in compounds and with slips of the "
        "pen: `deduplication.md` measures those.",
        "",
        f"Python {platform.python_version()}; {time.process_time() - began:.0f} s of processor.",
        "",
    ]
    return "\n".join(lines)


def show_open(kinds: Mapping[str, Lexicon]) -> None:
    """Print figures of the open half, and spellings that do not meet, commonest first."""
    for kind, lexicon in kinds.items():
        met = measure(lexicon, ours)
        print(
            f"{kind}: {met.meet:.4f} meet, {met.meet_weighted:.4f} by writers, {met.false * 1e6:,.0f} false in a million"
        )
        missed = Counter(
            {
                (urdu, roman): count
                for urdu, spellings in lexicon.items()
                for roman, count in spellings.items()
                if ours(urdu) != ours(roman) and not is_held_back(roman)
            }
        )
        for (urdu, roman), count in missed.most_common(60):
            print(f"  {urdu} {roman} {ours(urdu)} {ours(roman)} ({count})")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the page; 0, also where there is nothing to measure on."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.names", description=__doc__)
    parser.add_argument(
        "--open", action="store_true", help="measure the half that may be looked at, and show what fails"
    )
    parser.add_argument("--out", type=Path, default=PAGE, help="page to write")
    options = parser.parse_args(arguments)
    data = folder()
    if data is None:
        print(
            "skipped: no folder with dakshina-urdu and names in it; name one with MAZDOOR_DATA "
            "(Dakshina v1.0 is published by Google Research)",
            file=sys.stderr,
        )
        return 0
    kinds = split_by_kind(read_lexicon(data, held_back=not options.open), read_names(data))
    if options.open:
        show_open(kinds)
        return 0
    options.out.parent.mkdir(parents=True, exist_ok=True)
    text = page(kinds)
    options.out.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
