"""The gateway takes a message once and reports on it in order."""

from __future__ import annotations

from pathlib import Path

from tests.sandbox.running import Sandbox


def test_a_message_is_taken_once_and_its_report_survives_a_kill(tmp_path: Path) -> None:
    gateway = Sandbox("sms", tmp_path / "sms").start()
    try:
        message = {"id": "m1", "to": "03001234567", "text": "آپ اہل ہیں"}
        for _ in range(2):
            assert gateway.post("/messages", {"messages": [message]})["answers"] == [{"id": "m1", "status": "accepted"}]
        gateway.kill()
        gateway.start()
        assert gateway.get("/reports") == {"reports": [{"number": 1, "id": "m1", "status": "delivered"}]}
        assert gateway.get("/reports?after=1") == {"reports": []}
        assert gateway.get("/messages/m1")["text"] == "آپ اہل ہیں"
        assert gateway.get("/phones/03001234567") == {"messages": ["آپ اہل ہیں"]}
        assert gateway.get("/phones/03007654321") == {"messages": []}
        refused = gateway.post("/messages", {"messages": [{"id": "m2", "to": "somebody", "text": "x"}]})["answers"]
        assert refused[0]["status"] == "refused"
    finally:
        gateway.stop()


def test_undelivered_and_repeated_reports_come_on_purpose(tmp_path: Path) -> None:
    gateway = Sandbox("sms", tmp_path / "sms").start()
    try:
        gateway.fail(faults={"message.undelivered": {"first": 1}, "report.twice": {"first": 1}})
        messages = [{"id": f"m{n}", "to": "03001234567", "text": "x"} for n in range(3)]
        gateway.post("/messages", {"messages": messages})
        reports = [(report["id"], report["status"]) for report in gateway.get("/reports")["reports"]]
        assert reports == [("m0", "undelivered"), ("m0", "undelivered"), ("m1", "delivered"), ("m2", "delivered")]
    finally:
        gateway.stop()
