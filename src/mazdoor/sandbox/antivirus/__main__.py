"""``python -m mazdoor.sandbox.antivirus --home DIR``: serve until told to stop."""

from __future__ import annotations

from mazdoor.sandbox.antivirus.app import Antivirus
from mazdoor.sandbox.frame import common_arguments, serve


def main() -> None:
    """Read the options, open both doors, serve."""
    parser = common_arguments("A virus scanner that is none.")
    parser.add_argument("--clamd-port", type=int, default=0, help="loopback port of clamd's wire; 0 takes a free one")
    parser.add_argument("--most-bytes", type=int, default=25 * 1024 * 1024, help="the largest stream it scans")
    options = parser.parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    service = Antivirus(options.home, most_bytes=options.most_bytes)
    port = service.listen(options.clamd_port)
    serve(service, options, more={"clamd_port": port})


if __name__ == "__main__":
    main()
