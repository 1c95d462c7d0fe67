"""Our messages to other systems: made with the act they tell of, sent until they are taken, never lost.

1. A posting is written in the transaction that causes it; a background job sends it.
2. A sender takes a posting by moving its next try a minute on, in a transaction of its own; so no two send it at once,
   and one whose process is killed is taken up again.
3. The message is composed as the asker may see things *now*, signed, and sent under the same message id each time.
4. Anything but an acknowledgement is tried again with growing pauses for most of a day; then it is stuck, is shown to the
   administrator, and goes out again when they say so.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from typing import TYPE_CHECKING, Final

import httpx
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.access.services import acting_as_system
from mazdoor.interfaces.dci import refusals
from mazdoor.interfaces.dci.calling import NotTaken, post
from mazdoor.interfaces.dci.models import Exchange, Notice, Posting, Subscription
from mazdoor.interfaces.dci.states import NoticeState, PostingState
from mazdoor.journal.services import record
from mazdoor.kernel.refusals import Refusal

if TYPE_CHECKING:
    from mazdoor.interfaces.clients.models import Client

_log: Final = logging.getLogger(__name__)
ATTEMPTS: Final = 24
_LONGEST_PAUSE: Final = dt.timedelta(hours=1)
_LEASE: Final = dt.timedelta(minutes=2)
"""Longer than a send can take: token, call and answer are each given half a minute."""


def make_posting(
    *,
    client: Client,
    action: str,
    address: str,
    exchange: Exchange | None = None,
    subscription: Subscription | None = None,
) -> Posting:
    """Write a message to be sent, in the caller's transaction, and put the sending behind."""
    from mazdoor.interfaces.dci.tasks import send_soon

    posting = Posting.objects.create(
        client=client,
        exchange=exchange,
        subscription=subscription,
        action=action,
        message_id=str(uuid.uuid4()),
        address=address,
    )
    send_soon(posting.pk)
    return posting


def send_due(*, limit: int = 500) -> int:
    """Send what is due; returns how many were taken by their receivers. Any number of processes may do this at once."""
    taken = 0
    for _ in range(limit):
        posting = _lease()
        if posting is None:
            break
        taken += _send(posting)
    return taken


def send_posting(*, posting_id: int) -> bool:
    """Send one posting if it is due. False where it is not, or was not taken."""
    posting = _lease(posting_id=posting_id)
    return posting is not None and _send(posting)


@transaction.atomic
def send_again(*, posting_id: int) -> None:
    """Let a stuck posting be tried again from the beginning. Refuses DCI-001 where it is not stuck, OFF-002 elsewhere."""
    from mazdoor.interfaces.dci.tasks import send_soon

    access.check_acting_may("clients.manage")
    moved = Posting.objects.filter(pk=posting_id, state=PostingState.STUCK).update(
        state=PostingState.WAITING, attempts=0, next_at=timezone.now(), ended_at=None
    )
    if not moved:
        raise refusals.NOT_STUCK.because()
    record(act="dci.posting.sent_again", subject=f"posting:{posting_id}", details={})
    send_soon(posting_id)


def _lease(*, posting_id: int | None = None) -> Posting | None:
    now = timezone.now()
    with transaction.atomic():
        due = Posting.objects.filter(state=PostingState.WAITING, next_at__lte=now)
        if posting_id is not None:
            due = due.filter(pk=posting_id)
        found = due.select_for_update(skip_locked=True, of=("self",)).order_by("next_at", "pk").first()
        if found is None:
            return None
        Posting.objects.filter(pk=found.pk).update(next_at=now + _LEASE, attempts=F("attempts") + 1)
    return Posting.objects.select_related("client", "exchange", "subscription").get(pk=found.pk)


def _send(posting: Posting) -> bool:
    """Compose, sign, send, and note what came of it."""
    from mazdoor.interfaces.dci.composing import compose, sent

    try:
        with acting_as_system(reason=f"dci:{posting.action}"):
            composed = None if posting.client.revoked_at is not None else compose(posting)
            if composed is None:
                _end(posting, PostingState.WITHHELD)
                return False
        post(posting.client, posting.address, composed.envelope)
    except NotTaken as no:
        _failed(posting, no.kind)
        return False
    except Refusal as refusal:  # the day's records are given out: it goes out another day
        _failed(posting, refusal.code)
        return False
    except (httpx.HTTPError, OSError) as error:
        _failed(posting, type(error).__name__)
        return False
    except Exception as error:
        # A posting that cannot be composed must not stop those behind it; it is tried again, and then shown as stuck.
        _log.error("posting %s could not be composed (%s)", posting.pk, type(error).__name__)
        _failed(posting, type(error).__name__)
        raise
    with acting_as_system(reason=f"dci:{posting.action}"):
        _end(posting, PostingState.DELIVERED)
        sent(posting, composed)
    return True


def _end(posting: Posting, state: PostingState) -> None:
    Posting.objects.filter(pk=posting.pk).update(state=state, ended_at=timezone.now(), error="")
    if posting.action == "notify":
        to = NoticeState.TOLD if state == PostingState.DELIVERED else NoticeState.WITHHELD
        Notice.objects.filter(posting=posting, state=NoticeState.TAKEN).update(state=to)
    record(
        act=f"dci.posting.{state.value}",
        subject=f"posting:{posting.pk}",
        details={"client": posting.client.code, "action": posting.action, "attempts": posting.attempts},
    )


def _failed(posting: Posting, kind: str) -> None:
    stuck = posting.attempts >= ATTEMPTS
    pause = min(_LONGEST_PAUSE, dt.timedelta(seconds=2 ** min(posting.attempts, 12)))
    Posting.objects.filter(pk=posting.pk).update(
        state=PostingState.STUCK if stuck else PostingState.WAITING,
        next_at=timezone.now() + pause,
        error=kind[:40],
    )
