"""How long sheets of many cards take, and how much memory: as the work behind the page sets them, a hundred to a PDF.

    python -m benchmarks.cards [--cards 500]

Each card has names in both scripts, a photograph of 480 × 600 points and its own signed code. Nothing is written and no
database is needed: names of districts are given. Prints one line of JSON: seconds to sign, seconds to set, cards a second, the
bytes of all PDFs, and the peak of memory in MiB.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import os
import resource
import time
from unittest import mock

import django
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mazdoor.config.settings")
django.setup()

from mazdoor.interfaces.credentials import face, keys, printing, status, tokens  # noqa: E402 models are imported with them

PORTION = 100
DAY = dt.date(2026, 11, 22)


def main() -> None:
    """Sign and set the cards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=500)
    wanted = parser.parse_args().cards
    key = keys.SigningKey(Ed25519PrivateKey.generate(), DAY)
    photo = _photo()
    begun = time.monotonic()
    cards = [_card(number, key, photo) for number in range(1, wanted + 1)]
    signed = time.monotonic()
    size = 0
    with mock.patch.object(
        printing.reference, "area_name", lambda code, language: "بہاولپور" if language == "ur" else "Bahawalpur"
    ):
        for first in range(0, wanted, PORTION):
            size += len(printing.pdf(cards[first : first + PORTION], layout=printing.Layout.SHEET))
    ended = time.monotonic()
    print(
        json.dumps(
            {
                "cards": wanted,
                "sign_seconds": round(signed - begun, 2),
                "set_seconds": round(ended - signed, 2),
                "cards_per_second": round(wanted / (ended - begun), 1),
                "pdf_bytes": size,
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "load_average": round(os.getloadavg()[0], 1),
            }
        )
    )


def _photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((480, 600), 40).convert("RGB").save(out, "JPEG", quality=82)
    return out.getvalue()


def _card(number: int, key: keys.SigningKey, photo: bytes) -> printing.Printed:
    until = DAY.replace(year=DAY.year + 5)
    start, end = (dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC) for day in (DAY, until))
    block, index = status.place_of(number)
    registry_number = f"{number:012d}"
    credential = tokens.Credential(
        issuer="https://registry.example",
        card_id=number,
        registry_number=registry_number,
        name="Razia Bibi",
        name_ur="رضیہ بی بی",
        district_code="PK603",
        issued_at=start,
        expires_at=end,
        status_uri=f"https://registry.example/cards/status/{block}",
        status_index=index,
    )
    told = face.Face(
        registry_number=registry_number,
        name="Razia Bibi",
        name_ur="رضیہ بی بی",
        relation="husband",
        relative="Allah Ditta",
        relative_ur="اللہ دتہ",
        birth_year=1984,
        district_code="PK603",
        photo_id=None,
        qr=tokens.qr_text(tokens.sign(tokens.claims_of(credential), key)),
    )
    return printing.Printed(
        card_id=number,
        face=told,
        issued_on=DAY,
        last_day=face.last_day(until),
        photo=photo,
        site="https://registry.example",
    )


if __name__ == "__main__":
    main()
