"""A file that came while the scanner was down is looked at later; what is unsafe then is removed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from tests.sandbox.running import Sandbox

from mazdoor.delivery.registration import attachments
from mazdoor.delivery.registration.models import Attachment
from mazdoor.delivery.registration.scanning import scan_again
from mazdoor.interfaces.antivirus.client import ClamdScanner
from mazdoor.kernel.refusals import Refusal
from mazdoor.sandbox.antivirus.app import EICAR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox("antivirus", tmp_path / "antivirus")
    yield sandbox.start()
    sandbox.stop()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "green").save(out, "PNG")
    return out.getvalue()


def test_a_file_kept_while_the_scanner_was_down_is_scanned_when_it_is_back(
    scanner: Sandbox, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    port = json.loads((scanner.home / "address.json").read_text())["clamd_port"]
    monkeypatch.setenv("MAZDOOR_ANTIVIRUS", f"127.0.0.1:{port}")
    scanner.fail(faults={"scan.down": {"rate": 1, "times": 1}})
    photo = attachments.keep_attachment(content=picture(), kind="photo", area_code="PK618")
    paper = attachments.keep_attachment(content=b"%PDF-1.4\n" + EICAR, kind="other", area_code="PK618")
    assert not photo.scanned
    assert not paper.scanned
    again = ClamdScanner("127.0.0.1", port)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        found = scan_again(scanner=again)
    assert (found["clean"], found["removed"], found["unknown"]) == (1, 1, 0)
    assert attachments.open_attachment(attachment_id=photo.attachment_id).scanned
    assert not Attachment.objects.filter(pk=paper.attachment_id).exists()
    with pytest.raises(attachments.Attachment.DoesNotExist):
        attachments.open_attachment(attachment_id=paper.attachment_id)


def test_what_a_scanner_has_not_cleared_is_withheld_wherever_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAZDOOR_ANTIVIRUS", raising=False)
    kept = attachments.keep_attachment(content=picture(), kind="photo", area_code="PK618")
    assert not attachments.open_attachment(attachment_id=kept.attachment_id).scanned, "nobody scans: shown, and said so"
    assert attachments.withheld(attachment_ids=[kept.attachment_id]) == set()
    monkeypatch.setenv("MAZDOOR_ANTIVIRUS", "127.0.0.1:1")
    with pytest.raises(Refusal, match="REG-110"):
        attachments.open_attachment(attachment_id=kept.attachment_id)
    assert attachments.withheld(attachment_ids=[kept.attachment_id]) == {kept.attachment_id}
    Attachment.objects.filter(pk=kept.attachment_id).update(scan=Attachment.Scan.CLEAN)
    assert attachments.open_attachment(attachment_id=kept.attachment_id).scanned
    assert attachments.withheld(attachment_ids=[kept.attachment_id]) == set()


def test_a_scanner_still_down_leaves_a_file_as_it_was(scanner: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAZDOOR_ANTIVIRUS", raising=False)
    kept = attachments.keep_attachment(content=picture(), kind="photo", area_code="PK618")
    found = scan_again(scanner=ClamdScanner("127.0.0.1", 1, seconds=0.2))
    assert found == {"clean": 0, "removed": 0, "unknown": 1, "last": kept.attachment_id}
    assert not attachments.open_attachment(attachment_id=kept.attachment_id).scanned
