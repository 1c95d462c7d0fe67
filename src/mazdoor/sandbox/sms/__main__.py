"""``python -m mazdoor.sandbox.sms --home DIR``: serve until told to stop."""

from __future__ import annotations

from mazdoor.sandbox.frame import common_arguments, serve
from mazdoor.sandbox.sms.app import Gateway


def main() -> None:
    """Read the options, open the books, serve."""
    parser = common_arguments("An SMS gateway that does not exist.")
    parser.add_argument(
        "--callback", default="", help="where to hand messages that come in, with name and secret; %%I is their number"
    )
    options = parser.parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    serve(Gateway(options.home, callback=options.callback), options)


if __name__ == "__main__":
    main()
