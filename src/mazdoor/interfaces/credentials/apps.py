"""Registry cards as a Django application."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """The wire of cards: it reads the register and writes only its own table."""

    name = "mazdoor.interfaces.credentials"
    label = "credentials"
    verbose_name = "Registry cards"
