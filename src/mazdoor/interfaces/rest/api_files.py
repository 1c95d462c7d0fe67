"""The addresses under ``/api/v1/files``: a list of members sent as one file, its progress, its refused rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, cast

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Router, Status
from ninja.params.functions import Query

from mazdoor.delivery.registration.files.template import template_bytes
from mazdoor.interfaces.rest import filing, refusals, shapes
from mazdoor.interfaces.rest.answering import IdempotencyKey, SentKey, bearer_of, noes

CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_FILE: Final = 100_000_000
_BLOCK: Final = 1 << 20

files: Final = Router(tags=["files"])

FILE_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "minLength": 1}} for kind in (CSV, XLSX)},
    }
}


def _blocks(request: HttpRequest) -> Iterator[bytes]:
    """The body, block by block. Refuses API-001 for what is no file, API-005."""
    if (request.content_type or "").lower() not in (CSV, XLSX, "application/octet-stream"):
        raise refusals.BODY_UNREADABLE.because(problem=f"Content-Type: {CSV}")
    size = 0
    while block := request.read(_BLOCK):
        size += len(block)
        if size > LARGEST_FILE:
            raise refusals.TOO_LARGE.because(most=LARGEST_FILE)
        yield block


@files.post(
    "",
    response={200: shapes.SentFileOut, 202: shapes.SentFileOut, **noes(400, 403, 409, 413, 422)},
    openapi_extra=FILE_BODY,
    operation_id="send_file",
    summary="Send a list of people as one file",
)
def send(
    request: HttpRequest,
    idempotency_key: IdempotencyKey,
    columns: str = Query("", max_length=8_000, pattern=r"^[A-Za-z0-9_, ]*$"),
) -> Status[dict[str, Any]]:
    """Take a CSV file or a workbook, one person in each row, to be brought in behind. Headings are those of the template
    (`/files/template`); where they are not, `columns` names the question each column answers, with commas between and
    nothing for a column to leave out. The same file under the same key changes nothing and answers 200; one that was cut off
    goes on."""
    client = bearer_of(request, "registrations.write").client
    sent, new = filing.send_file(client, key=idempotency_key, blocks=_blocks(request), columns=columns)
    return Status(202 if new else 200, filing.told(client, sent))


@files.get(
    "/template",
    response={**noes(400)},
    operation_id="file_template",
    summary="The file to fill in",
)
def template(request: HttpRequest, kind: Literal["csv", "xlsx"] = "csv", language: Literal["en", "ur"] = "en") -> Any:
    """The headings of a file, in English or Urdu; the workbook with lists of answers that drop down."""
    answer = HttpResponse(template_bytes(kind, language=language), content_type=XLSX if kind == "xlsx" else CSV)
    answer["Content-Disposition"] = f'attachment; filename="mazdoor-people.{kind}"'
    return answer


@files.get(
    "/{key}",
    response={200: shapes.SentFileOut, **noes(400, 403, 404)},
    operation_id="get_file",
    summary="How far a file is, and what was found in it",
)
def one(request: HttpRequest, key: SentKey) -> dict[str, Any]:
    """How far the file sent under this key is: rows registered, here already and refused, and what was found, by column."""
    client = bearer_of(request, "registrations.read").client
    return filing.told(client, filing.find_file(client, key=key))


@files.get(
    "/{key}/refused",
    response={**noes(400, 403, 404)},
    operation_id="get_refused_rows",
    summary="The refused rows of a file, with reasons",
)
def refused(request: HttpRequest, key: SentKey) -> Any:
    """A file of the same kind with the rows that were refused, each reason in a column beside its cell, in both languages. Mend
    the cells and send it under a key of its own; the columns of reasons are read over. Kept for thirty days."""
    client = bearer_of(request, "registrations.read").client
    path = filing.refused_rows(client, filing.find_file(client, key=key))
    kind = XLSX if path.suffix == ".xlsx" else CSV
    return cast(HttpResponse, FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=kind))


def say_files(paths: dict[str, Any]) -> None:
    """Write into the OpenAPI document what Ninja cannot: which answers are files."""
    for path in ("/api/v1/files/template", "/api/v1/files/{key}/refused"):
        paths[path]["get"]["responses"][200] = {
            "description": "The file",
            "content": {kind: {"schema": {"type": "string"}} for kind in (CSV, XLSX)},
        }
