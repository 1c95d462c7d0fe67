"""Refusals of the reference room: codes that mean nothing to us, and boundary files that cannot be used."""

from __future__ import annotations

from typing import Final

from mazdoor.kernel.refusals import Catalogue

catalogue: Final = Catalogue("REF")

AREA_UNKNOWN: Final = catalogue.define(
    1,
    cause="There is no area with the code {code}.",
    cause_ur="{code} کوڈ کا کوئی علاقہ موجود نہیں۔",
    remedy="Use a P-code from the list of areas: mazdoor areas list.",
    remedy_ur="علاقوں کی فہرست میں سے پی کوڈ استعمال کریں۔",
)
OCCUPATION_UNKNOWN: Final = catalogue.define(
    2,
    cause="{code} is not an occupation of ISCO-08.",
    cause_ur="{code} ‏ISCO-08 کا کوئی پیشہ نہیں۔",
    remedy="Choose an occupation from the list, or a broader one with fewer digits.",
    remedy_ur="فہرست میں سے پیشہ چنیں، یا کم ہندسوں والا وسیع تر پیشہ چنیں۔",
)
INDUSTRY_UNKNOWN: Final = catalogue.define(
    3,
    cause="{code} is not an industry of ISIC revision 4.",
    cause_ur="{code} ‏ISIC (چوتھی اشاعت) کی کوئی صنعت نہیں۔",
    remedy="Choose an industry from the list, or its section letter.",
    remedy_ur="فہرست میں سے صنعت چنیں، یا اس کے حصے کا حرف دیں۔",
)
BANK_UNKNOWN: Final = catalogue.define(
    4,
    cause="No bank or wallet has the IBAN code {code}.",
    cause_ur="{code} آئبان کوڈ کا کوئی بینک یا والٹ نہیں۔",
    remedy="Check the four letters after the two check digits of the IBAN.",
    remedy_ur="آئبان کے دو جانچ ہندسوں کے بعد کے چار حروف دیکھیں۔",
)
FILE_NOT_JSON: Final = catalogue.define(
    5,
    cause="The boundary file is not JSON that can be read (line {line}).",
    cause_ur="حدود کی فائل پڑھی نہیں جا سکی: یہ درست JSON نہیں (سطر {line})۔",
    remedy="Give a GeoJSON or TopoJSON file, saved as UTF-8. Shapefiles must be converted first.",
    remedy_ur="GeoJSON یا TopoJSON فائل دیں جو UTF-8 میں محفوظ ہو۔ شیپ فائل پہلے تبدیل کریں۔",
)
FILE_NOT_BOUNDARIES: Final = catalogue.define(
    6,
    cause="The file holds neither a GeoJSON FeatureCollection nor a TopoJSON Topology.",
    cause_ur="فائل میں نہ GeoJSON کا FeatureCollection ہے نہ TopoJSON کا Topology۔",
    remedy="Give a boundary file of the OCHA Common Operational Datasets (COD-AB).",
    remedy_ur="اوچا (OCHA) کے مشترک ڈیٹا سیٹ (COD-AB) کی حدود والی فائل دیں۔",
)
FILE_WITHOUT_CODES: Final = catalogue.define(
    7,
    cause="No shape in the file carries a P-code, so none can be tied to an area. {features} shapes were read.",
    cause_ur="فائل کی {features} شکلوں میں سے کسی پر پی کوڈ نہیں، اس لیے کوئی حد کسی علاقے سے جوڑی نہیں جا سکتی۔",
    remedy="Use a COD-AB file: its shapes have a property such as ADM2_PCODE or admin2Pcode.",
    remedy_ur="COD-AB فائل استعمال کریں: اس کی ہر شکل پر ADM2_PCODE یا admin2Pcode جیسا خانہ ہوتا ہے۔",
)
