"""The page of cards that is open to everybody: how to check one, the keys, the lists, and a check of a picture.

A verifier needs nothing of ours but two files: the keys, once, and the list of revoked cards, now and then.
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mazdoor.interfaces.credentials import checking, keys, reading, status
from mazdoor.interfaces.credentials import selectors as credentials
from mazdoor.interfaces.credentials.checking import Check, Verdict
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.cards.forms import PictureForm
from mazdoor.web.forms import problems
from mazdoor.web.shell import refusal_sentence, show

TONES = {Verdict.GOOD: "", Verdict.UNCHECKED: "needs", Verdict.EARLY: "needs"}
"""The colour of a verdict; what is not here is wrong."""
A_DAY = 24 * 3600


@login_not_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """How a card is checked, and the verdict on a picture that was sent."""
    form = PictureForm(request.POST or None, request.FILES or None)
    check: Check | None = None
    if request.method == "POST" and form.is_valid():
        try:
            (text, *_others) = reading.qr_texts(form.cleaned_data["picture"].read())
            check = judge(text)
        except Refusal as refusal:
            form.add_error("picture", refusal_sentence(refusal))
    language = formats.language()
    credential = check.credential if check else None
    return show(
        request,
        "web/cards/public.html",
        title=_("Check a registry card"),
        status=422 if form.errors else 200,
        form=form,
        problems=problems(form) if form.errors else [],
        check=check,
        tone=TONES.get(check.verdict, "wrong") if check else "",
        verdict=checking.WORDS[check.verdict].in_language(language) if check else "",
        credential=credential,
        district=reference.area_name(credential.district_code, language) if credential else "",
        lists=[reverse("cards:status", args=[number]) for number in range(credentials.lists_there_are())],
        key_names=[kid.hex() for kid in keys.public_keys()],
    )


def judge(text: str) -> Check:
    """The verdict on a QR's text now, by this installation's own keys and list."""
    known = keys.public_keys()
    found = checking.check(text, keys=known, lists={}, at=timezone.now())
    if found.credential is None or found.credential.issuer != credentials.issuer():
        return found
    number, _index = status.place_of(found.credential.card_id)
    uri = found.credential.status_uri
    if uri != credentials.status_uri(number):
        return found
    listed = status.read(credentials.status_list(number=number), known)
    return checking.check(text, keys=known, lists={uri: listed}, at=timezone.now())


@login_not_required
@require_GET
def key_set(request: HttpRequest, form: str) -> HttpResponse:
    """The public keys, as a COSE key set (``cbor``) or a JWK set (``json``)."""
    answers: dict[str, Callable[[], HttpResponse]] = {
        "cbor": lambda: HttpResponse(keys.key_set_cbor(), content_type="application/cose-key-set"),
        "json": lambda: JsonResponse(keys.key_set_json(), content_type="application/jwk-set+json"),
    }
    if form not in answers:
        raise Http404
    return _open_to_caches(answers[form](), seconds=A_DAY)


@login_not_required
@require_GET
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """One signed list of cards that no longer hold."""
    if number >= credentials.lists_there_are():
        raise Http404
    token = credentials.status_list(number=number)
    response = HttpResponse(token, content_type=status.TYP)
    response["Content-Disposition"] = f'attachment; filename="cards-{number}.cwt"'
    return _open_to_caches(response, seconds=int(status.FETCH_AGAIN_AFTER.total_seconds()))


def _open_to_caches(response: HttpResponse, *, seconds: int) -> HttpResponse:
    """Public and the same for everybody: caches may keep it, and pages of other sites may read it."""
    response["Cache-Control"] = f"public, max-age={seconds}"
    response["Access-Control-Allow-Origin"] = "*"
    return response
