"""What every address under ``/api/v1`` shares: who asks, and the refusals its document names."""

from __future__ import annotations

from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja.params.functions import Header, Path

from mazdoor.interfaces.clients.tokens import Bearer
from mazdoor.interfaces.rest import shapes
from mazdoor.interfaces.rest.submitting import KEY_PATTERN

IdempotencyKey = Annotated[str, Header(..., alias="Idempotency-Key", pattern=KEY_PATTERN)]
"""The sender's own name for what they send."""
SentKey = Annotated[str, Path(..., pattern=KEY_PATTERN)]
"""The key under which something was sent before, in the address."""
_NOES: Final = dict.fromkeys((400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500), shapes.ProblemDocument)


def noes(*codes: int) -> dict[Any, Any]:
    """The refusals an address may answer with, besides those of all addresses."""
    return {code: _NOES[code] for code in (401, 429, 500, *codes)}


def bearer_of(request: HttpRequest, scope: str) -> Bearer:
    """Who asks, held against a scope. Refuses SYS-… where it was not given."""
    bearer = getattr(request, "auth", None)
    assert isinstance(bearer, Bearer)
    bearer.check_may(scope)
    return bearer
