"""Where to connect and as whom: the embedded server's socket, or the external server of ``MAZDOOR_DATABASE_URL``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from mazdoor.database.credentials import APP, OWNER, PASSFILE, SUPERUSER, passwords
from mazdoor.database.home import home_folder
from mazdoor.database.place import place_for
from mazdoor.database.refusals import BAD_ADDRESS
from mazdoor.database.server import PORT, tcp_port

DATABASE: Final = "mazdoor"
Who = Literal["app", "owner", "superuser"]


@dataclass(frozen=True, slots=True)
class Address:
    """One server and one database on it."""

    home: Path
    host: str
    port: int
    name: str
    owner: str
    owner_password: str | None
    external: bool
    options: tuple[tuple[str, str], ...] = ()  # such as sslmode, of an external address

    def parameters(self, who: Who = "app", *, name: str | None = None) -> dict[str, str]:
        """Connection parameters for ``psycopg.connect(**…)``; ``name`` picks another database on the server."""
        given: dict[str, str] = {"host": self.host, "port": str(self.port), "dbname": name or self.name}
        given |= dict(self.options)
        if who == "owner":
            given["user"] = self.owner
            if self.owner_password is not None:
                given["password"] = self.owner_password
        else:
            role = APP if who == "app" else SUPERUSER
            given |= {"user": role, "password": passwords(self.home)[role]}
        return given

    def conninfo(self, who: Who = "app", *, name: str | None = None) -> str:
        """The same as one libpq string (holds the password: never print it)."""
        return make_conninfo("", **self.parameters(who, name=name))

    def url(self, who: Who = "app") -> str:
        """An address to show and to paste: it names the password file instead of the password."""
        user = self.owner if who == "owner" else APP
        query = {"host": self.host, "port": str(self.port)} | dict(self.options)
        if not self.external or who == "app":
            query["passfile"] = str(self.home / PASSFILE)
        return f"postgresql://{quote(user)}@/{quote(self.name)}?{urlencode(query, quote_via=quote)}"


def current_address() -> Address:
    """The address of this installation. Starts nothing; makes the password file at first use."""
    given = os.environ.get("MAZDOOR_DATABASE_URL", "").strip()
    if given:
        return external_address(given)
    home = home_folder()
    place = place_for(home)
    return Address(
        home=home,
        host=str(place.run),
        port=tcp_port() or PORT,
        name=os.environ.get("MAZDOOR_DATABASE_NAME") or DATABASE,
        owner=OWNER,
        owner_password=passwords(home)[OWNER],
        external=False,
    )


def external_address(url: str) -> Address:
    """The address written in ``url``, with the owner's credentials in it."""
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
        user = parts.pop("user")
        name = os.environ.get("MAZDOOR_DATABASE_NAME") or parts["dbname"]
        port = int(parts.pop("port", "5432"))
    except (KeyError, ValueError, psycopg.ProgrammingError) as error:
        raise BAD_ADDRESS.because() from error
    parts.pop("dbname", None)
    return Address(
        home=home_folder(),
        host=parts.pop("host", "localhost"),
        port=port,
        name=name,
        owner=user,
        owner_password=parts.pop("password", None),
        external=True,
        options=tuple(sorted(parts.items())),
    )
