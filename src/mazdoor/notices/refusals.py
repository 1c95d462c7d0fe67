"""Refusals of the notices room."""

from __future__ import annotations

from typing import Final

from mazdoor.kernel.refusals import Catalogue

catalogue: Final = Catalogue("NTC")

TEMPLATE_UNKNOWN: Final = catalogue.define(
    1,
    cause="There is no message template {template}.",
    cause_ur="پیغام کا نمونہ {template} موجود نہیں۔",
    remedy="Use a template of the catalogue in mazdoor.notices.templates.",
    remedy_ur="فہرست میں موجود نمونہ استعمال کریں۔",
)
BLANK_MISSING: Final = catalogue.define(
    2,
    cause="The message {template} was to be queued without {blank}.",
    cause_ur="پیغام {template} میں {blank} خالی ہے۔",
    remedy="Fill every blank of the template.",
    remedy_ur="نمونے کا ہر خانہ پُر کریں۔",
)
TOO_LONG: Final = catalogue.define(
    3,
    cause="The message {template} would take {segments} SMS; {most} is the most.",
    cause_ur="پیغام {template} کے لیے {segments} ایس ایم ایس درکار ہیں؛ زیادہ سے زیادہ {most} کی اجازت ہے۔",
    remedy="Shorten the reason or the programme's name, or send a letter.",
    remedy_ur="وجہ یا پروگرام کا نام مختصر کریں، یا خط بھیجیں۔",
)
MOVE_NOT_ALLOWED: Final = catalogue.define(
    4,
    cause="A notice that is {before} cannot become {after}.",
    cause_ur="جو پیغام {before} ہو وہ {after} نہیں ہو سکتا۔",
    remedy="Read the notice again: somebody else may have moved it.",
    remedy_ur="پیغام دوبارہ دیکھیں: شاید کسی اور نے اس کی حالت بدل دی ہے۔",
)
NOTICE_NOT_THERE: Final = catalogue.define(
    5,
    cause="There is no such message to anybody in your area.",
    cause_ur="آپ کے علاقے میں کسی کو ایسا کوئی پیغام نہیں بھیجا گیا۔",
    remedy="Open the person again and choose from the list of messages.",
    remedy_ur="شخص کا صفحہ دوبارہ کھولیں اور پیغامات کی فہرست میں سے چنیں۔",
)
