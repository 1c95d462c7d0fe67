"""The access room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The room's name and label."""

    name = "mazdoor.access"
    label = "access"
