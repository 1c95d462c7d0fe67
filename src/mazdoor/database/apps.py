"""The database room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """The room's name and label."""

    name = "mazdoor.database"
    label = "database"
