"""What the sandbox's registers share: a batch of records in, an answer to each, under one transaction number.

Two things can go wrong with an answer besides what can happen to any request: ``answer.twice`` and ``answer.missing``.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from typing import Any

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from mazdoor.sandbox.frame import Service, answer_json, read_json

LARGEST_BATCH = 20_000
HAPPENINGS = ("answer.twice", "answer.missing")


def answer_each(
    service: Service, request: Request, answer: Callable[[sqlite3.Connection, dict[str, Any]], dict[str, Any]]
) -> Response:
    """An answer to each record of the request, some twice or not at all where that is the plan."""
    records = read_json(request).get("records")
    if not isinstance(records, list) or len(records) > LARGEST_BATCH:
        raise BadRequest(f"records is a list of at most {LARGEST_BATCH}")
    answers: list[dict[str, Any]] = []
    with service.books.writing() as db:
        for record in records:
            if not isinstance(record, dict) or not record.get("reference"):
                continue
            reference = str(record["reference"])
            if service.faults.chosen(db, "answer.missing", reference):
                continue
            given = {"reference": reference, **answer(db, record)}
            answers += [given] * (2 if service.faults.chosen(db, "answer.twice", reference) else 1)
    return answer_json({"transaction": f"T{secrets.token_hex(6)}", "answers": answers})
