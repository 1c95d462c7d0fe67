"""A welfare system of the sandbox, registered with a registry that answers over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.sandbox.running import Sandbox

SECRET = "what the registry asks for tokens with"


@pytest.fixture
def welfare(tmp_path: Path, live_server: Any) -> Iterator[Callable[..., Any]]:
    """``welfare(scopes=…)`` starts a sandbox and registers it; one a test."""
    from tests.interfaces.dci.welfare import Welfare
    from tests.interfaces.partners import Partner

    running: list[Sandbox] = []
    # The first request reads every page of the site; on a busy machine that takes longer than the sandbox waits.
    assert httpx.get(f"{live_server.url}/.well-known/jwks.json", timeout=120).status_code == 200

    def start(**registration: Any) -> Welfare:
        sandbox = Sandbox("partner", tmp_path / "partner", "--registry", live_server.url, "--secret", SECRET)
        running.append(sandbox.start())
        registered = Partner(
            public_keys=[],
            keys_uri=f"{sandbox.url}/.well-known/jwks.json",
            callback_uri=sandbox.url,
            token_uri=f"{sandbox.url}/oauth2/client/token",
            our_code="mazdoor",
            our_secret=SECRET,
            **registration,
        )
        return Welfare(sandbox, registered, live_server.url)

    yield start
    for sandbox in running:
        sandbox.stop()
