"""The officers of the demonstration: one for each desk, three for finance, two verifiers; four see one province only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mazdoor.access.services import acting_as_system, ensure_officer

PASSWORD: Final = "mazdoor demo 2026"  # noqa: S105 - printed on screen; the people it guards do not exist


@dataclass(frozen=True)
class Part:
    """One invented officer."""

    username: str
    full_name: str
    full_name_ur: str
    desk: str
    areas: tuple[str, ...] = ("*",)
    language: str = "en"


CAST: Final = (
    Part("registrar", "Rukhsana Parveen", "رخسانہ پروین", "registrar", ("PK6",)),
    Part("verifier", "Verda Khalid", "وردہ خالد", "verifier", ("PK6",), "ur"),
    Part("verifier2", "Waqar Ahmed", "وقار احمد", "verifier", ("PK6",)),
    Part("programme", "Parvez Iqbal", "پرویز اقبال", "programme"),
    Part("finance1", "Farah Naz", "فرح ناز", "finance"),
    Part("finance2", "Faisal Mehmood", "فیصل محمود", "finance"),
    Part("finance3", "Fozia Sultana", "فوزیہ سلطانہ", "finance"),
    Part("inspector", "Ikram Ullah", "اکرام اللہ", "inspector", ("PK7",)),
    Part("auditor", "Aneela Yousaf", "انیلہ یوسف", "auditor"),
    Part("administrator", "Adnan Mirza", "عدنان مرزا", "administrator"),
)


def ensure_cast() -> dict[str, int]:
    """The officers, made where they are not there yet: sign-in name → id."""
    ids = {}
    with acting_as_system(reason="officers of the demonstration"):
        for part in CAST:
            officer = ensure_officer(
                username=part.username,
                full_name=part.full_name,
                full_name_ur=part.full_name_ur,
                desk=part.desk,
                areas=part.areas,
                password=PASSWORD,
                language=part.language,
            )
            ids[part.username] = officer.pk
    return ids
