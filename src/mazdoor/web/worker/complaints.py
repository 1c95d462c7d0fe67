"""Complaining, appealing against a decision, and reading what was answered."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from mazdoor.casework import services as casework
from mazdoor.web.cases import words as case_words
from mazdoor.web.worker import mine
from mazdoor.web.worker.fields import Field, Option
from mazdoor.web.worker.frame import Page, Problem, worker_page

LONGEST: Final = 1000
OTHER: Final = "other"


@worker_page("known")
def complaints(page: Page) -> HttpResponse:
    """What the worker complained of, and the answers."""
    person = mine.me(page.here.person_ids)
    return page.show(
        "portal/complaints",
        title=_("Your complaints"),
        cases=mine.complaints(person),
        sent=page.request.GET.get("sent") == "1",
    )


@worker_page("known")
def new(page: Page) -> HttpResponse:
    """A complaint or an appeal in the worker's own words."""
    person = mine.me(page.here.person_ids)
    about = page.text("about") if page.posted else page.request.GET.get("about", "")
    said = page.text("words")[:LONGEST]
    verdicts = mine.programmes_of(person)
    subjects = {f"{case_words.PROGRAMME}{each.programme}": each.title for each in verdicts} | {
        OTHER: _("Something else")
    }
    problems: list[Problem] = []
    if page.posted:
        if about not in subjects:
            problems.append((f"about-{next(iter(subjects))}", _("Say what it is about.")))
        if not said:
            problems.append(("words", _("Write what happened, in your own words.")))
        if not problems:
            # A programme that has decided is appealed against; anything else is a grievance.
            kind = "appeal" if about != OTHER else "grievance"
            casework.open_case(kind=kind, person_id=person.person_id, subject=about, words=said)
            return page.go("complaints", query="sent=1")
    found = dict(problems)
    return page.show(
        "portal/complain",
        title=_("Complain, or ask for a decision to be looked at again"),
        problems=problems,
        field=Field(
            "about",
            "radios",
            _("What is it about?"),
            options=tuple(Option(code, title, code == about) for code, title in subjects.items()),
            problem=next((text for anchor, text in problems if anchor.startswith("about-")), ""),
        ),
        said=said,
        said_problem=found.get("words", ""),
        longest=LONGEST,
    )
