"""Accounts as a Django application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The fourth room of the chain."""

    name = "mazdoor.delivery.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Take part in merges."""
        from mazdoor.delivery.accounts.merging import take_part

        take_part()
