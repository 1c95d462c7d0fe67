"""Addresses that belong to no wire: tokens and keys."""

from django.urls import path

from mazdoor.interfaces.clients import views

app_name = "clients"

urlpatterns = [
    path("oauth2/client/token", views.token, name="token"),
    path(".well-known/jwks.json", views.keys, name="keys"),
]
