"""``mazdoor serve``: the site on loopback, by granian (WSGI)."""

from __future__ import annotations

import socket

import click

from mazdoor.database import lifecycle


@click.command()
@click.option("--port", default=8800, show_default=True, help="Port on loopback; 0 takes a free one.")
@click.option("--workers", default=2, show_default=True, help="Processes that answer.")
def serve(*, port: int, workers: int) -> None:
    """Serve the site on 127.0.0.1 until Ctrl-C. The database is started where needed and kept up meanwhile."""
    with lifecycle.lease():
        lifecycle.ensure_ready()
        run_site(port=port, workers=workers)


def run_site(*, port: int, workers: int = 2) -> None:
    """Run the site in this process; the caller holds a database lease."""
    from django.conf import settings
    from granian import Granian
    from granian.constants import Interfaces

    # Files are served from the packages themselves; the server only wants the folder to be there.
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    chosen = port or free_port()
    click.echo(f"http://127.0.0.1:{chosen}/   (Ctrl-C ends it)")
    Granian(
        "mazdoor.config.wsgi:application",
        address="127.0.0.1",
        port=chosen,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        log_access=False,
        websockets=False,
    ).serve()


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
