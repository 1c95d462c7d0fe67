"""The addresses of the interface: one view for each action of the standard.

Before a message is opened, HTTP answers as HTTP does: 401 without a good token, 403 without the scope, 413 and 415 for
bodies we do not take, 429 for too many. After that an answer has the standard's shape: an acknowledgement (``ACK`` or
``ERR``) where the real answer comes by callback, a whole envelope where it is given at once.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from mazdoor.interfaces.clients import limits
from mazdoor.interfaces.clients.refusals import NOT_ALLOWED, TOO_MANY
from mazdoor.interfaces.clients.services import acting_as_client
from mazdoor.interfaces.clients.tokens import Bearer, bearer_of
from mazdoor.interfaces.dci import exchanges, subscriptions
from mazdoor.interfaces.dci.addresses import PATHS, callback_address
from mazdoor.interfaces.dci.envelope import (
    Opened,
    Refused,
    callback_header,
    now_text,
    open_envelope,
    seal_envelope,
)
from mazdoor.interfaces.dci.messages import (
    LARGEST_BODY,
    SearchRequest,
    StatusRequest,
    SubscribeRequest,
    UnsubscribeRequest,
    shape,
)
from mazdoor.interfaces.dci.models import Exchange
from mazdoor.interfaces.dci.postings import make_posting
from mazdoor.interfaces.dci.search import answer_search
from mazdoor.interfaces.dci.statuses import status_of
from mazdoor.interfaces.documents import Malformed
from mazdoor.kernel.refusals import Refusal

_log: Final = logging.getLogger(__name__)
Answer = dict[str, Any]
Work = Callable[[Bearer, Opened], Answer]


def _door(*, action: str, scope: str, sync: str = "") -> Callable[[Work], Callable[[HttpRequest], HttpResponse]]:
    """A view around the work of one action. ``sync`` is the action of the answer, where it is given at once."""

    def wrap(work: Work) -> Callable[[HttpRequest], HttpResponse]:
        @csrf_exempt
        @login_not_required
        def view(request: HttpRequest) -> HttpResponse:
            correlation_id = str(uuid.uuid4())
            try:
                bearer = _admitted(request, scope)
                opened = open_envelope(_body(request, files=not sync), client=bearer.client, action=action)
                return _json(work(bearer, opened))
            except Malformed as error:
                no = Refused(400, "err.request.bad", str(error))
            except Refused as refused:
                no = refused
            except Refusal as refusal:  # the day's records are given out
                no = Refused(429, "err.request.too_many_requests", f"{refusal} {refusal.remedy()}")
            except Exception as error:  # noqa: BLE001 whatever breaks is told in the standard's shape, without its words
                _log.error("dci %s failed (%s)", action, type(error).__name__, exc_info=error)
                no = Refused(500, "err.service.unavailable", "something broke here; the message may be sent again")
            return _refusal(no, sync=sync, correlation_id=correlation_id)

        view.__name__ = work.__name__
        view.__doc__ = work.__doc__
        return view

    return wrap


def _admitted(request: HttpRequest, scope: str) -> Bearer:
    if request.method != "POST":
        raise Refused(405, "err.request.bad", "this address takes POST")
    try:
        bearer = bearer_of(request.headers.get("Authorization", ""))
        limits.check_rate(f"requests {bearer.client.code}", per_minute=bearer.client.requests_per_minute)
        bearer.check_may(scope)
    except Refusal as refusal:
        if refusal.kind is TOO_MANY:
            raise Refused(429, "err.request.too_many_requests", refusal.remedy()) from refusal
        if refusal.kind is NOT_ALLOWED:
            raise Refused(403, "err.request.forbidden", str(refusal)) from refusal
        raise Refused(401, "err.request.unauthorized", str(refusal)) from refusal
    return bearer


def _body(request: HttpRequest, *, files: bool) -> bytes:
    """The message: the body itself, or (where the standard allows it) a JSON file in a form's field ``fileName``."""
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError as error:
        raise Refused(400, "err.request.bad", "Content-Length is a number") from error
    if length > LARGEST_BODY:
        raise Refused(413, "err.request.bad", f"a message has at most {LARGEST_BODY} bytes")
    kind = (request.content_type or "").lower()
    if kind == "application/json":
        try:
            return request.body
        except RequestDataTooBig as error:
            raise Refused(413, "err.request.bad", f"a message has at most {LARGEST_BODY} bytes") from error
    if files and kind == "multipart/form-data":
        try:
            file = request.FILES.get("fileName")
            wanted = request.POST.get("fileFormat", "json")
        except (SuspiciousOperation, ValueError) as error:
            raise Refused(400, "err.request.bad", "the form cannot be read") from error
        if file is None or wanted.lower() != "json":
            raise Refused(400, "err.request.bad", "the field fileName holds a JSON file (fileFormat json)")
        return bytes(file.read())
    raise Refused(415, "err.request.bad", "messages are application/json")


def _json(document: Answer, status: int = 200) -> HttpResponse:
    response = JsonResponse(document, status=status, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "no-store"
    return response


def _refusal(no: Refused, *, sync: str, correlation_id: str) -> HttpResponse:
    if no.status in (401, 403, 500):  # the standard's HTTP layer errors
        response = _json({"errors": [{"code": no.error, "message": no.message}]}, no.status)
        if no.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if sync:
        header = callback_header(
            action=sync,
            receiver_id="",
            status="rjct",
            total=0,
            completed=0,
            status_reason_code=no.reason,
            status_reason_message=f"{no.error}: {no.message}"[:999],
        )
        response = _json(seal_envelope(header, None), no.status)
    else:
        response = _json(
            {
                "message": {
                    "ack_status": "ERR",
                    "timestamp": now_text(),
                    "correlation_id": correlation_id,
                    "error": {"code": no.error, "message": f"{no.reason} {no.message}".strip()[:999]},
                }
            },
            no.status,
        )
    if no.status == 405:
        response.headers["Allow"] = "POST"
    if no.status == 429:
        response.headers["Retry-After"] = "60"
    return response


def _acknowledged(correlation_id: str) -> Answer:
    return {"message": {"ack_status": "ACK", "timestamp": now_text(), "correlation_id": correlation_id}}


def _answered(bearer: Bearer, *, action: str, message: Answer, parts: list[Answer]) -> Answer:
    rejected = all(part["status"] == "rjct" for part in parts)
    header = callback_header(
        action=action,
        receiver_id=bearer.client.code,
        status="rjct" if rejected else "succ",
        total=len(parts),
        completed=len(parts),
    )
    return seal_envelope(header, message)


@contextmanager
def _answered_later(
    bearer: Bearer,
    opened: Opened,
    *,
    answer: str,
    transaction_id: str,
    reference_ids: Sequence[str] = (),
    scopes: Collection[str] = (),
    document: dict[str, Any] | None = None,
) -> Iterator[Exchange]:
    """Write a message down; inside is what is done with it at once; then its ``answer`` is put behind, to be sent where the
    sender takes it. One transaction under the areas of the system that asks."""
    header = opened.envelope.header
    address = callback_address(bearer.client, header.sender_uri, answer)
    with acting_as_client(bearer.client):
        exchange = exchanges.receive(
            bearer.client,
            message_id=header.message_id,
            action=header.action,
            transaction_id=transaction_id,
            reference_ids=reference_ids,
            scopes=scopes,
            document=document,
            callback_uri=address,
        )
        yield exchange
        make_posting(client=bearer.client, action=answer, address=address, exchange=exchange)


@_door(action="search", scope="search", sync="on-search")
def sync_search(bearer: Bearer, opened: Opened) -> Answer:
    """Search, answered at once."""
    request = shape(SearchRequest, opened.envelope.message)
    with acting_as_client(bearer.client):
        exchange = exchanges.receive(
            bearer.client,
            message_id=opened.envelope.header.message_id,
            action="search",
            transaction_id=request.transaction_id,
            reference_ids=[item.reference_id for item in request.search_request],
        )
        answers = answer_search(bearer.client, bearer.scopes, request)
        exchanges.end(exchange, exchanges.parts_of(answers))
    message = {
        "transaction_id": request.transaction_id,
        "correlation_id": exchange.correlation_id,
        "search_response": answers,
    }
    return _answered(bearer, action="on-search", message=message, parts=answers)


@_door(action="search", scope="search")
def search(bearer: Bearer, opened: Opened) -> Answer:
    """Search, answered at the sender's ``on-search``."""
    request = shape(SearchRequest, opened.envelope.message)
    with _answered_later(
        bearer,
        opened,
        answer="on-search",
        transaction_id=request.transaction_id,
        reference_ids=[item.reference_id for item in request.search_request],
        scopes=bearer.scopes,
        document=opened.envelope.message,
    ) as exchange:
        pass
    return _acknowledged(exchange.correlation_id)


@_door(action="subscribe", scope="subscribe")
def subscribe(bearer: Bearer, opened: Opened) -> Answer:
    """Subscribe; what came of it goes to the sender's ``on-subscribe``, and events to its ``notify``."""
    request = shape(SubscribeRequest, opened.envelope.message)
    notify = f"{bearer.client.callback_uri.rstrip('/')}/{PATHS['notify']}"
    with _answered_later(bearer, opened, answer="on-subscribe", transaction_id=request.transaction_id) as exchange:
        exchange.parts = subscriptions.subscribe(bearer.client, bearer.scopes, request, callback_uri=notify)
        exchange.save(update_fields=["parts"])
    return _acknowledged(exchange.correlation_id)


@_door(action="unsubscribe", scope="subscribe")
def unsubscribe(bearer: Bearer, opened: Opened) -> Answer:
    """End subscriptions; what came of it goes to the sender's ``on-unsubscribe``."""
    request = shape(UnsubscribeRequest, opened.envelope.message)
    with _answered_later(bearer, opened, answer="on-unsubscribe", transaction_id=request.transaction_id) as exchange:
        exchange.parts = subscriptions.unsubscribe(bearer.client, request)
        exchange.save(update_fields=["parts"])
    return _acknowledged(exchange.correlation_id)


@_door(action="txn-status", scope="search", sync="txn-on-status")
def sync_status(bearer: Bearer, opened: Opened) -> Answer:
    """The status of earlier requests, answered at once."""
    request = shape(StatusRequest, opened.envelope.message)
    reference = request.txnstatus_request.reference_id
    with acting_as_client(bearer.client):
        exchange = exchanges.receive(
            bearer.client,
            message_id=opened.envelope.header.message_id,
            action="txn-status",
            transaction_id=request.transaction_id,
            reference_ids=[reference],
        )
        message = status_of(bearer.client, request, correlation_id=exchange.correlation_id)
        exchanges.end(exchange, [{"reference_id": reference, "status": "succ"}])
    return _answered(
        bearer,
        action="txn-on-status",
        message=message,
        parts=message["txnstatus_response"]["txn_status"]["search_response"],
    )


@_door(action="txn-status", scope="search")
def status(bearer: Bearer, opened: Opened) -> Answer:
    """The status of earlier requests, answered at the sender's ``txn/on-status``."""
    request = shape(StatusRequest, opened.envelope.message)
    with _answered_later(
        bearer,
        opened,
        answer="txn-on-status",
        transaction_id=request.transaction_id,
        reference_ids=[request.txnstatus_request.reference_id],
        document=opened.envelope.message,
    ) as exchange:
        pass
    return _acknowledged(exchange.correlation_id)
