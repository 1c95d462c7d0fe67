"""Casework as a Django application."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Beside the chain: it may open any room's door."""

    name = "mazdoor.casework"
    label = "casework"
    verbose_name = "Casework"

    def ready(self) -> None:
        """Take open cases and changes along when people move, and part in merges."""
        from mazdoor.casework import duplicates, following

        following.take_part()
        duplicates.take_part()
