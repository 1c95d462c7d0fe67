"""The page that runs ODK Web Forms: installed on a device, it works without a network.

It holds nobody's data and is open to everybody; the device signs in to the OpenRosa wire by itself. ODK Web Forms reads
its formulas with a WebAssembly parser that starts by ``eval`` and writes its own style sheets, so this one page has a
policy of its own, by which its own scripts may do so; it still loads nothing from elsewhere, and no officer's page shares
the policy.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from mazdoor.web import formats

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
APP = ("built/fieldwork/app.js", "built/fieldwork/app.css")
FONTS = tuple(
    f"built/fonts/{name}-normal.woff2"
    for name in ("noto-nastaliq-urdu-arabic-400", "noto-naskh-arabic-arabic-400", "noto-naskh-arabic-arabic-700")
)
ICON = "web/mark.svg"


@login_not_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The page, or what is missing where it was not built."""
    version = built_version()
    if version is None:
        return render(request, "web/fieldwork/missing.html", {"title": _("Fieldwork")}, status=503)
    response = render(request, "web/fieldwork/app.html", {"language": formats.language(), "version": version})
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=()"
    return response


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: keeps the page and what it loads. Another version of any of them is another worker."""
    kept = [reverse("fieldwork:page"), reverse("fieldwork:manifest"), *(static(name) for name in (*APP, *FONTS, ICON))]
    context = {"kept": json.dumps(kept), "version": built_version() or "none", "page": kept[0]}
    return render(request, "web/fieldwork/worker.js", context, content_type="text/javascript; charset=utf-8")


@login_not_required
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a telephone needs to install the page."""
    return JsonResponse(
        {
            "name": "Mazdoor · مزدور",
            "short_name": pgettext("short name on a telephone", "Fieldwork"),
            "start_url": reverse("fieldwork:page"),
            "scope": reverse("fieldwork:page"),
            "display": "standalone",
            "lang": formats.language(),
            "dir": "auto",
            "theme_color": "#0b5a3c",
            "background_color": "#f5f7f6",
            "icons": [{"src": static(ICON), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
        },
        content_type="application/manifest+json",
    )


def built_version() -> str | None:
    """A hash of what was built, and of the page around it; ``None`` where something is missing."""
    found = [finders.find(name) for name in (*APP, *FONTS, ICON)]
    paths = [Path(path) for path in found if isinstance(path, str)]
    if len(paths) < len(found):
        return None
    return _hash_of(tuple((str(path), path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=2)
def _hash_of(files: tuple[tuple[str, int], ...]) -> str:
    digest = hashlib.sha256(POLICY.encode())
    for name, _when in files:
        digest.update(Path(name).read_bytes())
    for template in ("app.html", "worker.js"):
        digest.update((Path(__file__).parent.parent / "templates" / "web" / "fieldwork" / template).read_bytes())
    return digest.hexdigest()[:16]
