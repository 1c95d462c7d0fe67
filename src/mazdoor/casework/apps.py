"""Casework as a Django application."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Beside the chain: it may open any room's door."""

    name = "mazdoor.casework"
    label = "casework"
    verbose_name = "Casework"

    def ready(self) -> None:
        """Take open cases and changes along when people move."""
        from mazdoor.casework.following import take_part

        take_part()
