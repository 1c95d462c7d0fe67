"""Handing messages to the gateway, and fetching what became of them. Under its key a message is taken once, so a call that
was not answered may be made again."""

from __future__ import annotations

from mazdoor.interfaces.calling import Caller, Patience, TurnedAway, Unanswered
from mazdoor.notices.ports import Accepted, DeliveryReport, GatewayDown, Rejected


class SmsClient:
    """A gateway at ``base_url``."""

    def __init__(self, base_url: str, *, patience: Patience | None = None) -> None:
        self._caller = Caller(base_url, patience=patience)

    def send(self, *, key: str, mobile: str, text: str) -> Accepted | Rejected:
        """Hand over one message. Raises ``GatewayDown``: the message may have been taken, and may be sent again."""
        message = {"id": key, "to": mobile, "text": text}
        try:
            body = self._caller.call("POST", "/messages", repeatable=True, json={"messages": [message]}).json()
            (answer,) = body["answers"]
            status = answer["status"]
        except (Unanswered, TurnedAway, ValueError, KeyError, TypeError) as error:
            raise GatewayDown("the SMS gateway does not answer") from error
        if status == "accepted":
            return Accepted(reference=key)
        return Rejected(reason=str(answer.get("reason") or "refused")[:40])

    def reports(self, *, after: int = 0) -> list[DeliveryReport]:
        """Delivery reports after a number, in order; some may come twice. Raises ``GatewayDown``."""
        try:
            body = self._caller.call("GET", "/reports", repeatable=True, params={"after": after}).json()
            return [
                DeliveryReport(int(report["number"]), str(report["id"]), report["status"] == "delivered")
                for report in body["reports"]
            ]
        except (Unanswered, TurnedAway, ValueError, KeyError, TypeError) as error:
            raise GatewayDown("the SMS gateway does not answer") from error
