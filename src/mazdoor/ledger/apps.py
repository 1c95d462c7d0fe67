"""The ledger as a Django application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Double entry, append-only."""

    name = "mazdoor.ledger"
    label = "ledger"
    verbose_name = "Ledger"
