"""JSON bodies of other systems, read once and strictly: what a table could not hold does not get in."""

from __future__ import annotations

import json
from typing import Any


class Malformed(Exception):
    """A message that is not one. ``str()`` names the place of the first fault, never what stood there."""


def read_document(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises :class:`Malformed`; nothing that a table could not hold gets through."""

    def no_constant(_: str) -> Any:
        raise ValueError("NaN and infinities are not JSON")

    try:
        document = json.loads(body.decode("utf-8"), parse_constant=no_constant)
        again = json.dumps(document, ensure_ascii=False, allow_nan=False)  # 1e999 is an infinity too
        again.encode("utf-8")
    except (ValueError, RecursionError) as error:  # UnicodeError is a ValueError
        raise Malformed("the body is not JSON in UTF-8") from error
    if not isinstance(document, dict):
        raise Malformed("the body is not a JSON object")
    if "\\u0000" in again:
        raise Malformed("the body holds a NUL character")
    return document
