"""Verification as a Django application."""

from django.apps import AppConfig


class VerificationConfig(AppConfig):
    """The second room of the chain."""

    name = "mazdoor.delivery.verification"
    label = "verification"
    verbose_name = "Verification"

    def ready(self) -> None:
        """Follow who moves."""
        from mazdoor.delivery.verification.following import take_part

        take_part()
