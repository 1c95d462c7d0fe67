"""The REST interface as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RestConfig(AppConfig):
    """The room's name and label."""

    name = "mazdoor.interfaces.rest"
    label = "rest"
