"""Assessment as a Django application."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """The seventh room of the chain."""

    name = "mazdoor.delivery.assessment"
    label = "assessment"
    verbose_name = "Assessment"
