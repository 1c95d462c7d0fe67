"""``python -m mazdoor.sandbox.identity --home DIR --population DIR``: serve until told to stop."""

from __future__ import annotations

from pathlib import Path

from mazdoor.sandbox.frame import common_arguments, serve
from mazdoor.sandbox.identity.app import Authority
from mazdoor.sandbox.identity.book import load_population


def main() -> None:
    """Read the options, fill the book, serve."""
    parser = common_arguments("An identity authority that does not exist.")
    parser.add_argument("--population", type=Path, help="folder of a synthetic population to fill the book from")
    parser.add_argument("--refuse-everybody", action="store_true", help="nobody matches")
    parser.add_argument("--strict-spelling", action="store_true", help="every letter of a name counts")
    options = parser.parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    authority = Authority(
        options.home, refuse_everybody=options.refuse_everybody, strict_spelling=options.strict_spelling
    )
    if options.population:
        with authority.books.writing() as db:
            load_population(db, options.population)
    serve(authority, options)


if __name__ == "__main__":
    main()
