"""The officer of a request, as the screens know one, and how an officer is named to the reader."""

from typing import Protocol, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from mazdoor.access import selectors as access
from mazdoor.web import formats


class SignedIn(Protocol):
    """What the screens need of an officer; the table itself is the ``access`` room's own."""

    pk: int
    username: str
    full_name: str
    full_name_ur: str
    desk: str
    areas: list[str]
    language: str

    @property
    def areas_setting(self) -> str:
        """The areas in one line: ``*`` or comma-separated P-code prefixes."""


def find_officer(request: HttpRequest) -> SignedIn | None:
    """Who is signed in, if anybody."""
    user = getattr(request, "user", None)
    return cast(SignedIn, user) if user is not None and user.is_authenticated else None


def get_officer(request: HttpRequest) -> SignedIn:
    """Who is signed in. Raises ``PermissionDenied`` for nobody (every page asks for a sign-in before it comes here)."""
    officer = find_officer(request)
    if officer is None:
        raise PermissionDenied
    return officer


class Named(Protocol):
    """Anybody with an officer's names."""

    @property
    def full_name(self) -> str:
        """In English letters."""

    @property
    def full_name_ur(self) -> str:
        """In Urdu letters; empty where it is not known in them."""


def officer_name(officer: Named | None) -> str:
    """An officer's name in the reader's script, where it is known in it; nothing for nobody (what the system did)."""
    return formats.in_script(officer.full_name, officer.full_name_ur) if officer else ""


def name_of_officer(officer_id: int | None) -> str:
    """The same by the officer's number."""
    return officer_name(access.get_officer(officer_id=officer_id)) if officer_id is not None else ""
