"""Registration as a Django application."""

from django.apps import AppConfig


class RegistrationConfig(AppConfig):
    """The first room of the chain."""

    name = "mazdoor.delivery.registration"
    label = "registration"
    verbose_name = "Registration"
