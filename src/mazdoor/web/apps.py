"""The site as a Django app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Screens by desk, in English and Urdu."""

    name = "mazdoor.web"
    label = "web"

    def ready(self) -> None:
        """Compile message catalogues that are missing or out of date, before any text is asked for."""
        from mazdoor.web import catalogues

        catalogues.compile_stale()
