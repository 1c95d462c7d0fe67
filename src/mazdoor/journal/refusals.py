"""What the journal room refuses, in English and Urdu."""

from __future__ import annotations

from typing import Final

from mazdoor.kernel.refusals import Catalogue

catalogue: Final = Catalogue("JRN")

NOBODY_ACTS = catalogue.define(
    1,
    cause="An act ({act}) was to be recorded, but nobody acts: no officer is signed in and no reason is given.",
    cause_ur="ایک کام ({act}) درج ہونا تھا مگر کرنے والا کوئی نہیں: نہ کوئی افسر داخل ہے نہ کوئی وجہ دی گئی ہے۔",
    remedy="Sign in and repeat it.",
    remedy_ur="داخل ہو کر دوبارہ کریں۔",
)
JOB_RUNS_ALREADY = catalogue.define(
    2,
    cause="The job {name} ({key}) is already running in another process.",
    cause_ur="کام {name} ({key}) کسی اور پروسیس میں پہلے سے چل رہا ہے۔",
    remedy="Wait until it ends; its progress is shown on the page of jobs.",
    remedy_ur="اس کے ختم ہونے کا انتظار کریں؛ پیش رفت کاموں کے صفحے پر دکھائی دیتی ہے۔",
)
