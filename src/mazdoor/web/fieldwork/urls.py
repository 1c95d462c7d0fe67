"""Addresses of the page that devices install; the service worker's place among them is what it may answer for."""

from django.urls import path

from mazdoor.web.fieldwork import app

app_name = "fieldwork"

urlpatterns = [
    path("", app.page, name="page"),
    path("worker.js", app.worker, name="worker"),
    path("app.webmanifest", app.manifest, name="manifest"),
]
