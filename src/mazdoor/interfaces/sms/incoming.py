"""A message comes in: the gateway calls us, as Kannel's sms-service does with a post-url.

In Kannel: ``post-url = "https://gateway:SECRET@mazdoor.example/sms/incoming/?id=%I"``, ``send-sender = true``. The
text comes as the body (UTF-8, or UTF-16BE for what is not of the GSM alphabet; the content type says which), the sender
in the header ``X-Kannel-From``; the gateway's number of the message, which says nothing about anybody, in the address, so
that no log of addresses ever holds a person. Kannel makes HTTP Basic of the name and secret before the ``@``.

We answer 200 and no words (``omit-empty``): what the person reads goes out as a message of its own, under a key, so that a
gateway that calls twice makes nobody read twice. 503 asks the gateway to call again.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import hmac
import os
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration import interests

LONGEST_BODY: Final = 8192
LONGEST_ID: Final = 100
_CHARSETS: Final = frozenset({"utf-8", "utf-16-be", "iso8859-1", "ascii"})


@csrf_exempt
@login_not_required
@require_POST
def incoming(request: HttpRequest) -> HttpResponse:
    """Take in one message. 401 without the shared secret, 400 for what is no message, 413 for one too long, 503 later."""
    if not _is_gateway(request.headers.get("Authorization", "")):
        refused = HttpResponse(status=401)
        refused.headers["WWW-Authenticate"] = 'Basic realm="sms"'
        return refused
    message_id = request.GET.get("id", "")
    sender = request.headers.get("X-Kannel-From", "")
    if not 1 <= len(message_id) <= LONGEST_ID or not sender:
        return HttpResponse(status=400)
    if int(request.headers.get("Content-Length") or 0) > LONGEST_BODY:
        return HttpResponse(status=413)
    try:
        charset = codecs.lookup((request.content_params or {}).get("charset", "utf-8").strip('"')).name
        text = request.body.decode(charset, errors="replace") if charset in _CHARSETS else None
    except LookupError:
        text = None
    if text is None:
        return HttpResponse(status=400)
    try:
        with acting_as_system(reason="message received"):
            interests.receive_message(message_id=message_id, sender=sender, text=text)
    except OperationalError:  # the database is away: the gateway has the message still, and calls again
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    return HttpResponse(status=200, content_type="text/plain; charset=utf-8")


def _is_gateway(header: str) -> bool:
    """Whether whoever calls knows ``MAZDOOR_SMS_SECRET``; nobody does where it is not set."""
    secret = os.environ.get("MAZDOOR_SMS_SECRET", "")
    if not secret or header[:6].lower() != "basic ":
        return False
    try:
        _, _, given = base64.b64decode(header[6:], validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return hmac.compare_digest(given.encode(), secret.encode())
