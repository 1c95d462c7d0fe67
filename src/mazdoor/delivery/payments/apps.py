"""Payments as a Django application."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """The ninth room of the chain."""

    name = "mazdoor.delivery.payments"
    label = "payments"
    verbose_name = "Payments"
