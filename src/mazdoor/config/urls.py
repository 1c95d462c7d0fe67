"""Addresses of the site, and of the wires other systems use."""

from django.urls import include, path

urlpatterns = [
    path("", include("mazdoor.interfaces.clients.urls")),
    path("dci/v1.0.0/", include("mazdoor.interfaces.dci.urls")),
    path("openrosa/", include("mazdoor.interfaces.openrosa.endpoints")),
    path("", include("mazdoor.interfaces.sms.urls")),
    path("fieldwork/", include("mazdoor.web.fieldwork.urls")),
    path("cards/", include("mazdoor.web.cards.urls")),
    path("w/", include("mazdoor.web.worker.urls")),
    path("api/v1/", include("mazdoor.interfaces.rest.urls")),
    path("", include("mazdoor.web.urls")),
]
