"""``python -m mazdoor.sandbox.tax --home DIR``: serve until told to stop."""

from __future__ import annotations

from mazdoor.sandbox.frame import common_arguments, serve
from mazdoor.sandbox.tax.app import TaxRegister


def main() -> None:
    """Read the options, open the book, serve."""
    options = common_arguments("A tax register that does not exist.").parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    serve(TaxRegister(options.home), options)


if __name__ == "__main__":
    main()
