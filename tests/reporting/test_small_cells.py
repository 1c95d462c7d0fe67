"""Small cells: nobody is found in an open table, by looking or by subtracting."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mazdoor.delivery.reporting.suppression import SMALLEST_PUBLISHED, withheld


def test_a_count_of_nine_is_withheld_and_one_of_ten_is_not() -> None:
    assert withheld({"a": 9, "b": 10, "c": 11, "d": 8}, []) == {"a", "d"}


def test_a_count_of_nobody_is_published() -> None:
    assert withheld({"a": 0}, []) == set()


def test_a_single_withheld_cell_takes_the_next_smallest_with_it() -> None:
    assert withheld({"a": 3, "b": 400, "c": 50}, [["a", "b", "c"]]) == {"a", "c"}


def test_two_withheld_cells_of_few_people_take_a_third() -> None:
    assert withheld({"a": 3, "b": 4, "c": 50, "d": 60}, [["a", "b", "c", "d"]]) == {"a", "b", "c"}


def test_a_part_whose_rest_is_small_is_withheld() -> None:
    """97 of 100 uninsured tells that three are insured."""
    assert withheld({"a": 97, "b": 40}, [], bases={"a": 100, "b": 100}) == {"a"}


@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 3)), st.integers(0, 40), max_size=20))
def test_nothing_small_can_be_found_by_subtraction(values: dict[tuple[int, int], int]) -> None:
    rows = [[cell for cell in values if cell[0] == i] for i in range(5)]
    columns = [[cell for cell in values if cell[1] == j] for j in range(4)]
    hidden = withheld(values, [*rows, *columns])
    assert all(cell in hidden for cell, value in values.items() if 0 < value < SMALLEST_PUBLISHED)
    for group in [*rows, *columns]:
        inside = [values[cell] for cell in group if cell in hidden]
        left = [values[cell] for cell in group if cell not in hidden and values[cell] > 0]
        # What subtraction gives is the sum of the withheld: never one cell, never few people, while others could hide it.
        if inside and left:
            assert len(inside) > 1 and sum(inside) >= SMALLEST_PUBLISHED
