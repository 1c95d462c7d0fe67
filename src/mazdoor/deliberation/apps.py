"""Deliberation as a Django application."""

from django.apps import AppConfig


class DeliberationConfig(AppConfig):
    """Beside the chain: it tries rules and decides nothing."""

    name = "mazdoor.deliberation"
    label = "deliberation"
    verbose_name = "Deliberation"
