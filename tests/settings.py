"""Settings of the tests while rooms are still being built: those whose package is not there yet are left out."""

from __future__ import annotations

from pathlib import Path

from mazdoor.config.settings import *  # noqa: F403
from mazdoor.config.settings import INSTALLED_APPS as _ALL
from mazdoor.config.settings import MIDDLEWARE as _MIDDLEWARE

_SOURCE = Path(__file__).resolve().parents[1] / "src"


def _is_there(name: str) -> bool:
    folder = _SOURCE / name.replace(".", "/")
    return not name.startswith("mazdoor.") or (folder / "__init__.py").exists() or folder.with_suffix(".py").exists()


INSTALLED_APPS = [name for name in _ALL if _is_there(name)]
MIDDLEWARE = [name for name in _MIDDLEWARE if _is_there(name.rpartition(".")[0])]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if not _is_there("mazdoor.web.urls"):
    ROOT_URLCONF = "tests.settings"
urlpatterns: list[object] = []
