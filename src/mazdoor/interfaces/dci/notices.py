"""News of the registry for those who subscribed.

The registry publishes what happened (numbers only) in the transaction that made it true; the outbox hands it over once.
For each subscription of that kind the filter is asked, in SQL, acting as the subscriber: so a notice comes only of
somebody the subscriber may see and agreed to its purpose. Who the notice is about is read again when it is sent; if they
took their consent back meanwhile, it is withheld.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from mazdoor.interfaces.clients.selectors import find_client
from mazdoor.interfaces.clients.services import acting_as_client
from mazdoor.interfaces.dci.criteria import Reader
from mazdoor.interfaces.dci.models import Notice, Posting, Subscription
from mazdoor.interfaces.dci.postings import make_posting
from mazdoor.interfaces.dci.states import NoticeState, SubscriptionState
from mazdoor.interfaces.dci.subscriptions import due_at, filter_of
from mazdoor.journal.services import subscribe as hear

REGISTERED: Final = "registration.household.registered"
"""``{"household_id": …, "person_ids": […]}``: people who came to us."""
ENTERED: Final = "registration.file.rows_entered"
"""``{"person_runs": [[first, last], …]}``: people of a part of a file, by runs of their ids."""
CHANGED: Final = "registration.event.recorded"
"""``{"event_id": …, "person_ids": […], "household_ids": […], "kind": …}``: what is believed of people changed."""
MOST_IN_ONE: Final = 200
"""Events in one notice."""


def listen() -> None:
    """At start-up: hear what subscribers are told of."""
    hear(topic=REGISTERED, name="dci.registered", handle=on_registered)
    hear(topic=ENTERED, name="dci.entered", handle=on_entered)
    hear(topic=CHANGED, name="dci.changed", handle=on_changed)


def on_registered(payload: Mapping[str, Any]) -> None:
    """People were registered: a notice of the household to those who hear of registrations."""
    note("REGISTER", person_ids=_numbers(payload, "person_ids"), key="registered")


def on_entered(payload: Mapping[str, Any]) -> None:
    """People of a file were registered, thousands at once: told as those who come one by one."""
    runs = payload.get("person_runs") or ()
    note("REGISTER", person_ids=[each for first, last in runs for each in range(first, last + 1)], key="registered")


def on_changed(payload: Mapping[str, Any]) -> None:
    """Something changed: a member who joined a household is told as such, everything else as an update."""
    people = _numbers(payload, "person_ids")
    key = f"event {payload.get('event_id', '')}"
    if payload.get("kind") in ("join", "birth", "marriage", "union"):
        note("NewHouseHoldMember", person_ids=people, key=key)
    note("UPDATE", person_ids=people, key=key)


def _numbers(payload: Mapping[str, Any], name: str) -> list[int]:
    return [int(each) for each in payload.get(name) or ()]


def note(event: str, *, person_ids: Sequence[int], key: str) -> int:
    """Write a notice for each live subscription to ``event`` whose filter finds one of these people; returns how many.

    The same event again (the outbox may be asked twice after a crash) adds nothing.
    """
    if not person_ids:
        return 0
    now = timezone.now()
    live = Subscription.objects.filter(
        Q(starts_at__isnull=True) | Q(starts_at__lte=now),
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        event=event,
        state=SubscriptionState.SUBSCRIBED,
    )
    made = 0
    for subscription in live.order_by("pk"):
        client = find_client(client_id=subscription.client_id)
        if client is None or "subscribe" not in client.scopes or subscription.purpose not in client.purposes:
            continue
        scopes = set(subscription.scopes) & set(client.scopes)
        condition = Reader(scopes.__contains__).read(subscription.filter_type, filter_of(subscription))
        due = due_at(subscription, now)
        with acting_as_client(client, purpose=subscription.purpose), connection.cursor() as cursor:
            whole = subscription.record_type == "Group"
            cursor.execute(
                f"""
                INSERT INTO dci_notice (subscription_id, event_key, person_id, household_id, area_code,
                                        happened_at, due_at, state)
                SELECT DISTINCT ON ({"p.household_id" if whole else "p.person_id"})
                       %s, %s || {"' household ' || p.household_id" if whole else "' person ' || p.person_id"},
                       p.person_id, p.household_id, p.area_code, %s, %s, 'waiting'
                FROM dci.person p
                WHERE p.person_id = ANY (%s) AND {condition.sql}
                ORDER BY {"p.household_id" if whole else "p.person_id"}, p.person_id
                ON CONFLICT ON CONSTRAINT dci_notice_once DO NOTHING
                """,
                [subscription.pk, key, now, due, list(person_ids), *condition.parameters],
            )
            made += int(cursor.rowcount)
    return made


def take_due(*, at: dt.datetime | None = None) -> int:
    """Gather due notices into postings, one for each subscription and at most 200 events; returns how many postings.

    Acts as the system (the caller says so): who may see what is asked again when a posting is composed.
    """
    now = at or timezone.now()
    waiting = Notice.objects.filter(state=NoticeState.WAITING, due_at__lte=now)
    made = 0
    for number in list(waiting.order_by("subscription_id").values_list("subscription_id", flat=True).distinct()):
        subscription = Subscription.objects.select_related("client").get(pk=number)
        while True:
            some = list(
                waiting.filter(subscription_id=number).select_for_update(skip_locked=True).order_by("pk")[:MOST_IN_ONE]
            )
            if not some:
                break
            if subscription.state != SubscriptionState.SUBSCRIBED or subscription.client.revoked_at is not None:
                Notice.objects.filter(pk__in=[each.pk for each in some]).update(state=NoticeState.WITHHELD)
                continue
            posting: Posting = make_posting(
                client=subscription.client,
                action="notify",
                address=subscription.callback_uri,
                subscription=subscription,
            )
            Notice.objects.filter(pk__in=[each.pk for each in some]).update(state=NoticeState.TAKEN, posting=posting)
            made += 1
    return made
