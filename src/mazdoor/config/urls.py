"""Addresses of the site, and of the wires other systems use."""

from django.urls import include, path

urlpatterns = [
    path("", include("mazdoor.interfaces.clients.urls")),
    path("dci/v1.0.0/", include("mazdoor.interfaces.dci.urls")),
    path("w/", include("mazdoor.web.worker.urls")),
    path("", include("mazdoor.web.urls")),
]
