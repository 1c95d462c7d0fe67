"""Workers at their own pages: Django's client as a small browser, and a gateway that is a process of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.sandbox.running import Sandbox

MOBILE = "03001234567"


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The SMS gateway of the sandbox."""
    home: Path = tmp_path_factory.mktemp("sms")
    running = Sandbox("sms", home / "sms").start()
    yield running
    running.stop()


@pytest.fixture
def sms(gateway: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """``sms("0300...")``: what lies on a telephone; the site sends through the gateway."""
    monkeypatch.setenv("MAZDOOR_SMS", gateway.url)

    def read(number: str) -> list[str]:
        return list(gateway.get(f"/phones/{number}")["messages"])

    return read


def code_in(text: str) -> str:
    """The six digits of a message."""
    found = re.search(r"(\d{3}) ?(\d{3})", text)
    assert found is not None, text
    return found[1] + found[2]


class Telephone:
    """One browser on one telephone."""

    def __init__(self, read: Callable[[str], list[str]], *, language: str = "en", number: str = MOBILE) -> None:
        self.client = Client(REMOTE_ADDR="203.0.113.9")
        self.client.cookies["django_language"] = language
        self.number = number
        self._read = read

    def get(self, path: str) -> Any:
        """A page, redirects followed."""
        return self.client.get(path, follow=True)

    def post(self, path: str, **fields: Any) -> Any:
        """A form sent, redirects followed."""
        return self.client.post(path, fields, follow=True)

    def prove(self) -> Any:
        """Ask for a code and give it back."""
        self.post("/w/phone/", mobile=self.number)
        return self.post("/w/code/", code=code_in(self._read(self.number)[-1]))


@pytest.fixture
def telephone(sms: Callable[[str], list[str]], system: None) -> Callable[..., Telephone]:
    """``telephone(language="ur")``: another telephone at each call. Areas are loaded."""
    from mazdoor.reference import selectors as reference
    from mazdoor.reference import services

    reference.forget()
    if reference.find_area("PK618") is None:
        services.load()

    def take(**more: Any) -> Telephone:
        return Telephone(sms, **more)

    return take
