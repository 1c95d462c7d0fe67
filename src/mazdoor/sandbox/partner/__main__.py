"""``python -m mazdoor.sandbox.partner --home DIR --registry URL``: serve until told to stop."""

from __future__ import annotations

from mazdoor.sandbox.frame import common_arguments, serve
from mazdoor.sandbox.partner.app import Partner


def main() -> None:
    """Read the options, open the books, serve."""
    parser = common_arguments("A welfare system that does not exist.")
    parser.add_argument(
        "--registry", default="", help="where the registry publishes its keys; without it none are checked"
    )
    parser.add_argument("--secret", default="a secret of the sandbox", help="what the registry asks for tokens with")
    options = parser.parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    serve(Partner(options.home, registry=options.registry, secret=options.secret), options)


if __name__ == "__main__":
    main()
