"""What the DCI interface refuses to officers. Other systems are refused in the standard's own codes."""

from __future__ import annotations

from typing import Final

from mazdoor.kernel.refusals import Catalogue

catalogue: Final = Catalogue("DCI")

NOT_STUCK = catalogue.define(
    1,
    cause="This message is not one that is stuck.",
    cause_ur="یہ پیغام اٹکے ہوئے پیغاموں میں سے نہیں۔",
    remedy="Look at the list again; it may have been delivered meanwhile.",
    remedy_ur="فہرست دوبارہ دیکھیں؛ ممکن ہے یہ اس دوران پہنچ چکا ہو۔",
)
