"""What a posting says, composed at the moment it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from mazdoor.interfaces.clients.services import acting_as_client
from mazdoor.interfaces.dci import codes, exchanges
from mazdoor.interfaces.dci.envelope import callback_header, now_text, seal_envelope
from mazdoor.interfaces.dci.messages import SearchRequest, StatusRequest, shape
from mazdoor.interfaces.dci.models import Notice, Posting, Subscription
from mazdoor.interfaces.dci.search import answer_search, entity_of, shape_records
from mazdoor.interfaces.dci.states import NoticeState
from mazdoor.interfaces.dci.statuses import status_of
from mazdoor.interfaces.dci.subscriptions import info
from mazdoor.journal.services import record


@dataclass(frozen=True, slots=True)
class Composed:
    """A signed message, and what is kept of the exchange once it is delivered."""

    envelope: dict[str, Any]
    parts: list[dict[str, Any]] = field(default_factory=list)


def compose(posting: Posting) -> Composed | None:
    """The message of a posting; None where nothing may be told any more."""
    return _COMPOSERS[posting.action](posting)


def sent(posting: Posting, composed: Composed) -> None:
    """Note that the exchange a posting answers is over."""
    if posting.exchange is not None:
        exchanges.end(posting.exchange, composed.parts or posting.exchange.parts)


def _wrapped(posting: Posting, message: dict[str, Any], *, parts: list[dict[str, Any]]) -> Composed:
    rejected = bool(parts) and all(part.get("status") == "rjct" for part in parts)
    header = callback_header(
        action=posting.action,
        receiver_id=posting.client.code,
        status="rjct" if rejected else "succ",
        total=len(parts),
        completed=len(parts),
        message_id=posting.message_id,
    )
    return Composed(seal_envelope(header, message), parts)


def _on_search(posting: Posting) -> Composed | None:
    exchange = posting.exchange
    assert exchange is not None
    request = shape(SearchRequest, exchanges.request_of(exchange))
    answers = answer_search(posting.client, exchange.scopes, request)
    message = {
        "transaction_id": exchange.transaction_id,
        "correlation_id": exchange.correlation_id,
        "search_response": answers,
    }
    return _wrapped(posting, message, parts=exchanges.parts_of(answers))


def _on_subscribe(posting: Posting) -> Composed | None:
    exchange = posting.exchange
    assert exchange is not None
    found = {
        each.code: each
        for each in Subscription.objects.filter(code__in=[part["code"] for part in exchange.parts if "code" in part])
    }
    answers = [
        {name: value for name, value in part.items() if name != "code"}
        | ({"subscriptions": [info(found[part["code"]])]} if part.get("code") in found else {})
        for part in exchange.parts
    ]
    message = {
        "transaction_id": exchange.transaction_id,
        "correlation_id": exchange.correlation_id,
        "subscribe_response": answers,
    }
    return _wrapped(posting, message, parts=exchange.parts)


def _on_unsubscribe(posting: Posting) -> Composed | None:
    exchange = posting.exchange
    assert exchange is not None
    refused = [part for part in exchange.parts if part["status"] == "rjct"]
    ended = [part for part in exchange.parts if part["status"] != "rjct"]
    gone = [part for part in refused if part["status_reason_code"] == "rjct.event.already_unsubscribed"]
    message: dict[str, Any] = {
        "transaction_id": exchange.transaction_id,
        "correlation_id": exchange.correlation_id,
        "timestamp": now_text(),
        "status": "succ" if ended else "rjct",
        "subscription_status": [{"code": part["reference_id"], "status": "unsubscribe"} for part in (*ended, *gone)],
    }
    if refused:
        message["status_reason_code"] = refused[0]["status_reason_code"]
        message["status_reason_message"] = f"{len(refused)} of {len(exchange.parts)} codes were not ended"
    return _wrapped(posting, message, parts=exchange.parts)


def _on_status(posting: Posting) -> Composed | None:
    exchange = posting.exchange
    assert exchange is not None
    request = shape(StatusRequest, exchanges.request_of(exchange))
    message = status_of(posting.client, request, correlation_id=exchange.correlation_id)
    parts = [{"reference_id": request.txnstatus_request.reference_id, "timestamp": now_text(), "status": "succ"}]
    return _wrapped(posting, message, parts=parts)


def _notify(posting: Posting) -> Composed | None:
    """Events of one subscription. Whoever may not be told of any more is left out; where nobody is left, nothing is sent."""
    subscription = posting.subscription
    assert subscription is not None
    client = posting.client
    if "subscribe" not in client.scopes or subscription.purpose not in client.purposes:
        return None
    scopes = set(subscription.scopes) & set(client.scopes)
    entity = entity_of(None, subscription.record_type)
    events, withheld = [], []
    with acting_as_client(client, purpose=subscription.purpose):
        notices = list(Notice.objects.filter(posting=posting, state=NoticeState.TAKEN).order_by("pk"))
        for notice in notices:
            number = notice.household_id if entity == "Group" else notice.person_id
            shown = shape_records(entity, [number] if number else [], may=scopes.__contains__)
            if not shown:
                withheld.append(notice.pk)
                continue
            events.append(_event(subscription, notice, entity, shown[0]))
        record(
            act="dci.notice.composed",
            subject=f"subscription:{subscription.pk}",
            details={"client": client.code, "event": subscription.event, "withheld": len(withheld)},
            count=len(events),
        )
    Notice.objects.filter(pk__in=withheld).update(state=NoticeState.WITHHELD)
    if not events:
        return None
    message = {"transaction_id": subscription.transaction_id, "notify_event": events}
    return _wrapped(posting, message, parts=[{"status": "succ"} for _ in events])


def _event(subscription: Subscription, notice: Notice, entity: str, shown: dict[str, Any]) -> dict[str, Any]:
    data = {
        "version": codes.VERSION,
        "reg_type": codes.REGISTRY_TYPE,
        "reg_record_type": entity,
        "reg_records": shown,
    }
    if subscription.event != "UPDATE":  # the standard's list of events in a notice has no word for a change
        data["reg_event_type"] = subscription.event
    happened = notice.happened_at.isoformat(timespec="milliseconds")
    return {
        "reference_id": subscription.reference_id,
        "timestamp": happened,
        "data": data,
        "locale": subscription.locale,
    }


_COMPOSERS: Final[dict[str, Callable[[Posting], Composed | None]]] = {
    "on-search": _on_search,
    "on-subscribe": _on_subscribe,
    "on-unsubscribe": _on_unsubscribe,
    "txn-on-status": _on_status,
    "notify": _notify,
}
