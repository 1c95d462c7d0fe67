"""Why a programme says what it says of a person: every clause with its values, by the slow engine that is right."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from mazdoor.delivery.assessment import selectors as assessment
from mazdoor.delivery.registration import selectors as registration
from mazdoor.web import formats
from mazdoor.web.permits import needs
from mazdoor.web.programmes import words
from mazdoor.web.registry.person import full_name
from mazdoor.web.shell import Above, show

STATES = {True: "decision_eligible", False: "decision_refused", None: "decision_held"}


@require_GET
@needs("assessment.read")
def why(request: HttpRequest, person_id: int, assessment_id: int) -> HttpResponse:
    """The explanation of one assessment, worked out anew from the facts it was made on."""
    who = registration.get_person(person_id=person_id)
    said = next((row for row in assessment.assessments_of(person_id=person_id) if row["id"] == assessment_id), None)
    if said is None:
        raise Http404
    language = formats.language()
    explanation = assessment.explain_assessment(assessment_id=assessment_id, language=language, length="trace")
    programme = words.find(said["run__programme_code"])
    name = full_name(who)
    return show(
        request,
        "web/registry/why.html",
        title=words.title(said["run__programme_code"]),
        here="assessment",
        above=Above(name, reverse("web:person", args=[person_id]) + "#programmes"),
        name=name,
        said=said,
        tree=explanation.tree,
        result=explanation.result,
        agrees=explanation.result.eligible == said["eligible"],
        appeal=programme.appeal.in_language(language) if programme else "",
        state=STATES[explanation.result.eligible],
    )
