"""Deduplication as a Django application."""

from django.apps import AppConfig


class DeduplicationConfig(AppConfig):
    """The third room of the chain."""

    name = "mazdoor.delivery.deduplication"
    label = "deduplication"
    verbose_name = "Deduplication"
