"""The text of the QR in a picture of a card."""

from __future__ import annotations

import io
from typing import Final

import zxingcpp
from PIL import Image, UnidentifiedImageError

from mazdoor.interfaces.credentials.refusals import NO_CODE_IN_PICTURE, NOT_A_PICTURE

MOST_BYTES: Final = 12 * 1024 * 1024
MOST_PIXELS: Final = 60_000_000
_FORMATS: Final = ("PNG", "JPEG", "WEBP")


def qr_texts(picture: bytes) -> list[str]:
    """The texts of every QR code in a picture, in reading order.

    Raises ``CRD-009`` for what is no picture (or too large a one), ``CRD-008`` for a picture without a QR code.
    """
    if len(picture) > MOST_BYTES:
        raise NOT_A_PICTURE.because(most=MOST_BYTES // 2**20)
    try:
        image = Image.open(io.BytesIO(picture), formats=_FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise NOT_A_PICTURE.because(most=MOST_BYTES // 2**20)
        grey = image.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise NOT_A_PICTURE.because(most=MOST_BYTES // 2**20) from broken
    codes = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    texts = [code.text for code in codes if code.text]
    if not texts:
        raise NO_CODE_IN_PICTURE.because()
    return texts
