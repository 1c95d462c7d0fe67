"""The OpenRosa wire as a Django app: it keeps devices and what they sent."""

from django.apps import AppConfig


class OpenRosaConfig(AppConfig):
    """Devices, their forms and the rests of their conversations."""

    name = "mazdoor.interfaces.openrosa"
    label = "openrosa"
    verbose_name = "OpenRosa"
