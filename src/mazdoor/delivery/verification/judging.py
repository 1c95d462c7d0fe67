"""Whether a difference that a service reports is one: the spelling of a name is forgiven, nothing else is.

An authority compares letters, and a name that was dictated has as many spellings as clerks. Where it tells what it holds,
both are compared again by how they sound, in either script; a match found that way says so in its evidence.
"""

from __future__ import annotations

from typing import Final

from mazdoor.delivery.verification.ports import Claim, IdentityAnswer
from mazdoor.kernel.names import Name, analyse_name, is_urdu
from mazdoor.matching.similarity import jaro_winkler

ALIKE: Final = 0.92
"""How alike two folded spellings (or, across scripts, two sounds) must be where they are not the same: Jaro-Winkler."""


def names_agree(claimed: str, held: str) -> bool:
    """Whether two written names may be one person's: same sounds in any order, one a part of the other, or nearly the
    same letters. A name that either side lacks proves nothing, and agrees with nothing."""
    first, second = (analyse_name(name) for name in (claimed, held))
    if not first.sound or not second.sound:
        return False
    if first.sound == second.sound or _is_part(first, second) or _is_part(second, first):
        return True
    if is_urdu(claimed) != is_urdu(held):  # letters of two scripts cannot be compared, sounds can
        return jaro_winkler(first.sound, second.sound) >= ALIKE
    return jaro_winkler(first.text, second.text) >= ALIKE


def _is_part(shorter: Name, longer: Name) -> bool:
    """A surname left off: every telling part of the one is in the other, and the first is the same."""
    return shorter.head == longer.head and set(shorter.sound.split()) <= set(longer.sound.split())


def judge(claim: Claim, answer: IdentityAnswer) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """(outcome, fields that differ, fields whose spelling was forgiven) of an answer, the spelling of names forgiven.

    Only a record that differs in nothing else becomes a match; one the authority does not hold stays as it is.
    """
    if answer.outcome != "no_match" or not answer.held:
        return answer.outcome, answer.differs, ()
    forgiven = tuple(
        field
        for field, claims in (
            ("name", (claim.name, claim.name_ur)),
            ("father_name", (claim.father_name, claim.father_name_ur)),
        )
        if field in answer.differs
        and any(
            claimed and held and names_agree(claimed, held)
            for claimed in claims
            for held in (answer.held.get(field, ""), answer.held.get(f"{field}_ur", ""))
        )
    )
    rest = tuple(field for field in answer.differs if field not in forgiven)
    if rest:
        return "no_match", rest, forgiven
    return ("deceased" if answer.held.get("died_on") else "match"), (), forgiven
