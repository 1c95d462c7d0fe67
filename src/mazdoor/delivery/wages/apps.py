"""Wages as a Django application."""

from django.apps import AppConfig


class WagesConfig(AppConfig):
    """The fifth room of the chain."""

    name = "mazdoor.delivery.wages"
    label = "wages"
    verbose_name = "Wages"
