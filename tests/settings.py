"""Settings of the tests: those of the programme, with quick passwords."""

from __future__ import annotations

from mazdoor.config.settings import *  # noqa: F403

# Made to be slow in life; the tests sign hundreds of invented officers in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
