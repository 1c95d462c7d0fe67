"""Reconciliation as a Django application."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """The tenth room of the chain."""

    name = "mazdoor.delivery.reconciliation"
    label = "reconciliation"
    verbose_name = "Reconciliation"
