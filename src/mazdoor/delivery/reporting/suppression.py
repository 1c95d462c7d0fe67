"""Withholding small cells from open data, so that nobody is found in a table.

A count of 1 to 9 is withheld; so is a part whose rest would be 1 to 9 (of a base it is published beside). One withheld
cell in a group whose sum is published could be found by subtraction, so a second one, the smallest left, goes with it.
That is repeated over all groups until nothing can be found that way.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Final, TypeVar

Cell = TypeVar("Cell", bound=Hashable)

SMALLEST_PUBLISHED: Final = 10


def is_small(value: int) -> bool:
    """Whether a count is of so few people that they could be known."""
    return 0 < value < SMALLEST_PUBLISHED


def withheld(
    values: Mapping[Cell, int],
    groups: Sequence[Sequence[Cell]],
    *,
    bases: Mapping[Cell, int] | None = None,
    already: Collection[Cell] = (),
) -> set[Cell]:
    """The cells to withhold.

    ``groups`` lists cells whose sum is published elsewhere; ``bases`` gives a cell the count it is a part of;
    ``already`` are cells withheld for another reason.
    """
    bases = bases or {}
    hidden = {
        cell
        for cell, value in values.items()
        if cell in already or is_small(value) or is_small(bases.get(cell, value) - value)
    }
    changed = True
    while changed:
        changed = False
        for group in groups:
            inside = [cell for cell in group if cell in hidden]
            if not inside or (len(inside) > 1 and not is_small(sum(values[cell] for cell in inside))):
                continue
            left = [cell for cell in group if cell in values and cell not in hidden and values[cell] > 0]
            if left:
                hidden.add(min(left, key=lambda cell: (values[cell], str(cell))))
                changed = True
    return hidden
