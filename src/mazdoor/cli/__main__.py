"""``python -m mazdoor.cli``."""

from mazdoor.cli.main import main

main()
