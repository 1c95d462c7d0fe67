"""What a person was told by us, and the words of what they agreed to."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mazdoor.delivery.registration import consent_notices
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.refusals import Refusal
from mazdoor.notices import selectors as notices
from mazdoor.notices import services as sending
from mazdoor.web import formats
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import Above, above, refusal_sentence, show


@require_GET
@needs("notices.read")
def told(request: HttpRequest, person_id: int) -> HttpResponse:
    """Every message to a person, in the words and the language it was sent in, and whether it arrived."""
    who = registration.get_person(person_id=person_id)
    return show(
        request,
        "web/registry/told.html",
        title=_("Messages to %(name)s") % {"name": formats.full_name(who)},
        here="registration",
        above=Above(formats.full_name(who), reverse("web:person", args=[person_id])),
        person=who,
        told=notices.notices_of(person_id=person_id),
        sends=may(request, "notices.send"),
    )


@require_POST
@needs("notices.send")
def tell_again(request: HttpRequest, person_id: int, notice_id: int) -> HttpResponse:
    """A message that did not arrive is queued once more, to the number the person has now."""
    try:
        sending.queue_again(notice_id=notice_id)
        messages.success(request, _("The message waits to be sent again, to the number that is held now."))
    except Refusal as refusal:
        messages.error(request, refusal_sentence(refusal))
    return redirect("web:told", person_id)


@require_GET
@needs("registration.read")
def consent(request: HttpRequest, version: str) -> HttpResponse:
    """The words behind a version that receipts of consent name, in both languages, as they were shown then."""
    shown = [consent_notices.find_notice(version=version, language=language) for language in ("en", "ur")]
    if None in shown:
        raise Http404
    return show(
        request,
        "web/registry/consent.html",
        title=_("The words of consent"),
        here="registration",
        above=above(_("Registry"), "web:registry"),
        version=version,
        languages=shown,
    )
