"""The Django application of the reference room."""

from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """Registers the room under the label ``reference``."""

    name = "mazdoor.reference"
    label = "reference"
