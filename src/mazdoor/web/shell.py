"""The frame around a page, and the few steps every view takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mazdoor.kernel.refusals import Catalogue, Refusal
from mazdoor.web import formats
from mazdoor.web.tables import Table


@dataclass(frozen=True)
class Above:
    """The page one level up, linked above the title."""

    label: str
    address: str


def above(label: str, name: str, *args: object) -> Above:
    """A link to the page one level up, by the name of its address."""
    return Above(label, reverse(name, args=args))


def show(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    here: str = "",
    above: Above | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A whole page. ``here`` names the link of the chain it belongs to; ``title`` heads page and browser tab."""
    return render(request, template, {"title": title, "here": here, "above": above, **context}, status=status)


def asked_file(request: HttpRequest, *tables: Table) -> HttpResponse | None:
    """The table the address asks for as a file (``?file=name``), or ``None`` when a page is wanted."""
    wanted = request.GET.get("file")
    return next((table.csv() for table in tables if table.name == wanted), None)


def refusal_sentence(refusal: Refusal) -> str:
    """Cause and remedy of a refusal in the reader's language, with its code."""
    return f"{plain_sentence(refusal)} ({refusal.code})"


def plain_sentence(refusal: Refusal) -> str:
    """Cause and remedy in the reader's language, without the code, which beside a field says nothing more."""
    language = formats.language()
    return f"{refusal.cause(language)} {refusal.remedy(language)}"


def kept_refusal(code: str, details: Mapping[str, str | int]) -> str:
    """The sentence of a refusal that was kept as code and details (of work behind the page); empty for no code of ours."""
    kind = Catalogue.find(code)
    return refusal_sentence(kind.because(**details)) if kind else ""
