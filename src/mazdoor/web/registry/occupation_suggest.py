"""Which code is meant? Suggestions for work written in a person's own words; an officer confirms one.

The words travel in the body of a POST. HTMX asks while somebody types and gets the list alone (`part`); without JavaScript
the same address is a page of its own with the same list. In a form, the choice is sent as ``<field>_choice`` beside the
words in ``<field>``: :func:`chosen_code` reads whichever is there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mazdoor.matching import occupations as coder
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.permits import needs
from mazdoor.web.registry import lists
from mazdoor.web.shell import above, show

KINDS: Final = ("occupation", "industry")
OWN_WORDS: Final = "occupation_text"
"""The field of a form where the work stands in the person's own words."""
LONGEST: Final = 120
LIKELY: Final = 0.02
"""Suggestions that score less say nothing and are not shown."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One suggestion as it is shown: ``words`` are those of the text that spoke for it."""

    code: str
    title: str
    words: str


def choices(text: str, kind: str, *, limit: int = 5) -> list[Choice]:
    """Suggestions for a text in the reader's language, best first; none for a text that says nothing or is a code."""
    language = formats.language()
    if _finder(kind)(text):
        return []
    find = coder.suggest if kind == "occupation" else coder.suggest_industries
    title = reference.isco_title if kind == "occupation" else reference.isic_title
    return [
        Choice(each.code, title(each.code, language), _(", ").join(each.words))
        for each in find(text[:LONGEST], limit)
        if each.score >= LIKELY
    ]


def chosen_code(request: HttpRequest, field: str, kind: str) -> str | None:
    """The code chosen for a field of a form: the suggestion that was taken, else a code written before the words."""
    return taken(request.POST, field, kind) or _finder(kind)(request.POST.get(field, ""))


def taken(sent: QueryDict, field: str, kind: str) -> str | None:
    """The suggestion that was taken for the words that stand in a field now; one taken for other words does not count."""
    return (
        _finder(kind)(sent.get(f"{field}_choice", "")) if words_for(sent, field) == sent.get(f"{field}_for") else None
    )


def words_for(sent: QueryDict, field: str) -> str:
    """The words to code: those of the field, else how the person called the work."""
    return (sent.get(field, "").strip() or sent.get(OWN_WORDS, "").strip())[:LONGEST]


def _finder(kind: str) -> Callable[[str], str | None]:
    return lists.occupation_code if kind == "occupation" else lists.industry_code


@require_http_methods(["GET", "POST"])
@needs("registration.register")
def suggest(request: HttpRequest, kind: str) -> HttpResponse:
    """Suggestions for ``text`` (or the field named by ``field``): the list alone for HTMX, else a page."""
    if kind not in KINDS:
        raise Http404
    field = request.POST.get("field", "text")
    text = words_for(request.POST, field)
    found = choices(text, kind) if text else []
    context: dict[str, Any] = {"choices": found, "text": text, "field": field, "kind": kind}
    if request.headers.get("HX-Request") == "true":
        return render(request, "web/registry/occupation_suggest.html", context)
    return show(
        request,
        "web/registry/occupation_page.html",
        title=_("Find the code of an occupation") if kind == "occupation" else _("Find the code of an industry"),
        here="registration",
        above=above(_("Registry"), "web:registry"),
        **context,
    )
