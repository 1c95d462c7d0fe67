"""The DCI interface as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DciConfig(AppConfig):
    """The room's name and label; at start-up it says which news of the registry its subscribers are told."""

    name = "mazdoor.interfaces.dci"
    label = "dci"

    def ready(self) -> None:
        """Subscribe to the registry's news."""
        from mazdoor.interfaces.dci.notices import listen

        listen()
