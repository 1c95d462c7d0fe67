"""The site as a Django app."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class WebConfig(AppConfig):
    """Screens by desk, in English and Urdu."""

    name = "mazdoor.web"
    label = "web"

    def ready(self) -> None:
        """Compile message catalogues that are missing or out of date before any text is asked for, and make room for files."""
        from mazdoor.web import catalogues

        catalogues.compile_stale()
        # Files are served from where they lie; the folder for collected ones may stay empty but must be there.
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
