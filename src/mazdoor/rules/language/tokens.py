"""Text of a formula → tokens. Written by hand: what it does not know, it refuses with the place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mazdoor.rules.problems import Mistake

KEYWORDS: Final = frozenset(
    {
        "and",
        "or",
        "not",
        "if",
        "then",
        "else",
        "in",
        "is",
        "unknown",
        "known",
        "true",
        "false",
        "over",
        "where",
        "at",
        "per",
        "by",
        "to",
    }
)

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
      | (?P<date>\d{4}-\d{2}-\d{2})
      | (?P<number>\d[\d_]*(?:\.\d+)?)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>"[^"\n]*")
      | (?P<sign><=|>=|<>|!=|==|[-+*/%=<>(),.\[\]:])
    """,
    re.VERBOSE,
)

LONGEST_FORMULA: Final = 10_000
"""Characters of the longest formula: beyond it a formula belongs into named definitions."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign. ``kind``: number, date, name, keyword, text, sign or end."""

    kind: str
    text: str
    offset: int


_INSTEAD: Final = {
    "==": 'equality is written with one sign: "="',
    "!=": 'inequality is written "<>"',
    "&": 'write "and"',
    "|": 'write "or"',
    "!": 'write "not"',
    "'": 'text stands in double quotes: "head"',
    "^": "there are no powers; multiply",
    ";": "one formula has one value; give other values a name of their own under definitions",
}


def tokenize(text: str) -> list[Token]:
    """The tokens of ``text``, ending with one of kind ``end``. Raises :class:`Mistake` with the place."""
    if len(text) > LONGEST_FORMULA:
        raise Mistake(
            "formula-too-long",
            f"a formula has at most {LONGEST_FORMULA:,} characters",
            repair="give its parts names under definitions",
        )
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            sign = text[position]
            raise Mistake(
                "unknown-sign", f"the sign {sign!r} has no meaning here", offset=position, repair=_INSTEAD.get(sign, "")
            )
        kind, word = str(match.lastgroup), match.group()
        if kind == "sign" and word in ("==", "!="):
            raise Mistake(
                "unknown-sign", f"the sign {word!r} has no meaning here", offset=position, repair=_INSTEAD[word]
            )
        if kind == "name" and word in KEYWORDS:
            kind = "keyword"
        if kind != "space":
            tokens.append(Token(kind, word, position))
        position = match.end()
    tokens.append(Token("end", "", len(text)))
    return tokens
