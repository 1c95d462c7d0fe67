"""What axe-core holds against a page, by WCAG levels A and AA: the same question wherever a browser looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

if TYPE_CHECKING:
    from playwright.sync_api import Page

LEVELS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CAME_ANEW: Final = ("Execution context was destroyed", "axe is not defined")
"""What is said where a page that tells of work came anew by itself while it was looked at."""


def violations(page: Page) -> list[str]:
    """A line for each rule the page breaks, with the first places. What is all right is not written down: it takes long."""
    options = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
    for tries_left in reversed(range(3)):
        page.wait_for_load_state()
        try:
            response = Axe().run(page, options=options).response
            break
        except Error as error:
            if not tries_left or not any(said in str(error) for said in CAME_ANEW):
                raise
    return [
        f"{found['id']}: {found['help']} ({', '.join(node['html'][:120] for node in found['nodes'][:3])})"
        for found in response["violations"]
    ]
