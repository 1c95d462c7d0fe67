"""Contributions as a Django application."""

from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    """The sixth room of the chain."""

    name = "mazdoor.delivery.contributions"
    label = "contributions"
    verbose_name = "Contributions"

    def ready(self) -> None:
        """Follow who moves."""
        from mazdoor.delivery.contributions.following import take_part

        take_part()
