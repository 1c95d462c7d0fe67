"""The reference an instruction carries at the bank: its number, spelt so that a stranger's reference is not taken for it.

``MZ`` + twelve digits + one Damm check digit. It is the instruction's idempotency key: a bank pays one reference once.
Spelt and read twelve million times in a large payroll, so the check digit is looked up three digits at a time.
"""

from __future__ import annotations

import re
from typing import Final

from stdnum import damm

_REFERENCE: Final = re.compile(r"MZ([0-9]{3})([0-9]{3})([0-9]{3})([0-9]{3})([0-9])")
_HUNDREDS: Final = tuple(f"{number:03d}" for number in range(1000))


def _steps() -> tuple[dict[str, int], ...]:
    """For each interim digit: where three further digits lead. ``checksum`` of the interim digit's own representative
    continued by the three is that step, because Damm's sum of a number is the interim digit after it."""
    lead = {int(damm.checksum(str(digit))): str(digit) for digit in range(10)}
    return tuple({three: int(damm.checksum(lead[interim] + three)) for three in _HUNDREDS} for interim in range(10))


_STEPS: Final = _steps()
_FIRST: Final = {three: int(damm.checksum(three)) for three in _HUNDREDS}


def reference_of(instruction_id: int) -> str:
    """``MZ0000000000174`` for instruction 17 (below 10^12)."""
    digits = f"{instruction_id:012d}"
    check = _STEPS[_STEPS[_STEPS[_FIRST[digits[:3]]][digits[3:6]]][digits[6:9]]][digits[9:]]
    return f"MZ{digits}{check}"


def find_instruction_id(reference: str) -> int | None:
    """The number in a reference of ours, or ``None`` for anything else."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    a, b, c, d, check = match.groups()
    return int(a + b + c + d) if check == str(_STEPS[_STEPS[_STEPS[_FIRST[a]][b]][c]][d]) else None
