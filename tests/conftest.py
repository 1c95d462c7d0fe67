"""Shared fixtures: one throw-away PostgreSQL per test process, made the way users get theirs.

The home folder is chosen here, before Django's settings are read; that is why the settings module is named here and
not in ``pyproject.toml``. Tests sign in as ``mazdoor_app`` and are rolled back; a test that commits
(``django_db(transaction=True)``) gets its database copied anew from a template afterwards. Each process of
pytest-xdist has a server of its own, so nothing is shared.

======================  ============================================================================================
``django_db`` mark      as ever; nothing is seen of rooms under row-level security until somebody acts
``system``              the test acts as the system and sees every area
``officer``             makes an officer: ``officer(desk="finance", areas=["PK6"])``
``owner_connection``    a psycopg connection as ``mazdoor_owner``, autocommit (for tampering and for catalogues)
``fresh_database``      a database of its own with its environment for subprocesses (for crashes and many processes)
======================  ============================================================================================

``MAZDOOR_TEST_DATABASE_URL`` names an external server to test against instead.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.databases import copy_database, drop_database
from tests.folders import open_folder, sweep

_HOME = open_folder("test")
os.environ["MAZDOOR_HOME"] = str(_HOME)
# Commands put what they need for a moment into the home folder too: a killed one leaves it there, and it goes with the rest.
# pytest's own folders stay where they are looked for after a failure.
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
tempfile.tempdir = os.environ["TMPDIR"] = str(_HOME / "tmp")
Path(tempfile.tempdir).mkdir(mode=0o711)
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["MAZDOOR_DATABASE_THROWAWAY"] = "1"
# Playwright keeps an event loop running in this thread for the rest of the session; Django would take every later test
# for asynchronous code and refuse it the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# Spark's Java lives for seconds here: compiling well costs it more than it would ever win.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
for _name in ("MAZDOOR_DATABASE_URL", "MAZDOOR_DATABASE_PORT", "MAZDOOR_DATABASE_NAME"):
    os.environ.pop(_name, None)
if _url := os.environ.get("MAZDOOR_TEST_DATABASE_URL"):
    os.environ["MAZDOOR_DATABASE_URL"] = _url
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEMPLATE = f"mazdoor_template_{_WORKER}"
TESTING = f"mazdoor_testing_{_WORKER}"
os.environ["MAZDOOR_DATABASE_NAME"] = TESTING


def pytest_configure(config: pytest.Config) -> None:
    """Read Django's settings now; pytest-django, which comes after, then sets Django up."""
    from django.conf import settings

    gc.disable()  # until all is imported: there is no garbage in it

    assert settings.DATABASES["default"]["USER"] == "mazdoor_app"
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        # The processes of pytest-xdist inherit what stands here. Were the settings named, pytest-django would read them
        # there before this file has chosen a home folder, and they would look for this process's database.
        del os.environ["DJANGO_SETTINGS_MODULE"]


# Where there are several processes (``make test``), each file is run by one of them; files that share something that takes
# long to set up are run by the same one: a site with its browser, a Java machine, a population. Those stand first, so
# that no process is left with much to do at the end.
_TOGETHER = {
    "site": ("tests/browser/", "tests/openrosa/"),
    "spark": (
        "tests/matching/test_any_file_on_spark.py",
        "tests/matching/test_linkage_on_spark.py",
        "tests/rules/test_engines_agree.py",
        "tests/rules/test_operators_on_spark.py",
        "tests/rules/test_spark.py",
        "tests/rules/test_wide_numbers.py",
    ),
    "acceptance": ("tests/acceptance/test_the_chain_holds.py",),
    "population": ("tests/synth/",),
}


def _group(nodeid: str) -> str:
    """The name of the tests that stay in one process with this one."""
    file = nodeid.partition("::")[0]
    return next((name for name, starts in _TOGETHER.items() if file.startswith(starts)), file)


@pytest.hookimpl(trylast=True)  # pytest-django sorts first
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long stands first where there are several processes."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        order = list(_TOGETHER)
        items.sort(key=lambda item: order.index(group) if (group := _group(item.nodeid)) in order else len(order))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays: no later collection of garbage walks over it again."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests that belong together go to one process, a group at a time."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid)

    return Together(config, log)


@atexit.register
def _remove_home() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


def _forget_the_database() -> None:
    """A database is gone, and the next one numbers its rows from 1 again: what was remembered or filed of this one goes too."""
    from django.core.cache import cache

    from mazdoor.delivery.registration import consent_notices
    from mazdoor.interfaces.openrosa import publishing
    from mazdoor.reference import selectors as reference

    cache.clear()
    reference.forget()
    consent_notices._written.clear()
    publishing._noted.clear()
    for numbered in ("imports", "sheets", "snapshots", "work"):
        shutil.rmtree(_HOME / numbered, ignore_errors=True)


@pytest.fixture(scope="session")
def database_server(django_db_blocker: Any) -> Iterator[None]:
    """The server of this test process, and in it the template database with every migration and view."""
    from mazdoor.database import lifecycle
    from mazdoor.database.keys import keyring

    os.environ["MAZDOOR_DATABASE_NAME"] = TEMPLATE
    sweep()
    keyring()  # kept for the process: of this home folder, though the first test that seals something may be in another
    with lifecycle.lease():
        with django_db_blocker.unblock():
            lifecycle.ensure_ready()
        os.environ["MAZDOOR_DATABASE_NAME"] = TESTING
        yield
        if os.environ.get("MAZDOOR_DATABASE_URL"):
            drop_database(TESTING)
            drop_database(TEMPLATE)


@pytest.fixture(scope="session")
def django_db_setup(database_server: None, django_db_blocker: Any) -> Iterator[None]:
    """Instead of pytest-django's: Django's connections point at a copy of the template."""
    from django.db import connections
    from django.test import TransactionTestCase

    from mazdoor.database.settings import django_databases

    def point_at_testing() -> None:
        for alias, settings in django_databases().items():
            connections[alias].close()
            connections[alias].settings_dict.update(settings)

    def copy_anew(_: TransactionTestCase) -> None:
        # Instead of Django's TRUNCATE of every table: the application's role may not, and laws and areas would go.
        for alias in connections:
            connections[alias].close()
        copy_database(TESTING, template=TEMPLATE)
        _forget_the_database()

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        copy_database(TESTING, template=TEMPLATE)
        point_at_testing()
        patch.setattr(TransactionTestCase, "_fixture_teardown", copy_anew)
        yield
        for alias in connections:
            connections[alias].close()


@pytest.fixture
def owner_connection(django_db_setup: None) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """The testing database as its owner. What is changed here is not rolled back: use it with transaction=True."""
    from mazdoor.database.address import current_address

    with psycopg.connect(current_address().conninfo("owner"), autocommit=True) as connection:
        yield connection


@dataclass(frozen=True)
class FreshDatabase:
    """A database of its own on the test server."""

    name: str
    environment: dict[str, str]
    app: str = field(repr=False)  # conninfo
    owner: str = field(repr=False)

    def connect(self, who: str = "app") -> psycopg.Connection[tuple[Any, ...]]:
        """A connection as ``app`` or ``owner``."""
        return psycopg.connect(self.app if who == "app" else self.owner)


@pytest.fixture
def fresh_database(database_server: None, request: pytest.FixtureRequest) -> Iterator[FreshDatabase]:
    """A committed-to database that other processes can use: pass ``environment`` to them."""
    from mazdoor.database.address import current_address

    name = f"fresh_{_WORKER}_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**8}"
    copy_database(name, template=TEMPLATE)
    address = current_address()
    yield FreshDatabase(
        name=name,
        environment=os.environ
        | {"MAZDOOR_DATABASE_NAME": name, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
        app=address.conninfo("app", name=name),
        owner=address.conninfo("owner", name=name),
    )
    drop_database(name)
    _forget_the_database()


@pytest.fixture
def system(db: None) -> Iterator[None]:
    """The whole test acts as the system: every area is seen, the journal says why."""
    from mazdoor.access.services import acting_as_system

    with acting_as_system(reason="test"):
        yield


@pytest.fixture
def officer(db: None) -> Callable[..., Any]:
    """``officer(desk="finance")``: another officer at each call, in the whole country unless ``areas`` are named."""
    from mazdoor.access.services import acting_as_system, ensure_officer

    made = 0

    def make(*, desk: str = "registrar", areas: list[str] | None = None, **more: Any) -> Any:
        nonlocal made
        made += 1
        with acting_as_system(reason="test"):
            return ensure_officer(
                username=more.pop("username", f"{desk}-{made}"),
                full_name=more.pop("full_name", f"Officer {made}"),
                desk=desk,
                areas=["*"] if areas is None else areas,
                password=more.pop("password", "a long test password"),
                **more,
            )

    return make
