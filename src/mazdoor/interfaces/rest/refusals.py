"""What the REST interface refuses, in English and Urdu."""

from __future__ import annotations

from typing import Final

from mazdoor.kernel.refusals import Catalogue

catalogue: Final = Catalogue("API")

BODY_UNREADABLE = catalogue.define(
    1,
    cause="The body is not what this address takes ({problem}).",
    cause_ur="بھیجا گیا مواد اس پتے کے مطابق نہیں ({problem})۔",
    remedy="Send JSON in UTF-8 as the OpenAPI document at /api/v1/openapi.json describes it.",
    remedy_ur="JSON، UTF-8 میں، اسی طرح بھیجیں جیسا /api/v1/openapi.json میں لکھا ہے۔",
)
KEY_MISSING = catalogue.define(
    2,
    cause="The form has no key of its own.",
    cause_ur="فارم کی اپنی کلید موجود نہیں۔",
    remedy="Send the header Idempotency-Key with 1 to 64 letters, digits, dots, hyphens or underscores.",
    remedy_ur="Idempotency-Key میں 1 سے 64 انگریزی حروف، ہندسے، نقطے یا ہائفن بھیجیں۔",
)
KEY_USED = catalogue.define(
    3,
    cause="Another form was registered under this key.",
    cause_ur="اس کلید پر ایک اور فارم کا اندراج ہو چکا ہے۔",
    remedy="Give each form a key of its own; the same form under the same key may be sent again safely.",
    remedy_ur="ہر فارم کو الگ کلید دیں؛ وہی فارم اسی کلید پر دوبارہ بھیجا جا سکتا ہے۔",
)
SUBMISSION_UNKNOWN = catalogue.define(
    4,
    cause="Nothing came from this system under this key.",
    cause_ur="اس کلید پر اس نظام سے کچھ نہیں آیا۔",
    remedy="Send the form; the key is the one it was sent with.",
    remedy_ur="فارم بھیجیں؛ کلید وہی ہے جس کے ساتھ وہ بھیجا گیا تھا۔",
)
TOO_LARGE = catalogue.define(
    5,
    cause="The body is larger than {most} bytes.",
    cause_ur="مواد {most} بائٹ سے بڑا ہے۔",
    remedy="Send fewer forms at a time.",
    remedy_ur="ایک وقت میں کم فارم بھیجیں۔",
)
LIST_UNKNOWN = catalogue.define(
    6,
    cause="There is no list of choices with this name.",
    cause_ur="اس نام کی کوئی فہرست نہیں۔",
    remedy="Look at the names of the lists: /api/v1/choices.",
    remedy_ur="فہرستوں کے نام دیکھیں: /api/v1/choices۔",
)
NOT_HERE = catalogue.define(
    7,
    cause="This cannot be asked here in this way ({problem}).",
    cause_ur="یہاں اس طرح نہیں پوچھا جا سکتا ({problem})۔",
    remedy="Look at the OpenAPI document: /api/v1/openapi.json.",
    remedy_ur="OpenAPI دستاویز دیکھیں: /api/v1/openapi.json۔",
)
BROKEN = catalogue.define(
    8,
    cause="Something broke here.",
    cause_ur="یہاں کوئی خرابی ہوئی۔",
    remedy="Send it again with the same key; nothing is registered twice.",
    remedy_ur="اسی کلید کے ساتھ دوبارہ بھیجیں؛ کسی کا دوہرا اندراج نہیں ہوتا۔",
)
COLUMNS_UNSURE = catalogue.define(
    9,
    cause="It is only a guess what these columns answer: {columns}.",
    cause_ur="ان کالموں کا مطلب صرف اندازہ ہے: {columns}۔",
    remedy="Write the headings as in /api/v1/files/template, or say with ?columns= which question each column answers.",
    remedy_ur="عنوانات ویسے لکھیں جیسے /api/v1/files/template میں ہیں، یا ?columns= سے بتائیں کہ کون سا کالم کس سوال کا جواب ہے۔",
)
COLUMNS_COUNT = catalogue.define(
    10,
    cause="columns= names {given} columns; the file has {columns}.",
    cause_ur="columns= میں {given} کالم ہیں؛ فائل میں {columns} ہیں۔",
    remedy="Name one question for each column, in order; nothing between two commas leaves a column out.",
    remedy_ur="ہر کالم کے لیے ترتیب سے ایک سوال لکھیں؛ دو کوما کے درمیان کچھ نہ ہو تو وہ کالم چھوڑ دیا جاتا ہے۔",
)
NOTHING_RETURNED = catalogue.define(
    11,
    cause="There are no refused rows of this file, or they are no longer kept.",
    cause_ur="اس فائل کی کوئی رد شدہ قطار نہیں، یا اب محفوظ نہیں۔",
    remedy="Look how far the file is; rows that were refused are kept for thirty days.",
    remedy_ur="فائل کا حال دیکھیں؛ رد شدہ قطاریں تیس دن رکھی جاتی ہیں۔",
)
