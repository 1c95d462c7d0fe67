"""Standing wishes to be told: made, listed in the standard's shape, ended."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from croniter import croniter
from django.db import IntegrityError, transaction
from django.utils import timezone

from mazdoor.database.keys import keyring
from mazdoor.interfaces.clients.signing import canonical
from mazdoor.interfaces.dci import codes
from mazdoor.interfaces.dci.criteria import NotUnderstood, Reader
from mazdoor.interfaces.dci.envelope import now_text, read_moment
from mazdoor.interfaces.dci.messages import LONGEST_ID, Frequency, SubscribeItem, SubscribeRequest, UnsubscribeRequest
from mazdoor.interfaces.dci.models import Subscription
from mazdoor.interfaces.dci.search import entity_of, purpose_of
from mazdoor.interfaces.dci.states import SubscriptionState
from mazdoor.journal.services import record

if TYPE_CHECKING:
    from mazdoor.interfaces.clients.models import Client

_DETAILS: Final = "rjct.notify_details.invalid"
_PURPOSE: Final = "dci-filter"
MOST_SUBSCRIPTIONS: Final = 100
"""Live ones of one system."""


def subscribe(
    client: Client, scopes: Collection[str], request: SubscribeRequest, *, callback_uri: str
) -> list[dict[str, Any]]:
    """``subscribe_response`` without the subscriptions themselves, but with their ``code``: one part for each request."""
    seen: set[str] = set()
    parts = []
    for item in request.subscribe_request:
        part: dict[str, Any] = {"reference_id": item.reference_id, "timestamp": now_text(), "status": "succ"}
        try:
            if not 1 <= len(item.reference_id) <= LONGEST_ID:
                raise NotUnderstood(f"reference_id has 1 to {LONGEST_ID} characters", "rjct.reference_id.invalid")
            if item.reference_id in seen:
                raise NotUnderstood("this reference_id came before in the message", "rjct.reference_id.duplicate")
            if read_moment(item.timestamp) is None:
                raise NotUnderstood("timestamp is an ISO 8601 moment with its offset", "rjct.timestamp.invalid")
            part["code"] = _subscribe_one(client, scopes, item, request.transaction_id, callback_uri).code
        except NotUnderstood as no:
            known = no.code if no.code in _REASONS else _DETAILS
            part |= {"status": "rjct", "status_reason_code": known, "status_reason_message": no.message}
        seen.add(item.reference_id)
        parts.append(part)
    return parts


_REASONS: Final = {
    "rjct.reference_id.invalid",
    "rjct.reference_id.duplicate",
    "rjct.timestamp.invalid",
    "rjct.notify_types.invalid",
    "rjct.notify_details.invalid",
    "rjct.person_id.invalid",
    "rjct.event.already_subscribed",
}


def _subscribe_one(
    client: Client, scopes: Collection[str], item: SubscribeItem, transaction_id: str, callback_uri: str
) -> Subscription:
    wish = item.subscribe_criteria
    event = codes.EVENTS.get(codes.last_part(wish.reg_event_type))
    if event is None:
        raise NotUnderstood("events are REGISTER, NewHouseHoldMember and UPDATE", "rjct.notify_types.invalid")
    purpose = purpose_of(client, wish.authorize)

    def may(scope: str) -> bool:
        return scope in scopes and scope in client.scopes

    if entity_of(None, wish.notify_record_type) == "Group" and not may("read.household"):
        raise NotUnderstood("being told of groups needs the scope read.household")
    filter_type = wish.filter_type or ("predicate" if isinstance(wish.filter, list) else "expression")
    Reader(may).read(filter_type, wish.filter)
    starts_at, ends_at, frequency = _when(wish.frequency)
    if Subscription.objects.filter(client=client, state=SubscriptionState.SUBSCRIBED).count() >= MOST_SUBSCRIPTIONS:
        raise NotUnderstood(f"a system has at most {MOST_SUBSCRIPTIONS} subscriptions")
    sealed = keyring().seal(json.dumps(wish.filter), purpose=_PURPOSE)
    same = canonical([event, filter_type, wish.filter, wish.notify_record_type, purpose]).decode()
    try:
        with transaction.atomic():
            made = Subscription.objects.create(
                client=client,
                code=str(uuid.uuid4()),
                reference_id=item.reference_id,
                transaction_id=transaction_id,
                event=event,
                record_type=codes.last_part(wish.notify_record_type)[:60],
                filter_type=filter_type,
                filter_sealed=sealed,
                filter_index=keyring().index(same, purpose=_PURPOSE),
                purpose=purpose,
                scopes=sorted(scopes),
                locale=item.locale if item.locale and len(item.locale) == 3 else "eng",
                starts_at=starts_at,
                ends_at=ends_at,
                frequency=frequency,
                callback_uri=callback_uri,
            )
    except IntegrityError as error:
        raise NotUnderstood("this wish is subscribed to already", "rjct.event.already_subscribed") from error
    record(
        act="dci.subscription.made",
        subject=f"subscription:{made.pk}",
        details={"client": client.code, "event": event, "purpose": purpose},
    )
    return made


def _when(frequency: Frequency | None) -> tuple[dt.datetime | None, dt.datetime | None, str]:
    """(from, until, cron) of a frequency; the standard's example is Quartz's cron, with seconds first and a year last."""
    if frequency is None:
        return None, None, ""
    starts, ends = read_moment(frequency.start_time), read_moment(frequency.end_time)
    if starts is None or ends is None or ends <= starts:
        raise NotUnderstood("start_time and end_time are moments, the second after the first", _DETAILS)
    fields = frequency.frequency.replace("?", "*").split()
    fields = fields[1:6] if len(fields) in (6, 7) else fields
    cron = " ".join(fields)
    if len(fields) != 5 or len(cron) > 60 or not croniter.is_valid(cron):
        raise NotUnderstood("frequency is a cron expression", _DETAILS)
    return starts, ends, cron


def filter_of(subscription: Subscription) -> Any:
    """What a subscription asks for."""
    return json.loads(keyring().open(subscription.filter_sealed, purpose=_PURPOSE))


def due_at(subscription: Subscription, happened_at: dt.datetime) -> dt.datetime:
    """When an event is to be told: at once, or at the next time of the subscription's cron."""
    if not subscription.frequency:
        return happened_at
    local = happened_at.astimezone(timezone.get_current_timezone())
    found: dt.datetime = croniter(subscription.frequency, local).get_next(dt.datetime)
    return found


def unsubscribe(client: Client, request: UnsubscribeRequest) -> list[dict[str, Any]]:
    """End subscriptions by code; a part for each, in their order."""
    parts: list[dict[str, Any]] = []
    for code in request.subscription_codes:
        found = Subscription.objects.select_for_update().filter(client=client, code=code).first()
        part = {"reference_id": code, "timestamp": now_text(), "status": "succ"}
        if found is None:
            part |= {"status": "rjct", "status_reason_code": "rjct.subscription_code.invalid"}
        elif found.state != SubscriptionState.SUBSCRIBED:
            part |= {"status": "rjct", "status_reason_code": "rjct.event.already_unsubscribed"}
        else:
            found.state, found.ended_at = SubscriptionState.UNSUBSCRIBED, timezone.now()
            found.save(update_fields=["state", "ended_at"])
            record(
                act="dci.subscription.ended",
                subject=f"subscription:{found.pk}",
                details={"client": client.code},
            )
        parts.append(part)
    return parts


def info(subscription: Subscription) -> dict[str, Any]:
    """``SubscriptionInfo``: what was subscribed to, without the filter (which may hold an identifier)."""
    shape: dict[str, Any] = {
        "version": codes.VERSION,
        "code": subscription.code,
        "status": subscription.state,
        "timestamp": _text(subscription.subscribed_at),
        "reg_type": codes.REGISTRY_TYPE,
        "reg_event_type": subscription.event,
        "filter_type": subscription.filter_type,
        "notify_record_type": subscription.record_type,
        "locale": subscription.locale,
    }
    if subscription.frequency and subscription.starts_at and subscription.ends_at:
        shape["frequency"] = {
            "start_time": _text(subscription.starts_at),
            "end_time": _text(subscription.ends_at),
            "frequency": subscription.frequency,
        }
    return shape


def _text(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
