"""Accounts as a Django application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The fourth room of the chain."""

    name = "mazdoor.delivery.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Take part in merges, and follow who moves."""
        from mazdoor.delivery.accounts import following, merging

        merging.take_part()
        following.take_part()
