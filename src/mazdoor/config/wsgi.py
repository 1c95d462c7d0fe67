"""The door for a WSGI server."""

import gc
import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest


class Site(WSGIHandler):
    """Django's handler, but that an address is looked up once: the officer's middleware has done so before the view."""

    def resolve_request(self, request: HttpRequest) -> Any:
        """The view of a request with its arguments. Raises Django's `Resolver404`."""
        found = request.resolver_match
        return found if found is not None else super().resolve_request(request)


def _get_ready() -> None:
    """Read what every request needs before the first comes, and let the collector pass it over from then on.

    Addresses, questionnaire and the model of the counter are some hundred thousand objects that stay as long as the
    process; looking through them again and again took about a fiftieth of each request.
    """
    from django.urls import get_resolver

    from mazdoor.delivery.registration import looking
    from mazdoor.delivery.registration.questionnaire import get_questionnaire

    len(get_resolver().reverse_dict)  # reads the addresses of every room
    get_questionnaire()
    looking.get_ready()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)


_YOUNG = 20_000
"""So many more things made than let go before the collector looks through the young ones: about four requests."""

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mazdoor.config.settings")
django.setup(set_prefix=False)
application = Site()
_get_ready()
