"""The journal room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The room's name and label; procrastinate finds its `tasks.py` by itself."""

    name = "mazdoor.journal"
    label = "journal"
