"""``python -m mazdoor.sandbox.bank --home DIR``: serve until told to stop."""

from __future__ import annotations

import datetime as dt

from mazdoor.sandbox.bank.accounts import DEFAULT_FUNDING
from mazdoor.sandbox.bank.app import Bank
from mazdoor.sandbox.frame import common_arguments, serve


def main() -> None:
    """Read the options, open the books, serve."""
    parser = common_arguments("A bank that does not exist.")
    parser.add_argument("--bank", action="append", dest="banks", metavar="CODE", help="IBAN bank code; may be repeated")
    parser.add_argument("--funding", type=int, default=DEFAULT_FUNDING, help="the payer's opening balance, in paisa")
    parser.add_argument(
        "--first-date", type=dt.date.fromisoformat, help="date of the bank's first day (default: today)"
    )
    options = parser.parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    bank = Bank(
        options.home,
        options.banks or ["HABB", "ALFH", "JCMA"],
        funding=options.funding,
        first_date=options.first_date or dt.datetime.now(dt.UTC).date(),
    )
    serve(bank, options)


if __name__ == "__main__":
    main()
