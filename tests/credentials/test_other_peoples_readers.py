"""A card is read off its picture and verified by tools that share nothing with us; altered, it fails in each of them."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cbor2
import claim169
import pytest
from PIL import Image

from mazdoor.interfaces.credentials import base45, checking, keys, printing, reading, status, tokens

pytestmark = pytest.mark.django_db  # names of districts come from the reference lists

Make = Callable[..., printing.Printed]
Read = Callable[[str, dict[str, str]], dict[str, Any]]


@pytest.fixture(autouse=True)
def areas(db: None) -> None:
    """The areas of the country."""
    from mazdoor.reference import services as reference

    reference.load()


def published() -> dict[str, str]:
    """The keys as the site publishes them, taken from the JWK set: name → public key, both in hex."""
    import base64

    return {
        key["kid"]: base64.urlsafe_b64decode(key["x"] + "=" * (-len(key["x"]) % 4)).hex()
        for key in keys.key_set_json()["keys"]
    }


def only_key() -> bytes:
    """The public key a verifier has to hold."""
    return keys.signing_keys()[-1].x


def off_the_picture(card: printing.Printed, *, dots: int = 300) -> str:
    """The text of the QR on the back of a card, as a camera finds it."""
    _, back = printing.pictures([card], layout=printing.Layout.CARD, dots=dots)
    (text,) = reading.qr_texts(back)
    return text


def altered(text: str, *, name: str) -> str:
    """The same credential with another name and the old signature."""
    tagged = cbor2.loads(tokens.token_of(text))
    header, unprotected, payload, signature = tagged.value
    claims = cbor2.loads(payload)
    claims[tokens.CLAIM_169][tokens.FULL_NAME] = name
    return tokens.qr_text(cbor2.dumps(cbor2.CBORTag(18, [header, unprotected, cbor2.dumps(claims), signature])))


def test_claim169_verifies_a_printed_card(printed: Make) -> None:
    text = off_the_picture(printed())
    result = claim169.decode(text, verify_with_ed25519=only_key())
    assert result.is_verified() and result.cwt_meta.issuer == "https://registry.example"
    said = result.claim169
    assert (said.id, said.full_name, said.secondary_full_name) == ("123456789012", "Razia Bibi", "رضیہ بی بی")
    assert (said.language, said.secondary_language, said.location_code) == ("eng", "urd", "PK603")
    assert (said.date_of_birth, said.phone, said.address, said.photo) == (None, None, None, None)


def test_what_a_printer_prints_is_read_and_verified(printed: Make) -> None:
    """The PDF itself, drawn by PDFium (Chrome's) and not by Typst, at the 300 dots of an office printer."""
    import pypdfium2

    card = printed()
    document = pypdfium2.PdfDocument(printing.pdf([card], layout=printing.Layout.CARD))
    assert len(document) == 2
    sides = []
    for page in document:
        assert [round(side / 72 * 25.4, 1) for side in page.get_size()] == [85.6, 54.0]
        out = io.BytesIO()
        page.render(scale=300 / 72).to_pil().save(out, "PNG")
        sides.append(out.getvalue())
    words = document[0].get_textpage().get_text_bounded()
    assert "Razia Bibi" in words and "1234 5678 9012" in words
    (text,) = reading.qr_texts(sides[1])
    result = claim169.decode(text, verify_with_ed25519=only_key())
    assert result.is_verified() and result.claim169.full_name == "Razia Bibi"
    if folder := os.environ.get("MAZDOOR_PICTURES"):
        for name, side in zip(("front", "back"), sides, strict=True):
            (Path(folder) / f"card-pdf-{name}.png").write_bytes(side)


def test_auth0_cose_and_pixelpass_verify_a_printed_card(printed: Make, read_with_npm: Read) -> None:
    told = read_with_npm(off_the_picture(printed()), published())
    assert told["cose"] == {"verified": True}
    assert told["pixelpass"] == {
        "verified": True,
        "expired": False,
        "id": "123456789012",
        "fullName": "Razia Bibi",
        "secondName": "رضیہ بی بی",
    }


def test_another_name_under_the_old_signature_fails_in_each(printed: Make, read_with_npm: Read) -> None:
    text = altered(off_the_picture(printed()), name="Somebody Else")
    with pytest.raises(claim169.SignatureError):
        claim169.decode(text, verify_with_ed25519=only_key())
    told = read_with_npm(text, published())
    assert [told[tool]["verified"] for tool in ("cose", "pixelpass")] == [False, False]
    assert {told[tool]["why"] for tool in ("cose", "pixelpass")} == {"signature verification failed"}
    assert checking.check(text, keys=keys.public_keys(), lists={}, at=now()).verdict is checking.Verdict.ALTERED


def test_somebody_elses_key_fails_in_each(printed: Make, read_with_npm: Read) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    theirs = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    text = off_the_picture(printed())
    with pytest.raises(claim169.SignatureError):
        claim169.decode(text, verify_with_ed25519=theirs)
    told = read_with_npm(text, {kid: theirs.hex() for kid in published()})
    assert not told["cose"]["verified"] and not told["pixelpass"]["verified"]


def test_a_card_that_has_run_out_is_told_as_such(printed: Make, read_with_npm: Read) -> None:
    text = off_the_picture(printed(issued_on=dt.date(2020, 1, 1), days=365))
    with pytest.raises(claim169.Claim169Exception, match="expired"):
        claim169.decode(text, verify_with_ed25519=only_key())
    assert read_with_npm(text, published())["pixelpass"]["expired"] is True
    assert checking.check(text, keys=keys.public_keys(), lists={}, at=now()).verdict is checking.Verdict.EXPIRED


def test_a_revoked_card_is_told_offline_from_the_signed_list(printed: Make) -> None:
    text = off_the_picture(printed(card_id=412))
    uri = "https://registry.example/cards/status/0"
    token = status.make(uri=uri, ended=[3, 412, 900], key=keys.signing_keys()[-1], at=now())
    found = status.read(token, keys.public_keys())
    assert [found.ended(place) for place in (2, 3, 411, 412, 413, 900, 10**6)] == [
        False, True, False, True, False, True, False,
    ]  # fmt: skip
    check = checking.check(text, keys=keys.public_keys(), lists={uri: found}, at=now())
    assert check.verdict is checking.Verdict.REVOKED
    other = off_the_picture(printed(card_id=413))
    lists = {uri: found}
    assert checking.check(other, keys=keys.public_keys(), lists=lists, at=now()).verdict is checking.Verdict.GOOD
    assert checking.check(other, keys=keys.public_keys(), lists={}, at=now()).verdict is checking.Verdict.UNCHECKED
    late = now() + dt.timedelta(days=31)
    assert checking.check(other, keys=keys.public_keys(), lists=lists, at=late).verdict is checking.Verdict.UNCHECKED


def test_a_list_is_verified_by_another_reader_of_cwt(printed: Make) -> None:
    import cwt

    uri = "https://registry.example/cards/status/0"
    token = status.make(uri=uri, ended=[5], key=keys.signing_keys()[-1], at=now())
    key_set = [cwt.COSEKey.new(key) for key in cbor2.loads(keys.key_set_cbor())]
    claims = cwt.decode(token, key_set)
    assert claims[2] == uri and claims[65533]["bits"] == 1
    forged = bytearray(token)
    forged[-1] ^= 1
    with pytest.raises(tokens.SignatureWrong):
        status.read(bytes(forged), keys.public_keys())


def test_a_list_is_no_card_and_a_card_is_no_list(printed: Make) -> None:
    token = status.make(uri="u", ended=[], key=keys.signing_keys()[-1], at=now())
    with pytest.raises(tokens.NotACredential):
        tokens.read(tokens.qr_text(token), keys.public_keys())
    with pytest.raises(tokens.NotACredential):
        status.read(tokens.token_of(printed().face.qr), keys.public_keys())


LONG = {
    "name": "Muhammad Abdul Rehman Qureshi Hashmi Al-Madni",
    "name_ur": "محمد عبدالرحمٰن قریشی ہاشمی المدنی صدیقی",
}


@pytest.mark.parametrize("changes", [{}, LONG, {"name_ur": ""}, {"name": ""}])
def test_every_printed_code_is_read_at_the_dots_of_a_cheap_printer_and_camera(
    printed: Make, changes: dict[str, str]
) -> None:
    card = printed(**changes)
    _, back = printing.pictures([card], layout=printing.Layout.CARD, dots=200)
    worn = io.BytesIO()
    Image.open(io.BytesIO(back)).convert("L").rotate(4, expand=True, fillcolor=200).save(worn, "JPEG", quality=55)
    assert reading.qr_texts(worn.getvalue()) == [card.face.qr]


def test_ten_cards_of_a_sheet_are_read_and_each_back_lies_behind_its_front(printed: Make) -> None:
    cards = [printed(card_id=number) for number in range(1, 12)]
    pages = printing.pictures(cards, layout=printing.Layout.SHEET, dots=200)
    assert len(pages) == 4
    found = [tokens.read(text, keys.public_keys()).card_id for text in reading.qr_texts(pages[1])]
    assert sorted(found) == list(range(1, 11))
    (last,) = reading.qr_texts(pages[3])
    assert tokens.read(last, keys.public_keys()).card_id == 11
    wide = Image.open(io.BytesIO(pages[3])).width  # the eleventh front is at the left, so its back is at the right
    import zxingcpp

    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(pages[3])).convert("L"))
    assert code.position.top_left.x > wide / 2


def test_the_wire_is_what_the_specifications_say(printed: Make) -> None:
    token = tokens.token_of(printed().face.qr)
    tagged = cbor2.loads(token)
    assert tagged.tag == 18
    header = cbor2.loads(tagged.value[0])
    assert header == {1: -8, 4: keys.signing_keys()[-1].kid}
    claims = cbor2.loads(tagged.value[2])
    assert set(claims) == {1, 2, 4, 6, 169, 65535}
    assert set(claims[169]) == {1, 2, 3, 4, 19, 20, 21}


@pytest.mark.parametrize(
    ("plain", "written"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")],
)
def test_base45_is_that_of_rfc_9285(plain: bytes, written: str) -> None:
    assert base45.encode(plain) == written and base45.decode(written) == plain


@pytest.mark.parametrize("text", ["", "GGW", "ZZZ", ":::", "A", "abc", "6BF", "NCF" * 900, "é"])
def test_what_is_no_card_is_unreadable_and_never_an_error(text: str) -> None:
    assert checking.check(text, keys=keys.public_keys(), lists={}, at=now()).verdict is checking.Verdict.UNREADABLE


def test_a_text_that_unfolds_without_end_is_refused() -> None:
    import zlib

    text = base45.encode(zlib.compress(b"\0" * 10_000_000, 9))
    with pytest.raises(tokens.NotACredential):
        tokens.token_of(text)


def test_both_forms_of_the_key_set_name_the_same_keys() -> None:
    assert keys.read_key_set(keys.key_set_cbor()) == keys.public_keys()
    assert keys.read_key_set(json.dumps(keys.key_set_json()).encode()) == keys.public_keys()


def now() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC)
