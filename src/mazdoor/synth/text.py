"""Text made in bulk: numbers as digits, joined names, one slip of the finger per word. No Python loop over rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# The keys beside each letter on a typewriter keyboard: what a hurried hand strikes instead.
_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "kp", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "xs",
}  # fmt: skip


def digits(values: Ints, width: int) -> npt.NDArray[np.uint8]:
    """Each value as `width` decimal digits (uint8 of 0 to 9), most significant first. Values must fit."""
    out = np.empty((len(values), width), dtype=np.uint8)
    rest = values.copy()
    for place in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        out[:, place] = digit
    return out


def from_digits(matrix: npt.NDArray[np.uint8], *, missing: Bools | None = None) -> pa.Array:
    """Rows of digits as text of fixed width; null where `missing`."""
    rows, width = matrix.shape
    data = np.ascontiguousarray(matrix + np.uint8(48)).tobytes()
    offsets = np.arange(rows + 1, dtype=np.int32) * width
    mask = None if missing is None else pa.array(~missing).buffers()[1]
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data), mask)


def take(table: pa.Array, indices: Ints, *, missing: Bools | None = None) -> pa.Array:
    """`table[indices]`, null where `missing` (those indices are not read)."""
    return table.take(pa.array(indices if missing is None else np.where(missing, 0, indices), mask=missing))


def join(parts: Sequence[Any], separator: str = " ") -> pa.Array:
    """Columns joined row by row; nulls are left out."""
    return pc.binary_join_element_wise(*parts, separator, null_handling="skip")


def misspell(rng: np.random.Generator, words: pa.Array, chosen: Bools, *, spare_first: bool = True) -> pa.Array:
    """One slip (delete, swap with the next, replace by a neighbouring key, double) in each chosen word of ≥ 4 letters.

    The first letter is spared, as in most transcription errors, unless `spare_first` is false. Words are ASCII of at
    most 47 letters.
    """
    text = pc.fill_null(words, "")
    raw = np.array(text.to_pylist(), dtype="S48")
    matrix = raw.view(np.uint8).reshape(len(raw), 48)
    length = (matrix != 0).sum(axis=1)
    able = chosen & (length >= 4)
    rows = np.flatnonzero(able)
    if not len(rows):
        return words
    size = length[rows]
    first = 1 if spare_first else 0
    position = first + (rng.random(len(rows)) * (size - 1 - first)).astype(np.int64)
    kind = rng.integers(0, 4, len(rows))
    column = np.arange(48)[None, :]
    at = position[:, None]
    source = np.broadcast_to(column, (len(rows), 48)).copy()
    same = matrix[rows, position] == matrix[rows, position + 1]
    kind = np.where((kind == 1) & same, 0, kind)  # swapping two equal letters would change nothing
    swap = (kind == 1)[:, None]
    source = np.where((kind == 0)[:, None] & (column >= at), column + 1, source)
    source = np.where(swap & (column == at), at + 1, np.where(swap & (column == at + 1), at, source))
    source = np.where((kind == 3)[:, None] & (column > at), column - 1, source)
    padded = np.concatenate([matrix[rows], np.zeros((len(rows), 1), dtype=np.uint8)], axis=1)
    changed = np.take_along_axis(padded, np.minimum(source, 48), axis=1)
    changed[:, 47] = 0
    replace = np.flatnonzero(kind == 2)
    changed[replace, position[replace]] = _NEIGHBOUR[
        changed[replace, position[replace]], rng.integers(0, 2, len(replace))
    ]
    matrix = matrix.copy()
    matrix[rows] = changed
    return pa.array(
        np.ascontiguousarray(matrix).view("S48").ravel().astype(str),
        type=pa.utf8(),
        mask=words.is_null().to_numpy(zero_copy_only=False),
    )


def _neighbour_table() -> npt.NDArray[np.uint8]:
    table = np.tile(np.arange(256, dtype=np.uint8)[:, None], (1, 2))
    for letter, keys in _NEIGHBOURS.items():
        for case in (str.lower, str.upper):
            table[ord(case(letter))] = [ord(case(keys[0])), ord(case(keys[-1]))]
    return table


_NEIGHBOUR = _neighbour_table()
