"""The Django application of the notices room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers the room under the label ``notices``."""

    name = "mazdoor.notices"
    label = "notices"
