"""Every MUST of the OpenRosa texts that binds a server, asked of the running site by a plain HTTP client."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import socket
import xml.etree.ElementTree as ET
from urllib.parse import urlsplit

import httpx
import pytest
from tests.openrosa import filling
from tests.openrosa.conftest import Field

XFORMS = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
LIMIT = 16 * 1024 * 1024


@pytest.fixture
def client(field: Field) -> httpx.Client:
    return field.client()


def listed(client: httpx.Client, query: str = "") -> list[ET.Element]:
    answer = client.get(f"/openrosa/formList{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = ET.fromstring(answer.text)
    assert root.tag == f"{XFORMS}xforms"
    return root.findall(f"{XFORMS}xform")


@pytest.mark.parametrize("address", ["formList", "submission", "forms/x/form.xml"])
def test_every_answer_carries_the_headers_of_openrosa(field: Field, client: httpx.Client, address: str) -> None:
    with httpx.Client(base_url=field.url) as nobody:
        answers = [client.head(f"/openrosa/{address}"), nobody.get(f"/openrosa/{address}")]
    for answer in answers:
        assert answer.headers["X-OpenRosa-Version"] == "1.0"
        assert int(answer.headers["X-OpenRosa-Accept-Content-Length"]) == LIMIT
        assert re.match(r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$", answer.headers["Date"])
        assert answer.headers["Content-Language"] == "en"


def test_the_list_names_each_form_once_with_its_hash_and_addresses(client: httpx.Client) -> None:
    (form,) = listed(client)
    parts = [child.tag.removeprefix(XFORMS) for child in form]
    assert sorted(parts) == ["downloadUrl", "formID", "hash", "manifestUrl", "name", "version"]
    text = {child.tag.removeprefix(XFORMS): child.text or "" for child in form}
    blank = client.get(text["downloadUrl"])
    assert text["hash"] == f"md5:{hashlib.md5(blank.content).hexdigest()}"
    root = ET.fromstring(blank.text)
    (instance,) = root.findall(".//{http://www.w3.org/2002/xforms}instance/{http://www.w3.org/2002/xforms}data")
    assert (instance.get("id"), instance.get("version")) == (text["formID"], text["version"])
    assert instance.find("{http://openrosa.org/xforms}meta/{http://openrosa.org/xforms}instanceID") is not None


def test_only_the_form_asked_for_is_listed_and_words_only_where_asked(client: httpx.Client) -> None:
    assert listed(client, "?formID=somebody.else:form") == []
    (form,) = listed(client, f"?formID={filling.FORM_ID}&verbose=true&deviceID=uuid:1")
    assert form.find(f"{XFORMS}descriptionText") is not None


def test_every_version_is_listed_where_asked(field: Field, client: httpx.Client) -> None:
    field.change(
        "INSERT INTO openrosa_formversion (form_id, version, title, xml, media)"
        " VALUES (%s, 'year-before', '{\"en\": \"Old\", \"ur\": \"پرانا\"}', '<old/>', '{}') ON CONFLICT DO NOTHING",
        filling.FORM_ID,
    )
    versions = [form.findtext(f"{XFORMS}version") for form in listed(client, "?listAllVersions=true")]
    assert "year-before" in versions and len(versions) == len(set(versions)) >= 2
    assert len(listed(client)) == 1


def test_the_name_is_told_in_the_language_asked_for(field: Field) -> None:
    with field.client(headers={"Accept-Language": "ur"}) as client:
        (form,) = listed(client)
    assert "اندراج" in (form.findtext(f"{XFORMS}name") or "")


def test_the_manifest_names_files_by_plain_names_and_their_hash(client: httpx.Client) -> None:
    (form,) = listed(client)
    root = ET.fromstring(client.get(form.findtext(f"{XFORMS}manifestUrl") or "").text)
    assert root.tag == f"{MANIFEST}manifest"
    names = []
    for file in root.findall(f"{MANIFEST}mediaFile"):
        name = file.findtext(f"{MANIFEST}filename") or ""
        names.append(name)
        assert re.fullmatch(r"[a-z]+\.csv", name)
        content = client.get(file.findtext(f"{MANIFEST}downloadUrl") or "").content
        assert file.findtext(f"{MANIFEST}hash") == f"md5:{hashlib.md5(content).hexdigest()}"
        (head, *lines) = csv.reader(io.StringIO(content.decode()))
        assert head == ["name", "label"] and len(lines) > 400
        # every class is said in Urdu, by the title of its group where it has none of its own
        assert [label for _, label in lines if not re.match(r"[؀-ۿ].* · [A-Z]", label)] == []
    assert sorted(names) == ["industries.csv", "occupations.csv"]


def test_head_of_a_submission_says_204_and_where(field: Field, client: httpx.Client) -> None:
    answer = client.head("/openrosa/submission")
    assert (answer.status_code, answer.headers["Location"]) == (204, f"{field.url}/openrosa/submission")


def test_a_body_in_chunks_of_no_told_length_is_taken(client: httpx.Client) -> None:
    content = filling.xml(filling.current_version(client), filling.new_id())
    request = client.build_request(
        "POST", "/openrosa/submission", files={"xml_submission_file": ("form.xml", content, "text/xml")}
    )
    whole = request.read()
    answer = client.post(
        "/openrosa/submission",
        content=iter([whole[:700], whole[700:]]),
        headers={"Content-Type": request.headers["Content-Type"]},
        auth=BasicOnce(client),
    )
    assert answer.request.headers["Transfer-Encoding"] == "chunked"
    assert answer.status_code == 201, answer.text


class BasicOnce(httpx.Auth):
    """The device's own name and secret by basic authentication: a stream cannot be sent twice."""

    def __init__(self, client: httpx.Client) -> None:
        digest = client.auth
        assert isinstance(digest, httpx.DigestAuth)
        self._pair = digest._username + b":" + digest._password

    def auth_flow(self, request: httpx.Request):  # type: ignore[no-untyped-def]
        request.headers["Authorization"] = "Basic " + base64.b64encode(self._pair).decode()
        yield request


def test_a_body_that_is_too_large_is_refused_with_413_and_the_client_hears_it(client: httpx.Client) -> None:
    client.head("/openrosa/submission")
    big = b"x" * (LIMIT + 1)
    answer = filling.post(client, filling.xml("1", filling.new_id()), ("big.jpg", big))
    assert answer.status_code == 413
    assert "ODK-003" in answer.text and "<OpenRosaResponse" in answer.text


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"not xml at all", id="no xml"),
        pytest.param(b"<data id='mazdoor:registration'><people></data>", id="broken"),
        pytest.param(
            b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><data id="mazdoor:registration">&x;</data>',
            id="xxe",
        ),
        pytest.param(
            b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><data id="mazdoor:registration">&b;</data>',
            id="laughs",
        ),
        pytest.param(
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY x "y">]><data id="mazdoor:registration"/>'.encode(
                "utf-16"
            ),
            id="doctype in utf-16",
        ),
        pytest.param(b'<data id="mazdoor:registration">' + b"<a>" * 400_000, id="longer than any form"),
    ],
)
def test_xml_that_is_no_form_or_tries_something_is_refused_and_stays_on_the_device(
    field: Field, client: httpx.Client, content: bytes
) -> None:
    before = field.rows("SELECT count(*) FROM openrosa_submission")
    answer = filling.post(client, content)
    assert answer.status_code == 400 and "ODK-001" in answer.text
    assert "root:" not in answer.text
    assert field.rows("SELECT count(*) FROM openrosa_submission") == before


def test_a_submission_without_its_form_part_is_refused(client: httpx.Client) -> None:
    answer = client.post("/openrosa/submission", files={"photo": ("p.jpg", b"x", "image/jpeg")})
    assert answer.status_code == 400 and "ODK-004" in answer.text
    assert client.post("/openrosa/submission", content=b"--", headers={"Content-Type": "text/plain"}).status_code == 400


def test_a_form_of_somebody_else_is_not_found(client: httpx.Client) -> None:
    answer = filling.post(client, filling.xml("1", filling.new_id(), form_id="elsewhere:form"))
    assert answer.status_code == 404 and "ODK-002" in answer.text


# --- authentication ----------------------------------------------------------------------------------------------------


def test_a_stranger_is_asked_for_digest_with_a_domain_and_md5(field: Field) -> None:
    answer = httpx.get(f"{field.url}/openrosa/formList")
    assert answer.status_code == 401
    offer = answer.headers["WWW-Authenticate"]
    assert offer.startswith("Digest ") and 'realm="Mazdoor"' in offer
    assert re.search(r'domain="?/openrosa/"?', offer) and re.search(r'qop="?auth"?', offer)
    assert re.search(r'algorithm="?MD5"?', offer)


def test_basic_is_offered_only_where_nobody_can_read_along(field: Field) -> None:
    username, secret, _ = field.people["device-fatima"]
    assert "Basic" in httpx.get(f"{field.url}/openrosa/formList").headers["WWW-Authenticate"]
    elsewhere = {"Host": "localhost.example:80"}
    plain = httpx.get(f"{field.url}/openrosa/formList", headers=elsewhere, auth=(username, secret))
    assert plain.status_code == 400  # not a name the site answers to
    assert httpx.get(f"{field.url}/openrosa/formList", auth=(username, secret)).status_code == 200


@pytest.mark.parametrize("who", ["wrong secret", "unknown device"])
def test_a_wrong_secret_opens_nothing(field: Field, who: str) -> None:
    username = field.people["device-fatima"][0] if who == "wrong secret" else "nobody-1"
    for auth in (httpx.DigestAuth(username, "wrong"), httpx.BasicAuth(username, "wrong")):
        answer = httpx.get(f"{field.url}/openrosa/formList", auth=auth)
        assert answer.status_code == 401 and "ODK-005" in answer.text


def test_a_request_overheard_cannot_be_sent_again(field: Field, client: httpx.Client) -> None:
    first = client.get("/openrosa/formList")
    assert first.status_code == 200
    overheard = first.request.headers["Authorization"]
    again = httpx.get(f"{field.url}/openrosa/formList", headers={"Authorization": overheard})
    assert again.status_code == 401
    assert re.search(r'stale="?TRUE"?', again.headers["WWW-Authenticate"])


def test_an_answer_for_one_address_opens_no_other(field: Field, client: httpx.Client) -> None:
    made = client.get("/openrosa/formList?verbose=true").request.headers["Authorization"]
    other = httpx.get(f"{field.url}/openrosa/formList", headers={"Authorization": made})
    assert other.status_code == 401 and "stale" not in other.headers["WWW-Authenticate"].lower()


def test_a_nonce_of_our_own_making_is_needed(field: Field) -> None:
    username, secret, _ = field.people["device-fatima"]
    answer = httpx.get(
        f"{field.url}/openrosa/formList", headers={"Authorization": by_hand(username, secret, nonce="made up")}
    )
    assert answer.status_code == 401


def test_the_older_digest_without_qop_is_understood_once(field: Field) -> None:
    username, secret, _ = field.people["device-fatima"]
    offer = httpx.get(f"{field.url}/openrosa/formList").headers["WWW-Authenticate"]
    nonce = re.search(r'nonce="([^"]+)"', offer)
    assert nonce is not None
    header = {"Authorization": by_hand(username, secret, nonce=nonce[1])}
    answers = [httpx.get(f"{field.url}/openrosa/formList", headers=header).status_code for _ in range(2)]
    assert answers == [200, 401]


def by_hand(username: str, secret: str, *, nonce: str, uri: str = "/openrosa/formList") -> str:
    """A digest as RFC 2069 makes it."""

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    response = md5(f"{md5(f'{username}:Mazdoor:{secret}')}:{nonce}:{md5(f'GET:{uri}')}")
    return f'Digest username="{username}", realm="Mazdoor", nonce="{nonce}", uri="{uri}", response="{response}"'


def test_a_revoked_device_sends_nothing_any_more(field: Field) -> None:
    number = field.people["device-sindhi"][2]
    with field.client("device-sindhi") as client:
        assert client.get("/openrosa/formList").status_code == 200
        field.change("UPDATE openrosa_device SET revoked_at = now() WHERE id = %s", number)
        try:
            assert client.get("/openrosa/formList").status_code == 401
        finally:
            field.change("UPDATE openrosa_device SET revoked_at = NULL WHERE id = %s", number)


def test_no_secret_of_a_device_lies_in_the_database(field: Field) -> None:
    username, secret, _ = field.people["device-fatima"]
    ((sealed,),) = field.rows("SELECT ha1_encrypted FROM openrosa_device WHERE username = %s", username)
    kept = bytes(sealed)
    assert secret.encode() not in kept
    assert hashlib.md5(f"{username}:Mazdoor:{secret}".encode()).hexdigest().encode() not in kept


def test_the_server_speaks_http_1_1(field: Field) -> None:
    address = urlsplit(field.url)
    with socket.create_connection((address.hostname, address.port)) as wire:
        wire.sendall(b"GET /openrosa/formList HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert wire.recv(64).startswith(b"HTTP/1.1 401")
