"""``make fix``: what a machine can mend: format, imports, message catalogues, generated documents."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools import docs, i18n

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def main() -> int:
    """Mend what can be mended; what cannot is told by ``make check``."""
    subprocess.run([BIN / "ruff", "check", "--fix", "--quiet", "."], cwd=ROOT, check=False)
    subprocess.run([BIN / "ruff", "format", "--quiet", "."], cwd=ROOT, check=True)
    i18n.main(["extract"])
    docs.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
