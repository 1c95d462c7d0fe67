"""``python -m mazdoor.cli``."""

from mazdoor.cli.main import main

if __name__ == "__main__":  # the site's processes are new ones, which read this file and must not begin again
    main()
