"""The reference an instruction carries at the bank: its number, spelt so that a stranger's reference is not taken for it.

``MZ`` + twelve digits + one Damm check digit. It is the instruction's idempotency key: a bank pays one reference once.
"""

from __future__ import annotations

import re
from typing import Final

from stdnum import damm

_REFERENCE: Final = re.compile(r"MZ([0-9]{12})([0-9])")


def reference_of(instruction_id: int) -> str:
    """``MZ0000000000174`` for instruction 17."""
    digits = f"{instruction_id:012d}"
    return f"MZ{digits}{damm.calc_check_digit(digits)}"


def find_instruction_id(reference: str) -> int | None:
    """The number in a reference of ours, or ``None`` for anything else."""
    match = _REFERENCE.fullmatch(reference)
    if match is None or not damm.is_valid(match[1] + match[2]):
        return None
    return int(match[1])
