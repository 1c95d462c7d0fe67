"""Reading pain.002 (any version) as a stream: what the bank says of a file, of its batches and of each payment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from mazdoor.interfaces.iso20022.streams import Source, forget, local_name, opened, text_at, walk


class StatusLine(NamedTuple):
    """One statement of the bank.

    ``level`` says of what: ``file`` (the whole), ``batch`` (one payment information block) or ``payment``. A rejected file
    or batch may come without lines for its payments: it then speaks for all of them. ``status`` is the ISO code as
    written (ACCP, ACTC, PDNG, ACSP, ACSC, RJCT, …), ``reason_code`` likewise (AC01, AC04, …); texts absent are empty.
    """

    level: str
    report_id: str
    message_id: str
    payment_information_id: str
    instruction_id: str
    end_to_end_id: str
    uetr: str
    status: str
    reason_code: str
    reason_text: str
    bank_reference: str


_NAMES = ("GrpHdr", "OrgnlGrpInfAndSts", "OrgnlPmtInfId", "PmtInfSts", "StsRsnInf", "TxInfAndSts", "OrgnlPmtInfAndSts")
_FIELDS = {
    "OrgnlInstrId": 0,
    "OrgnlEndToEndId": 1,
    "OrgnlUETR": 2,
    "TxSts": 3,
    "AcctSvcrRef": 6,
}


def read_status_report(source: Source) -> Iterator[StatusLine]:
    """Every statement in the order of the file, memory flat in its length.

    Refuses ISO-003 (also in the middle, when the file breaks off: forget what came) and ISO-004.
    """
    report_id = message_id = batch_id = batch_status = ""
    batch_reason = ("", "")
    with opened(source) as file:
        for name, element in walk(file, _NAMES, kind="pain.002"):
            if name == "TxInfAndSts":
                yield _payment(element, report_id, message_id, batch_id)
                forget(element)
            elif name == "GrpHdr":
                report_id = text_at(element, "MsgId")
            elif name == "OrgnlGrpInfAndSts":
                message_id = text_at(element, "OrgnlMsgId")
                status = text_at(element, "GrpSts")
                if status:
                    code, why = _reason(element.find("{*}StsRsnInf"))
                    yield StatusLine("file", report_id, message_id, "", "", "", "", status, code, why, "")
            elif name == "OrgnlPmtInfId":
                batch_id, batch_status, batch_reason = (element.text or "").strip(), "", ("", "")
            elif name == "PmtInfSts":
                batch_status = (element.text or "").strip()
            elif name == "StsRsnInf":
                parent = element.getparent()
                if parent is not None and str(parent.tag).endswith("}OrgnlPmtInfAndSts"):
                    batch_reason = _reason(element)
            elif name == "OrgnlPmtInfAndSts":
                if batch_status:
                    yield StatusLine(
                        "batch", report_id, message_id, batch_id, "", "", "", batch_status, *batch_reason, ""
                    )
                forget(element)


def _payment(element: etree._Element, report_id: str, message_id: str, batch_id: str) -> StatusLine:
    found = ["", "", "", "", "", "", ""]
    for child in element:
        name = local_name(child)
        place = _FIELDS.get(name)
        if place is not None:
            found[place] = (child.text or "").strip()
        elif name == "StsRsnInf" and not found[4]:
            found[4], found[5] = _reason(child)
    instruction_id, end_to_end_id, uetr, status, code, why, reference = found
    return StatusLine(
        "payment", report_id, message_id, batch_id, instruction_id, end_to_end_id, uetr, status, code, why, reference
    )


def _reason(element: etree._Element | None) -> tuple[str, str]:
    if element is None:
        return "", ""
    return text_at(element, "Rsn/Cd") or text_at(element, "Rsn/Prtry"), text_at(element, "AddtlInf")
