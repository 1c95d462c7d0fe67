"""The addresses of the REST interface. They ask for a token instead of a sign-in."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path

from mazdoor.interfaces.rest.api import api

_patterns, _app, _namespace = api.urls

for _pattern in _patterns:
    if isinstance(_pattern, URLPattern):
        _pattern.callback = login_not_required(_pattern.callback)

urlpatterns = [path("", (_patterns, _app, _namespace))]
