"""Why a programme says what it says of a person: the same explanation as a message, a letter, clause by clause, and whole.

Always worked out anew from the frozen facts by the slow engine; where that is not what was recorded, nothing is explained
(ASM-006) and the page says so. Each length is a page of its own under one address, so none needs JavaScript.
"""

import json
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from mazdoor.delivery.assessment import selectors as assessment
from mazdoor.delivery.registration import selectors as registration
from mazdoor.rules import Explanation
from mazdoor.rules.wording import segments
from mazdoor.web import formats
from mazdoor.web.permits import needs
from mazdoor.web.programmes import words
from mazdoor.web.shell import Above, show

STATES: Final = {True: "decision_eligible", False: "decision_refused", None: "decision_held"}
PARTS: Final[dict[str, str | Promise]] = {
    "clauses": _("Clause by clause"),
    "message": _("Text message"),
    "letter": _("Letter"),
    "account": _("Full account"),
}
LANGUAGES: Final = {"ur": "اردو", "en": "English"}


@require_GET
@needs("assessment.read")
def why(request: HttpRequest, person_id: int, assessment_id: int) -> HttpResponse:
    """The explanation of one assessment. ``?part=`` names the length, ``?in=`` the language of the letter."""
    who = registration.get_person(person_id=person_id)
    said = assessment.find_assessment(assessment_id=assessment_id)
    if said is None or said["person_id"] != person_id:
        raise Http404
    part = request.GET.get("part", "clauses")
    if part not in PARTS:
        raise Http404
    language = formats.language()
    letter_in = request.GET.get("in", language)
    if letter_in not in LANGUAGES:
        raise Http404
    told = {
        each: assessment.explain_assessment(assessment_id=assessment_id, language=each)
        for each in {language, letter_in} | (set(LANGUAGES) if part == "message" else set())
    }
    if file := _file(request.GET.get("file"), told, language, letter_in):
        return file
    name = formats.full_name(who)
    return show(
        request,
        "web/registry/why.html",
        title=words.title(said["run__programme_code"]),
        here="assessment",
        above=Above(name, reverse("web:person", args=[person_id]) + "#programmes"),
        name=name,
        said=said,
        told=told[language],
        result=told[language].result,
        state=STATES[told[language].result.eligible],
        part=part,
        parts=PARTS.items(),
        messages_told=[(each, told[each].sms, segments(told[each].sms)) for each in LANGUAGES]
        if part == "message"
        else [],
        letter_in=letter_in,
        # The letter is written by the rules, which escape every word that goes into it.
        letter=mark_safe(told[letter_in].html) if part == "letter" else "",  # noqa: S308
        languages=LANGUAGES.items(),
    )


def _file(wanted: str | None, told: dict[str, Explanation], language: str, letter_in: str) -> HttpResponse | None:
    """The full account as JSON (``?file=account``), or the letter as a page of its own (``?file=letter``)."""
    content: Any
    match wanted:
        case "account":
            content, kind, ending = (
                json.dumps(told[language].record, ensure_ascii=False, indent=1),
                "application/json",
                "json",
            )
        case "letter":
            content, kind, ending = told[letter_in].document, "text/html", "html"
        case _:
            return None
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{wanted}.{ending}"'
    return response
