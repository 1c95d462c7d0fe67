"""Each message of another system, written down once: so a repetition is seen, and its status can be asked for."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from mazdoor.database.keys import keyring
from mazdoor.interfaces.dci.envelope import Refused
from mazdoor.interfaces.dci.models import Exchange, Posting
from mazdoor.interfaces.dci.states import ExchangeState

if TYPE_CHECKING:
    from mazdoor.interfaces.clients.models import Client

KEEP: Final = dt.timedelta(days=90)
"""How long the status of an exchange can be asked for."""
_PURPOSE: Final = "dci-request"


def receive(
    client: Client,
    *,
    message_id: str,
    action: str,
    transaction_id: str,
    reference_ids: Collection[str],
    scopes: Collection[str] = (),
    document: dict[str, Any] | None = None,
    callback_uri: str = "",
) -> Exchange:
    """Write down a message; ``document`` is kept (sealed) until it is answered. Raises :class:`Refused` for a repetition."""
    try:
        with transaction.atomic():
            return Exchange.objects.create(
                client=client,
                message_id=message_id,
                action=action,
                transaction_id=transaction_id,
                correlation_id=str(uuid.uuid4()),
                state=ExchangeState.RECEIVED,
                parts=[{"reference_id": each, "status": ExchangeState.RECEIVED.value} for each in reference_ids],
                scopes=sorted(scopes),
                request_sealed=keyring().seal(json.dumps(document), purpose=_PURPOSE) if document else None,
                callback_uri=callback_uri,
            )
    except IntegrityError as error:
        raise Refused(
            409, "err.request.bad", "a message with this message_id came before", "rjct.message_id.duplicate"
        ) from error


def request_of(exchange: Exchange) -> dict[str, Any]:
    """The message that is still to be answered."""
    document: dict[str, Any] = json.loads(keyring().open(exchange.request_sealed or b"", purpose=_PURPOSE))
    return document


def end(exchange: Exchange, parts: list[dict[str, Any]]) -> None:
    """Note what became of each request, and forget what was asked."""
    rejected = all(part["status"] == ExchangeState.REJECTED.value for part in parts)
    Exchange.objects.filter(pk=exchange.pk).update(
        state=ExchangeState.REJECTED if rejected else ExchangeState.SUCCEEDED,
        parts=parts,
        request_sealed=None,
        ended_at=timezone.now(),
    )


def parts_of(answers: Collection[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is kept of each answer: its reference and status, not its data."""
    kept = ("reference_id", "timestamp", "status", "status_reason_code", "status_reason_message")
    return [{name: answer[name] for name in kept if name in answer} for answer in answers]


def forget_old() -> int:
    """Remove exchanges that ended long ago, with their delivered postings; returns how many."""
    before = timezone.now() - KEEP
    old = Exchange.objects.filter(received_at__lt=before, ended_at__isnull=False).exclude(
        postings__state__in=["waiting", "stuck"]
    )
    numbers = list(old.values_list("pk", flat=True)[:10_000])
    with transaction.atomic():
        Posting.objects.filter(exchange_id__in=numbers).delete()
        Exchange.objects.filter(pk__in=numbers).delete()
    return len(numbers)
