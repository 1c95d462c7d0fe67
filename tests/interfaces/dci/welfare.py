"""A welfare system of the sandbox, as registered with a registry that answers over HTTP."""

from __future__ import annotations

from typing import Any

from tests.interfaces.partners import Partner, search_message
from tests.sandbox.running import Sandbox


class Welfare:
    """A sandbox process and its registration: ``welfare.ask("registry/search", "search", message)``."""

    def __init__(self, sandbox: Sandbox, registered: Partner, registry: str) -> None:
        self.sandbox = sandbox
        self.registered = registered
        self.registry = registry

    def ask(self, path: str, action: str, message: dict[str, Any], *, total: int = 1, **more: Any) -> dict[str, Any]:
        """What the registry answered to a message the sandbox signed and sent: ``{"status", "answer"}``."""
        found: dict[str, Any] = self.sandbox.post(
            "/admin/ask",
            {
                "registry": self.registry,
                "client_id": self.registered.code,
                "client_secret": self.registered.secret,
                "path": path,
                "action": action,
                "message": message,
                "total_count": total,
                **more,
            },
        )
        return found

    def search(self, *criteria: dict[str, Any], path: str = "registry/search", **more: Any) -> dict[str, Any]:
        """What the registry answered to a search."""
        return self.ask(path, "search", search_message(*criteria), total=len(criteria), **more)

    def received(self, action: str = "") -> list[dict[str, Any]]:
        """What came to the sandbox, of one action or of all."""
        everything: list[dict[str, Any]] = self.sandbox.get("/admin/received")["received"]
        return [each for each in everything if action in ("", each["action"])]
