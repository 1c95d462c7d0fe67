"""The Django application of the reporting room."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Registers the room under the label ``reporting``."""

    name = "mazdoor.delivery.reporting"
    label = "reporting"
