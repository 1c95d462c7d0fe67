"""Exit codes: what kind of end a command came to (see :mod:`mazdoor.cli.main`)."""

from typing import Final

REFUSED: Final = 3
FOUND_WRONG: Final = 4
