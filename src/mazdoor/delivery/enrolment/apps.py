"""Enrolment as a Django application."""

from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    """The eighth room of the chain."""

    name = "mazdoor.delivery.enrolment"
    label = "enrolment"
    verbose_name = "Enrolment"

    def ready(self) -> None:
        """Take part in merges, and follow who moves."""
        from mazdoor.delivery.enrolment import following, merging

        merging.take_part()
        following.take_part()
