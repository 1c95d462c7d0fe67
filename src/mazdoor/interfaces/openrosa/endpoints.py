"""What devices ask over HTTP: form list, manifest, form, files of a form, submission.

Every answer carries the headers OpenRosa asks for. Nobody's session counts here: a device proves itself each time, and
what it does is done in its enumerator's name.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.http import http_date
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from mazdoor.access.services import acting_as_system
from mazdoor.interfaces.openrosa import envelope, uploads
from mazdoor.interfaces.openrosa.devices import KnownDevice, recognise_device
from mazdoor.interfaces.openrosa.digest import Stale, carries_secrets_safely, challenge
from mazdoor.interfaces.openrosa.publishing import current_form, every_version, find_version
from mazdoor.interfaces.openrosa.refusals import DEVICE_UNKNOWN, FORM_UNKNOWN, TOO_LARGE
from mazdoor.interfaces.openrosa.services import Received, receive
from mazdoor.interfaces.openrosa.states import SubmissionState
from mazdoor.kernel.refusals import Refusal, Words

XML = "text/xml; charset=utf-8"
app_name = "openrosa"

TOLD = {
    SubmissionState.REGISTERED: Words("Registered: {numbers}.", "اندراج ہو گیا: {numbers}۔"),
    SubmissionState.WAITING: Words(
        "Received and kept. The office has to look at it first: {problem}",
        "موصول ہوا اور محفوظ ہے۔ پہلے دفتر اسے دیکھے گا: {problem}",
    ),
    SubmissionState.RECEIVED: Words("Received. The rest of its files may follow.", "موصول ہوا۔ باقی فائلیں بھیج دیں۔"),
    SubmissionState.REPLACED: Words(
        "Received before; a corrected form has taken its place.", "پہلے موصول ہوا؛ درست کیا ہوا فارم اس کی جگہ ہے۔"
    ),
    SubmissionState.SET_ASIDE: Words(
        "Received before; the office has set it aside.", "پہلے موصول ہوا؛ دفتر نے اسے الگ رکھ دیا ہے۔"
    ),
}

Answer = Callable[..., HttpResponse]


def from_device(*methods: str) -> Callable[[Answer], Answer]:
    """A view for enrolled devices only, by these methods; it is handed the device, the language and the request."""

    def wrap(view: Answer) -> Answer:
        @csrf_exempt
        @login_not_required
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            language = language_of(request)
            if request.method not in methods:
                response = HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            else:
                response = _answer(view, request, language, args, kwargs)
            response.headers["X-OpenRosa-Version"] = "1.0"
            response.headers["X-OpenRosa-Accept-Content-Length"] = str(uploads.MOST)
            response.headers["Date"] = http_date(time.time())
            response.headers["Content-Language"] = language
            return response

        answered.own_transactions = True  # type: ignore[attr-defined]  # devices are no officers of this session
        return answered

    return wrap


def _answer(
    view: Answer, request: HttpRequest, language: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    stale = False
    device: KnownDevice | None = None
    try:
        with acting_as_system(reason="a device signs in"):
            device = recognise_device(request)
    except Stale:
        stale = True
    if device is None:
        uploads.drain(request)
        response = told_refusal(DEVICE_UNKNOWN.because(), language, status=401)
        response.headers["WWW-Authenticate"] = challenge(request, stale=stale)
        return response
    try:
        return view(request, *args, device=device, language=language, **kwargs)
    except Refusal as refusal:
        status = {TOO_LARGE: 413, FORM_UNKNOWN: 404}.get(refusal.kind, 400)
        return told_refusal(refusal, language, status=status)


def told_refusal(refusal: Refusal, language: str, *, status: int) -> HttpResponse:
    """A refusal in the envelope of OpenRosa, in the language asked for."""
    text = f"{refusal.cause(language)} {refusal.remedy(language)} ({refusal.code})"
    return HttpResponse(envelope.message(text, nature="submit_error"), status=status, content_type=XML)


def language_of(request: HttpRequest) -> str:
    """``ur`` or ``en``, by ``Accept-Language``; a device that asks for nothing we speak hears English."""
    for asked, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        try:
            return get_supported_language_variant(asked)
        except LookupError:
            continue
    return "en"


@from_device("GET", "HEAD")
def form_list(request: HttpRequest, *, device: KnownDevice, language: str) -> HttpResponse:
    """The blank forms: the current one; of one id only, with descriptions, or with every version where asked."""
    forms = every_version() if request.GET.get("listAllVersions") == "true" else [current_form()]
    wanted = request.GET.get("formID")
    listed = envelope.form_list(
        [form for form in forms if wanted in (None, form.form_id)],
        language=language,
        verbose=request.GET.get("verbose") == "true",
        address=lambda what, version: _full(request, what, version=version),
    )
    return HttpResponse(listed, content_type=XML)


@from_device("GET", "HEAD")
def form(request: HttpRequest, *, version: str, device: KnownDevice, language: str) -> HttpResponse:
    """One blank form as XForm."""
    found = find_version(version)
    if found is None:
        raise FORM_UNKNOWN.because()
    return HttpResponse(found.xml, content_type=XML)


@from_device("GET", "HEAD")
def manifest(request: HttpRequest, *, version: str, device: KnownDevice, language: str) -> HttpResponse:
    """The files that belong to a form."""
    found = find_version(version)
    if found is None:
        raise FORM_UNKNOWN.because()
    listed = envelope.manifest(found, address=lambda name: _full(request, "media", version=version, name=name))
    return HttpResponse(listed, content_type=XML)


@from_device("GET", "HEAD")
def media(request: HttpRequest, *, version: str, name: str, device: KnownDevice, language: str) -> HttpResponse:
    """One of these files."""
    found = find_version(version)
    file = next((each for each in found.media if each.name == name), None) if found else None
    if file is None:
        raise FORM_UNKNOWN.because()
    return HttpResponse(file.content, content_type=f"{file.content_type}; charset=utf-8")


@from_device("HEAD", "POST")
def submission(request: HttpRequest, *, device: KnownDevice, language: str) -> HttpResponse:
    """HEAD: where to post and how much (204). POST: a filled form; 201 registered, 202 kept."""
    if request.method == "HEAD":
        return HttpResponse(status=204, headers={"Location": _full(request, "submission")})
    sent = uploads.read_submission(request)
    done = receive(device=device, xml=sent.xml, files=sent.files)
    registered = done.state == SubmissionState.REGISTERED
    return HttpResponse(
        envelope.message(_sentence(done, language), nature="submit_success" if registered else f"submit_{done.state}"),
        status=201 if registered else 202,
        content_type=XML,
    )


def _sentence(done: Received, language: str) -> str:
    stops = next((problem for problem in done.problems if not problem["warning"]), None)
    said = (
        TOLD[done.state]
        .in_language(language)
        .format(numbers=", ".join(done.registry_numbers), problem=stops["cause"][language] if stops else "")
    )
    return said.rstrip(": ")


def _full(request: HttpRequest, what: str, /, **parts: str) -> str:
    address = request.build_absolute_uri(reverse(f"openrosa:{what}", kwargs=parts))
    host = request.get_host()
    if (
        address.startswith("http://")
        and carries_secrets_safely(request)
        and not host.startswith(("127.", "localhost", "["))
    ):
        return "https://" + address.removeprefix("http://")  # TLS ends before us
    return address


urlpatterns = [
    path("formList", form_list, name="list"),
    path("submission", submission, name="submission"),
    path("forms/<str:version>/form.xml", form, name="form"),
    path("forms/<str:version>/manifest.xml", manifest, name="manifest"),
    path("forms/<str:version>/media/<str:name>", media, name="media"),
]
