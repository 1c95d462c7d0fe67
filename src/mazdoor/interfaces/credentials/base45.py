"""Base45 (RFC 9285): bytes in the 45 characters that a QR code packs most tightly."""

from __future__ import annotations

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE: Final = {letter: value for value, letter in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Two bytes become three letters, a last single byte two; the least telling letter first."""
    out: list[str] = []
    for start in range(0, len(data) - 1, 2):
        rest, first = divmod(data[start] * 256 + data[start + 1], 45)
        third, second = divmod(rest, 45)
        out += (ALPHABET[first], ALPHABET[second], ALPHABET[third])
    if len(data) % 2:
        second, first = divmod(data[-1], 45)
        out += (ALPHABET[first], ALPHABET[second])
    return "".join(out)


def decode(text: str) -> bytes:
    """Back to bytes. Raises ``ValueError`` for what no bytes are written as."""
    try:
        values = [_VALUE[letter] for letter in text]
    except KeyError as strange:
        raise ValueError("a letter that Base45 does not have") from strange
    if len(values) % 3 == 1:
        raise ValueError("Base45 text is cut off")
    out = bytearray()
    for start in range(0, len(values), 3):
        group = values[start : start + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        if number >= 256 ** (len(group) - 1):
            raise ValueError("letters beyond what their bytes can hold")
        out += number.to_bytes(len(group) - 1, "big")
    return bytes(out)
