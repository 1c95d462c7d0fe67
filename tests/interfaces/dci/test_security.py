"""Who asks is known by a short-lived token and a signature, each message is taken once, and every no has its code."""

from __future__ import annotations

import base64
import datetime as dt
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwk, jws, jwt
from tests.interfaces.partners import Partner, by_identifier, now_text, search_message

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.interfaces.clients import limits, services, signing
from mazdoor.interfaces.clients.models import Client
from mazdoor.journal import selectors as journal
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

UIN = by_identifier("UIN", "01234-1234567-1")
SYNC = "registry/sync/search"


@pytest.fixture(autouse=True)
def full_buckets() -> None:
    limits.forget_rates()


def refused(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal, whatever its shape."""
    found = answer.json()
    if "errors" in found:
        return answer.status_code, found["errors"][0]["code"]
    if "header" in found:
        return answer.status_code, found["header"].get("status_reason_code", "")
    return answer.status_code, found["message"]["error"]["code"]


def test_a_token_is_given_for_the_right_credentials_and_only_with_registered_scopes() -> None:
    partner = Partner(scopes=("search",))
    told = partner.token(scope="search registrations.write").json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 600, "search")
    assert partner.token(scope="registrations.write").json()["error"] == "invalid_scope"
    assert partner.token(client_secret="wrong").status_code == 401
    assert partner.token(client_id="nobody.example.org").json()["error"] == "invalid_client"
    assert partner.token(grant_type="password").json()["error"] == "unsupported_grant_type"
    basic = base64.b64encode(f"{partner.code}:{partner.secret}".encode()).decode()
    answer = partner.browser.post(
        "/oauth2/client/token", {"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def _forged(partner: Partner, **changes: Any) -> str:
    """A token signed by a key that is not ours."""
    now = int(time.time())
    claims = {
        "iss": "mazdoor", "aud": "mazdoor", "sub": partner.code, "scope": "search", "iat": now, "exp": now + 600
    }  # fmt: skip
    stranger = jwk.OKPKey.generate_key("Ed25519", {"kid": signing.our_keys()[-1].kid})
    header = {"alg": "Ed25519", "typ": "at+jwt", "kid": stranger.kid}
    return jwt.encode(header, {**claims, **changes}, stranger, algorithms=["Ed25519"])


def _ours(partner: Partner, *, typ: str = "at+jwt", **changes: Any) -> str:
    """A token signed by our key, with something about it that is not right."""
    now = int(time.time())
    claims = {
        "iss": "mazdoor", "aud": "mazdoor", "sub": partner.code, "scope": "search", "iat": now, "exp": now + 600
    }  # fmt: skip
    key = signing.our_keys()[-1]
    return jwt.encode(
        {"alg": "Ed25519", "typ": typ, "kid": key.kid}, {**claims, **changes}, key, algorithms=["Ed25519"]
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda partner: "",
        lambda partner: "a.b.c",
        _forged,
        lambda partner: _ours(partner, exp=int(time.time()) - 1),
        lambda partner: _ours(partner, exp="never"),
        lambda partner: _ours(partner, aud="another"),
        lambda partner: _ours(partner, iss="another"),
        lambda partner: _ours(partner, sub="nobody"),
        lambda partner: _ours(partner, iat=int(time.time()) + 3600),
        lambda partner: _ours(partner, typ="JWT"),
        lambda partner: _ours(partner, iat=int(time.time()) - 86_400 * 365),
    ],
)
def test_a_token_that_is_not_ours_or_no_longer_good_opens_nothing(make: Callable[[Partner], str]) -> None:
    partner = Partner()
    envelope = partner.envelope("search", search_message(UIN))
    answer = partner.post(SYNC, envelope, Authorization=f"Bearer {make(partner)}")
    assert refused(answer) == (401, "err.request.unauthorized")


def test_an_unsigned_token_is_no_token() -> None:
    partner = Partner()

    def part(document: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()

    now = int(time.time())
    claims = {"iss": "mazdoor", "aud": "mazdoor", "sub": partner.code, "scope": "search", "iat": now, "exp": now + 60}
    token = f"{part({'alg': 'none', 'typ': 'at+jwt'})}.{part(claims)}."
    answer = partner.post(SYNC, partner.envelope("search", search_message(UIN)), Authorization=f"Bearer {token}")
    assert answer.status_code == 401


def test_a_new_secret_and_a_revocation_end_what_was_given_before() -> None:
    partner = Partner()
    assert partner.search(UIN).status_code == 200
    time.sleep(0.01)
    with acting_as_system(reason="test"):
        given = services.rotate_secret(code=partner.code)
    assert refused(partner.search(UIN)) == (401, "err.request.unauthorized")
    assert partner.token().status_code == 401
    partner.secret, partner._token = given.secret, ""
    assert partner.search(UIN).status_code == 200
    with acting_as_system(reason="test"):
        services.revoke_client(code=partner.code)
    assert refused(partner.search(UIN)) == (401, "err.request.unauthorized")
    assert partner.token().status_code == 401


def test_a_scope_that_was_taken_away_is_gone_from_tokens_given_before() -> None:
    partner = Partner(scopes=("search", "registrations.read"))
    assert partner.search(UIN).status_code == 200
    with acting_as_system(reason="test"):
        services.change_client(code=partner.code, scopes=["registrations.read"])
    assert refused(partner.search(UIN)) == (403, "err.request.forbidden")


@pytest.mark.parametrize("unencoded", [True, False])
def test_a_detached_signature_is_taken_with_its_payload_encoded_or_not(unencoded: bool) -> None:
    partner = Partner()
    envelope = partner.envelope("search", search_message(UIN))
    content = {"header": envelope["header"], "message": envelope["message"]}
    assert partner.post(SYNC, {"signature": partner.sign(content, unencoded=unencoded), **content}).status_code == 200


def test_a_message_signed_as_it_was_written_is_taken_too() -> None:
    partner = Partner()
    envelope = partner.envelope("search", search_message(UIN))
    content = {"header": envelope["header"], "message": envelope["message"]}
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    signature = jws.detach_content(
        jws.serialize_compact({"alg": "EdDSA", "kid": partner.key.kid}, written, partner.key, algorithms=["EdDSA"])
    )
    assert partner.post(SYNC, {"signature": signature, **content}).status_code == 200


def test_a_message_that_was_changed_or_signed_by_another_is_refused() -> None:
    partner, stranger = Partner(), Partner()
    envelope = partner.envelope("search", search_message(UIN))
    changed = json.loads(json.dumps(envelope))
    changed["message"]["search_request"][0]["search_criteria"]["query"]["value"] = "09999-9999999-9"
    assert refused(partner.post(SYNC, changed)) == (401, "err.signature.invalid")
    content = {"header": envelope["header"], "message": envelope["message"]}
    assert refused(partner.post(SYNC, {**content})) == (401, "err.signature.missing")
    for signature in (stranger.sign(content), "x", "a..b", "..", "é..é", envelope["signature"][:-4]):
        assert refused(partner.post(SYNC, {"signature": signature, **content})) == (401, "err.signature.invalid")
    symmetric = jwk.OctKey.import_key(partner.key.as_dict(private=False)["x"], {"kid": partner.key.kid})
    confused = jws.detach_content(
        jws.serialize_compact({"alg": "HS256", "kid": partner.key.kid}, signing.canonical(content), symmetric)
    )
    assert refused(partner.post(SYNC, {"signature": confused, **content})) == (401, "err.signature.invalid")


def test_a_message_is_taken_once() -> None:
    partner = Partner()
    envelope = partner.envelope("search", search_message(UIN))
    assert partner.post(SYNC, envelope).status_code == 200
    assert refused(partner.post(SYNC, envelope)) == (409, "rjct.message_id.duplicate")
    assert Partner().search(UIN, message_id=envelope["header"]["message_id"]).status_code == 200, "another system's"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({"message_ts": dt.timedelta(minutes=-6)}, (400, "rjct.message_ts.invalid")),
        ({"message_ts": dt.timedelta(minutes=6)}, (400, "rjct.message_ts.invalid")),
        ({"message_ts": "2026-11-22T05:00:00"}, (400, "rjct.message_ts.invalid")),
        ({"message_ts": "yesterday"}, (400, "rjct.message_ts.invalid")),
        ({"version": "2.0.0"}, (400, "rjct.version.invalid")),
        ({"action": "subscribe"}, (400, "rjct.action.invalid")),
        ({"total_count": 2}, (400, "rjct.total_count.invalid")),
        ({"sender_id": "another.example.org"}, (403, "err.sender_id.invalid")),
        ({"receiver_id": "another registry"}, (400, "")),
        ({"is_msg_encrypted": True}, (400, "")),
        ({"message_id": ""}, (400, "")),
        ({"total_count": "1"}, (400, "")),
    ],
)
def test_a_header_that_is_not_right_is_refused_by_its_code(header: dict[str, Any], expected: tuple[int, str]) -> None:
    partner = Partner()
    if isinstance(shift := header.get("message_ts"), dt.timedelta):  # from now, not from when this file was collected
        header = header | {"message_ts": now_text(shift)}
    usual = {"action": "search", "total_count": 1} | header
    action, total = usual.pop("action"), usual.pop("total_count")
    envelope = partner.envelope(str(action), search_message(UIN), total=total, **usual)
    assert refused(partner.post(SYNC, envelope)) == expected


def test_a_batch_has_an_end() -> None:
    answer = Partner().search(*[UIN] * 101)
    assert refused(answer) == (413, "rjct.total_count.limit_exceeded")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (" ", "application/json", 400),
        ("[]", "application/json", 400),
        ("{}", "application/json", 400),
        ("{" * 50_000, "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        ('{"header": 1, "message": 2}', "application/json", 400),
        ("x" * 1_000_001, "application/json", 413),
        ("{}", "text/plain", 415),
    ],
)
def test_a_body_that_is_no_message_is_refused_in_the_standards_shape(body: Any, kind: str, status: int) -> None:
    partner = Partner()
    for path in (SYNC, "registry/search"):
        answer = partner.browser.post(f"/dci/v1.0.0/{path}", body, content_type=kind, headers=partner.bearer)
        assert answer.status_code == status
        assert "header" in answer.json() or answer.json()["message"]["ack_status"] == "ERR"


def test_a_message_may_come_as_a_file_where_the_standard_allows_it() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    partner = Partner(callback_uri="https://welfare.example.org/dci")
    for kind, expected in (("json", 200), ("csv", 400)):
        body = json.dumps(partner.envelope("search", search_message(UIN))).encode()
        answer = partner.browser.post(
            "/dci/v1.0.0/registry/search",
            {"action": "search", "fileFormat": kind, "fileName": SimpleUploadedFile("m.json", body)},
            headers=partner.bearer,
        )
        assert answer.status_code == expected, answer.content


def test_only_post_is_taken() -> None:
    partner = Partner()
    answer = partner.browser.get(f"/dci/v1.0.0/{SYNC}", headers=partner.bearer)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_too_many_requests_a_minute_are_told_to_wait() -> None:
    partner = Partner(requests_per_minute=3)
    assert [partner.search(UIN).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_our_key_is_renewed_and_the_old_one_stays_published() -> None:
    before = signing.our_keys()[-1].kid
    partner = Partner()
    earlier = partner.search(UIN).json()
    with acting_as_system(reason="test"):
        fresh = services.new_signing_key()
    partner._token = partner._token or ""
    answer = partner.search(UIN).json()
    kids = [key["kid"] for key in signing.published_keys()["keys"]]
    assert {before, fresh} <= set(kids)
    assert (signing.kid_of(earlier["signature"]), signing.kid_of(answer["signature"])) == (before, fresh)


def test_only_an_administrator_registers_a_system_and_the_secret_is_kept_nowhere(officer: Any) -> None:
    with pytest.raises(Refusal, match="OFF-002"), acting_as(officer_id=officer(desk="registrar").pk):
        services.add_client(code="welfare.example.org", name="Welfare", scopes=["registrations.read"])
    with acting_as(officer_id=officer(desk="administrator").pk):
        given = services.add_client(code="welfare.example.org", name="Welfare", scopes=["registrations.read"])
        (act,) = journal.list_acts(act="clients.client.added")
    row = json.dumps(list(Client.objects.filter(pk=given.client.pk).values()), default=str)
    assert given.secret not in row
    assert given.secret not in json.dumps(dict(act.details))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"code": "A B"}, "SYS-002"),
        ({"scopes": ["everything"]}, "SYS-003"),
        ({"purposes": ["selling"]}, "SYS-004"),
        ({"areas": ["XX9"]}, "SYS-005"),
        ({"public_keys": [{"kty": "oct", "k": "x", "kid": "1"}]}, "SYS-007"),
        ({"public_keys": [jwk.OKPKey.generate_key("Ed25519", {"kid": "1"}).as_dict(private=True)]}, "SYS-007"),
        ({"callback_uri": "http://welfare.example.org"}, "SYS-008"),
        ({"keys_uri": "file:///etc/passwd"}, "SYS-008"),
        ({"token_uri": "https://a:b@welfare.example.org"}, "SYS-008"),
        ({"scopes": ["search"]}, "SYS-014"),
        ({"requests_per_minute": 0}, "SYS-015"),
    ],
)
@pytest.mark.usefixtures("system")
def test_a_registration_that_is_not_right_is_refused(values: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        services.add_client(**{"code": "welfare.example.org", "name": "Welfare", "scopes": [], **values})
    assert refusal.value.code == code


def test_canonical_json_orders_by_utf_16_and_writes_numbers_plainly() -> None:
    """RFC 8785, section 3.2.3 and appendix B."""
    keys = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\u00f6": 7}
    ordered = list(json.loads(signing.canonical(keys)))
    assert ordered == ["\r", "1", "\x80", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert signing.canonical({"b": 1.0, "a": [True, None, 4.5]}) == b'{"a":[true,null,4.5],"b":1}'
