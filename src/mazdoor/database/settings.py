"""Django's DATABASES. ``default`` signs in as ``mazdoor_app``; ``owner`` is for migrations and maintenance only."""

from __future__ import annotations

from typing import Any

from mazdoor.database.address import Who, current_address


def django_databases() -> dict[str, dict[str, Any]]:
    """The two connections, computed without starting anything."""
    return {"default": connection_settings("app"), "owner": connection_settings("owner")}


def connection_settings(who: Who) -> dict[str, Any]:
    """One entry of DATABASES for ``who``."""
    address = current_address()
    parameters = address.parameters(who)
    return {
        "ENGINE": "mazdoor.database.engine",
        "HOST": parameters.pop("host"),
        "PORT": parameters.pop("port"),
        "NAME": parameters.pop("dbname"),
        "USER": parameters.pop("user"),
        "PASSWORD": parameters.pop("password", ""),
        "CONN_MAX_AGE": 60 if who == "app" else 0,
        "CONN_HEALTH_CHECKS": True,
        # Nothing is prepared for being repeated, only what says so itself (`prepared`, `together`).
        "OPTIONS": {**parameters, "prepare_threshold": 1_000_000_000},
    }
