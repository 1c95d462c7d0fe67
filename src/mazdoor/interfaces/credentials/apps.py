"""Registry cards as a Django application."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """The wire of cards: it reads the register and writes only its own table."""

    name = "mazdoor.interfaces.credentials"
    label = "credentials"
    verbose_name = "Registry cards"

    def ready(self) -> None:
        """Hear of deaths, take part in merges, and follow who moves."""
        from mazdoor.interfaces.credentials.following import take_part

        take_part()
