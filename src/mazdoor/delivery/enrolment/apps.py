"""Enrolment as a Django application."""

from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    """The eighth room of the chain."""

    name = "mazdoor.delivery.enrolment"
    label = "enrolment"
    verbose_name = "Enrolment"
