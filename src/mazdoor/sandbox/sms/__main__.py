"""``python -m mazdoor.sandbox.sms --home DIR``: serve until told to stop."""

from __future__ import annotations

from mazdoor.sandbox.frame import common_arguments, serve
from mazdoor.sandbox.sms.app import Gateway


def main() -> None:
    """Read the options, open the books, serve."""
    options = common_arguments("An SMS gateway that does not exist.").parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    serve(Gateway(options.home), options)


if __name__ == "__main__":
    main()
