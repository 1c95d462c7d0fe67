"""Refusals of the reporting room."""

from __future__ import annotations

from typing import Final

from mazdoor.kernel.refusals import Catalogue

catalogue: Final = Catalogue("RPT")

NO_RUN: Final = catalogue.define(
    1,
    cause="No report has been computed yet.",
    cause_ur="ابھی تک کوئی رپورٹ تیار نہیں کی گئی۔",
    remedy="Compute one: it takes the registry as it stands and the published estimates.",
    remedy_ur="رپورٹ تیار کریں: یہ موجودہ اندراج اور شائع شدہ اندازوں سے بنتی ہے۔",
)
BREAKDOWN_UNKNOWN: Final = catalogue.define(
    2,
    cause="Coverage is not broken down by {breakdown}.",
    cause_ur="اندراج کی شرح {breakdown} کے لحاظ سے دستیاب نہیں۔",
    remedy="Choose province, district, sex, sector, category or province_sex.",
    remedy_ur="صوبہ، ضلع، جنس، شعبہ، کام کی قسم یا صوبہ بہ جنس میں سے چنیں۔",
)
