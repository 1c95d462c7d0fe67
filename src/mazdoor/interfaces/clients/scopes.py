"""What another system may be allowed to do and to see: a table that can be read aloud.

A scope that begins with ``read.`` opens fields of the people a system may see at all; without it the field is masked
or left out, and cannot be searched by. The other scopes open doors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mazdoor.delivery.registration import words
from mazdoor.kernel.refusals import Words

SCOPES: Final[dict[str, Words]] = {
    "search": Words("Search the register", "رجسٹر میں تلاش"),
    "subscribe": Words("Be told of registrations and changes", "اندراج اور تبدیلیوں کی اطلاع پانا"),
    "read.identifiers": Words("See card numbers in full", "شناختی کارڈ نمبر پورا دیکھنا"),
    "read.contact": Words("See mobile numbers and addresses", "موبائل نمبر اور پتے دیکھنا"),
    "read.work": Words("See occupation, industry and status in employment", "پیشہ، صنعت اور روزگار کی حیثیت دیکھنا"),
    "read.health": Words("See whether a person is disabled", "معذوری کی معلومات دیکھنا"),
    "read.household": Words("See households and their members", "گھرانے اور ان کے افراد دیکھنا"),
    "registrations.write": Words("Send registrations", "اندراج بھیجنا"),
    "registrations.read": Words("See what became of what it sent", "اپنے بھیجے ہوئے اندراج کا حال دیکھنا"),
}

PURPOSES: Final[Mapping[str, Words]] = words.PURPOSE.answers
"""The purposes of consent a person can give; a system asks for one of its own at a time."""
