"""How far we are with what a system asked: by transaction, by correlation id, or by its own references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from mazdoor.interfaces.dci.envelope import now_text
from mazdoor.interfaces.dci.messages import LONGEST_ID, StatusRequest
from mazdoor.interfaces.dci.models import Exchange

if TYPE_CHECKING:
    from mazdoor.interfaces.clients.models import Client

MOST_REFERENCES: Final = 100
_MOST_EXCHANGES: Final = 100


def status_of(client: Client, request: StatusRequest, *, correlation_id: str) -> dict[str, Any]:
    """``TxnStatusResponse``. A system sees its own exchanges only; one that is not there is rejected as such.

    The standard has one shape for all kinds (that of a search's answer), so a subscription's references stand in it too.
    """
    asked = request.txnstatus_request
    values = asked.attribute_value if isinstance(asked.attribute_value, list) else [asked.attribute_value]
    values = [value for value in values[:MOST_REFERENCES] if 1 <= len(value) <= LONGEST_ID]
    exchanges = Exchange.objects.filter(client=client, action=asked.txn_type).exclude(correlation_id=correlation_id)
    match asked.attribute_type:
        case "transaction_id":
            exchanges = exchanges.filter(transaction_id__in=values)
        case "correlation_id":
            exchanges = exchanges.filter(correlation_id__in=values)
        case _:
            wanted = Q(pk__isnull=True)
            for value in values:
                wanted |= Q(parts__contains=[{"reference_id": value}])
            exchanges = exchanges.filter(wanted)
    found = list(exchanges.order_by("-received_at", "-pk")[:_MOST_EXCHANGES])
    parts = [
        {name: value for name, value in part.items() if name != "code"}
        | {"timestamp": part.get("timestamp", now_text())}
        for exchange in found
        for part in exchange.parts
        if asked.attribute_type != "reference_id_list" or part["reference_id"] in values
    ]
    if not parts:
        parts = [
            {
                "reference_id": asked.reference_id,
                "timestamp": now_text(),
                "status": "rjct",
                "status_reason_code": "rjct.reference_id.invalid",
                "status_reason_message": "no request of yours is known by this",
            }
        ]
    return {
        "transaction_id": request.transaction_id,
        "correlation_id": correlation_id,
        "txnstatus_response": {
            "txn_type": asked.txn_type,
            "txn_status": {
                "transaction_id": found[0].transaction_id if found else request.transaction_id,
                "correlation_id": found[0].correlation_id if found else correlation_id,
                "search_response": parts,
            },
        },
    }
