"""Addresses of the standard's operations that a social registry serves. Those of callbacks are the other system's."""

from django.urls import path

from mazdoor.interfaces.dci import views

app_name = "dci"

urlpatterns = [
    path("registry/search", views.search, name="search"),
    path("registry/subscribe", views.subscribe, name="subscribe"),
    path("registry/unsubscribe", views.unsubscribe, name="unsubscribe"),
    path("registry/txn/status", views.status, name="status"),
    path("registry/sync/search", views.sync_search, name="sync-search"),
    path("registry/sync/txn/status", views.sync_status, name="sync-status"),
]
