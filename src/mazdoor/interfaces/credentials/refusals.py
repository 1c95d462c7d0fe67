"""What the room of cards refuses."""

from __future__ import annotations

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("CRD")

CARD_UNKNOWN = catalogue.define(
    1,
    cause="There is no such card in your areas.",
    cause_ur="آپ کے علاقوں میں ایسا کوئی کارڈ نہیں۔",
    remedy="Open the person's page and look there for the card.",
    remedy_ur="فرد کا صفحہ کھولیں اور کارڈ وہاں دیکھیں۔",
)
HAS_A_CARD = catalogue.define(
    2,
    cause="This person holds a card that is good until {until}.",
    cause_ur="اس فرد کے پاس ایسا کارڈ ہے جو {until} تک درست ہے۔",
    remedy="Where it was lost, damaged or is no longer true, replace it and say why: the old one is then revoked.",
    remedy_ur="اگر وہ گم یا خراب ہو گیا یا اس کی بات درست نہیں رہی تو وجہ لکھ کر نیا بنائیں: پرانا منسوخ ہو جائے گا۔",
)
HAS_NO_CARD = catalogue.define(
    3,
    cause="This person holds no live card that another could replace.",
    cause_ur="اس فرد کے پاس کوئی درست کارڈ نہیں جس کی جگہ دوسرا بنے۔",
    remedy="Make a first card.",
    remedy_ur="پہلا کارڈ بنائیں۔",
)
CARD_ENDED = catalogue.define(
    4,
    cause="This card was revoked or replaced already.",
    cause_ur="یہ کارڈ پہلے ہی منسوخ یا تبدیل ہو چکا ہے۔",
    remedy="Nothing needs to be done. Only a live card is printed.",
    remedy_ur="کچھ کرنے کی ضرورت نہیں۔ صرف درست کارڈ چھاپا جاتا ہے۔",
)
PERSON_DIED = catalogue.define(
    5,
    cause="The register says that this person has died.",
    cause_ur="رجسٹر کے مطابق یہ فرد وفات پا چکا ہے۔",
    remedy="Where that is a mistake, have it corrected first.",
    remedy_ur="اگر یہ غلطی ہے تو پہلے اسے درست کرائیں۔",
)
REASON_UNKNOWN = catalogue.define(
    6,
    cause="{reason} is not one of the reasons for this.",
    cause_ur="{reason} اس کام کی وجوہات میں سے نہیں۔",
    remedy="Choose one of the reasons on the list.",
    remedy_ur="فہرست میں سے ایک وجہ چنیں۔",
)
FONTS_MISSING = catalogue.define(
    7,
    cause="Cards cannot be printed: the font {font} is not on this machine.",
    cause_ur="کارڈ نہیں چھپ سکتے: فونٹ {font} اس مشین پر نہیں۔",
    remedy="Install it (Debian: apt install fonts-noto-core; or npm ci in the project folder), or name a folder that holds "
    "it in MAZDOOR_FONTS.",
    remedy_ur="اسے نصب کریں (Debian: apt install fonts-noto-core، یا پروجیکٹ کے فولڈر میں npm ci)، یا جس فولڈر میں یہ ہو "
    "اس کا نام MAZDOOR_FONTS میں دیں۔",
)
NO_CODE_IN_PICTURE = catalogue.define(
    8,
    cause="No QR code could be read in this picture.",
    cause_ur="اس تصویر میں کوئی کیو آر کوڈ نہیں پڑھا جا سکا۔",
    remedy="Hold the camera straight above the back of the card, in good light, and try again.",
    remedy_ur="کیمرا اچھی روشنی میں کارڈ کی پشت کے سیدھا اوپر رکھیں اور دوبارہ کوشش کریں۔",
)
NOT_A_PICTURE = catalogue.define(
    9,
    cause="This file is not a picture that can be read (PNG, JPEG or WebP, at most {most} MB).",
    cause_ur="یہ فائل ایسی تصویر نہیں جو پڑھی جا سکے (PNG، JPEG یا WebP، زیادہ سے زیادہ {most} میگا بائٹ)۔",
    remedy="Take a photograph of the back of the card and send that.",
    remedy_ur="کارڈ کی پشت کی تصویر لیں اور وہ بھیجیں۔",
)
TOO_MANY = catalogue.define(
    10,
    cause="{count} cards were asked for at once; {most} is the most.",
    cause_ur="ایک ساتھ {count} کارڈ مانگے گئے؛ زیادہ سے زیادہ {most} ممکن ہیں۔",
    remedy="Choose a smaller area, or print in parts.",
    remedy_ur="چھوٹا علاقہ چنیں یا حصوں میں چھاپیں۔",
)
SHEETS_GONE = catalogue.define(
    12,
    cause="These sheets are not there: not made yet, cleared away, or of another area.",
    cause_ur="یہ شیٹیں موجود نہیں: ابھی نہیں بنیں، ہٹا دی گئیں، یا کسی اور علاقے کی ہیں۔",
    remedy="Open the page of cards for an area and look there; sheets are kept for a week.",
    remedy_ur="علاقے کے کارڈوں کا صفحہ کھول کر وہاں دیکھیں؛ شیٹیں ایک ہفتہ رکھی جاتی ہیں۔",
)
KEYS_UNREADABLE = catalogue.define(
    11,
    cause="The file of {what} is not what a card is checked with.",
    cause_ur="{what} کی فائل وہ نہیں جس سے کارڈ جانچا جاتا ہے۔",
    remedy="Download it again from the page of cards of the site that made the card.",
    remedy_ur="جس ویب گاہ نے کارڈ بنایا اس کے کارڈوں کے صفحے سے اسے دوبارہ اتاریں۔",
)
