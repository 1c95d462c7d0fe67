"""The two roles and the database: made as the superuser of the embedded server, or as the owner of an external one."""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg import sql

from mazdoor.database.address import Address
from mazdoor.database.binaries import OLDEST_MAJOR
from mazdoor.database.credentials import APP, OWNER, passwords
from mazdoor.database.refusals import NOT_REACHED, OLD_SERVER, ROLE_FORBIDDEN

_ROLE_LOCK: Final = 7_261_001  # advisory lock: two commands that start at once make the roles once


def prepare_roles(address: Address) -> None:
    """Make what is missing: the owner (embedded), the application's role, the database. Idempotent."""
    if address.external:
        _prepare_external(address)
    else:
        _prepare_embedded(address)


def _prepare_embedded(address: Address) -> None:
    if _app_can_sign_in(address):
        _let_owner_prove_keys(address)
        return
    secrets = passwords(address.home)
    with psycopg.connect(address.conninfo("superuser", name="postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_ROLE_LOCK])
        _role(connection, APP, secrets[APP], "NOSUPERUSER NOCREATEDB NOCREATEROLE")
        _role(connection, OWNER, secrets[OWNER], "NOSUPERUSER CREATEDB NOCREATEROLE")
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(APP), sql.Identifier(OWNER)))
        create_database(connection, address.name, owner=OWNER)
    _let_owner_prove_keys(address)


def _let_owner_prove_keys(address: Address) -> None:
    """Let the owner's ``database_append`` prove foreign keys set by set; asked first, since a server may be older than it."""
    asked = "SELECT has_parameter_privilege(%s, 'session_replication_role', 'SET')"
    with psycopg.connect(address.conninfo("app", name="postgres"), connect_timeout=10) as connection:
        (granted,) = connection.execute(asked, [OWNER]).fetchone() or (False,)
    if not granted:
        with psycopg.connect(address.conninfo("superuser", name="postgres"), autocommit=True) as connection:
            connection.execute(
                sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}").format(sql.Identifier(OWNER))
            )


def _prepare_external(address: Address) -> None:
    try:
        connection = psycopg.connect(address.conninfo("owner"), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        if "does not exist" not in str(error):
            raise NOT_REACHED.because(place=f"{address.host}:{address.port}") from error
        with _maintenance(address) as maintenance:
            create_database(maintenance, address.name, owner=address.owner)
        connection = psycopg.connect(address.conninfo("owner"), autocommit=True, connect_timeout=10)
    with connection:
        found = connection.info.server_version // 10_000
        if found < OLDEST_MAJOR:
            raise OLD_SERVER.because(found=found, needed=OLDEST_MAJOR)
        if _app_can_sign_in(address):
            return
        connection.execute("SELECT pg_advisory_lock(%s)", [_ROLE_LOCK])
        try:
            _role(connection, APP, passwords(address.home)[APP], "NOSUPERUSER NOCREATEDB NOCREATEROLE")
            connection.execute(
                sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                    sql.Identifier(address.name), sql.Identifier(APP)
                )
            )
        except psycopg.errors.InsufficientPrivilege as error:
            raise ROLE_FORBIDDEN.because(role=APP) from error


def _maintenance(address: Address) -> psycopg.Connection[tuple[object, ...]]:
    """The owner on the external server's ``postgres`` database, to make our own there."""
    try:
        return psycopg.connect(address.conninfo("owner", name="postgres"), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise NOT_REACHED.because(place=f"{address.host}:{address.port}") from error


def _app_can_sign_in(address: Address) -> bool:
    try:
        psycopg.connect(address.conninfo("app"), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _role(connection: psycopg.Connection[tuple[object, ...]], name: str, password: str, attributes: str) -> None:
    """Make the role, or give it the password of this installation where it exists."""
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    connection.execute(
        sql.SQL("{verb} ROLE {name} LOGIN {attributes} PASSWORD {password}").format(
            verb=sql.SQL("ALTER" if exists else "CREATE"),
            name=sql.Identifier(name),
            attributes=sql.SQL(attributes) if not exists else sql.SQL(""),
            password=sql.Literal(password),
        )
    )


def create_database(
    connection: psycopg.Connection[tuple[object, ...]], name: str, *, owner: str, template: str | None = None
) -> None:
    """Make database ``name`` for ``owner`` where it does not exist."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return
    statement = sql.SQL("CREATE DATABASE {} OWNER {} {}").format(
        sql.Identifier(name),
        sql.Identifier(owner),
        sql.SQL("TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL(""),
    )
    connection.execute(statement)
