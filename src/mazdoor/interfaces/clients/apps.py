"""Other systems as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """The room's name and label."""

    name = "mazdoor.interfaces.clients"
    label = "clients"
