"""What is refused to other systems and to those who register them, in English and Urdu."""

from __future__ import annotations

from typing import Final

from mazdoor.kernel.refusals import Catalogue

catalogue: Final = Catalogue("SYS")

CODE_TAKEN = catalogue.define(
    1,
    cause="A system with this code is registered already.",
    cause_ur="اس کوڈ کا نظام پہلے سے درج ہے۔",
    remedy="Choose another code, or change the system that is there.",
    remedy_ur="دوسرا کوڈ چنیں، یا موجودہ نظام میں تبدیلی کریں۔",
)
CODE_MALFORMED = catalogue.define(
    2,
    cause="This cannot be the code of a system.",
    cause_ur="یہ کسی نظام کا کوڈ نہیں ہو سکتا۔",
    remedy="Use 3 to 64 small letters, digits, dots and hyphens, such as welfare.example.org.",
    remedy_ur="3 سے 64 چھوٹے انگریزی حروف، ہندسے، نقطے یا ہائفن لکھیں، مثلاً welfare.example.org۔",
)
SCOPE_UNKNOWN = catalogue.define(
    3,
    cause="There is no scope “{scope}”.",
    cause_ur="”{scope}“ نام کا کوئی اختیار نہیں۔",
    remedy="Choose from the list: mazdoor clients scopes.",
    remedy_ur="فہرست سے چنیں: mazdoor clients scopes۔",
)
PURPOSE_UNKNOWN = catalogue.define(
    4,
    cause="There is no purpose “{purpose}” that people are asked to agree to.",
    cause_ur="”{purpose}“ ایسا مقصد نہیں جس کی رضامندی لی جاتی ہو۔",
    remedy="Choose from the list: mazdoor clients scopes.",
    remedy_ur="فہرست سے چنیں: mazdoor clients scopes۔",
)
AREA_UNKNOWN = catalogue.define(
    5,
    cause="There is no area with the code “{area}”.",
    cause_ur="”{area}“ کوڈ کا کوئی علاقہ نہیں۔",
    remedy="Write P-codes such as PK6 or PK603, or * for the whole country.",
    remedy_ur="پی کوڈ لکھیں جیسے PK6 یا PK603، یا پورے ملک کے لیے *۔",
)
CLIENT_UNKNOWN = catalogue.define(
    6,
    cause="No active system with this code is registered.",
    cause_ur="اس کوڈ کا کوئی فعال نظام درج نہیں۔",
    remedy="Look at the list of systems: mazdoor clients list.",
    remedy_ur="نظاموں کی فہرست دیکھیں: mazdoor clients list۔",
)
KEYS_UNREADABLE = catalogue.define(
    7,
    cause="These are not public signing keys (a JWK set).",
    cause_ur="یہ دستخط کی عوامی کنجیاں (JWK) نہیں ہیں۔",
    remedy="Ask the other system for its JWK set; it holds no private part and names a kid for each key.",
    remedy_ur="دوسرے نظام سے اس کا JWK سیٹ مانگیں؛ اس میں نجی حصہ نہیں ہوتا اور ہر کنجی کا kid درج ہوتا ہے۔",
)
ADDRESS_MALFORMED = catalogue.define(
    8,
    cause="“{field}” must be an address that begins with https://.",
    cause_ur="”{field}“ کا پتا https:// سے شروع ہونا چاہیے۔",
    remedy="Write the whole address. Only on this machine itself http:// will do.",
    remedy_ur="پورا پتا لکھیں۔ صرف اسی مشین پر http:// چلتا ہے۔",
)
NOT_ALLOWED = catalogue.define(
    9,
    cause="This system may not do this: the scope “{scope}” is missing.",
    cause_ur="اس نظام کو یہ اجازت نہیں: ”{scope}“ کا اختیار موجود نہیں۔",
    remedy="Ask the administrator of the registry for the scope, and then for a new token.",
    remedy_ur="رجسٹری کے منتظم سے اختیار مانگیں، پھر نیا ٹوکن لیں۔",
)
TOKEN_REFUSED = catalogue.define(
    11,
    cause="The bearer token is missing, not ours, or no longer good.",
    cause_ur="بیئرر ٹوکن موجود نہیں، ہمارا نہیں، یا اب درست نہیں۔",
    remedy="Get a new one at /oauth2/client/token; a token lasts {minutes} minutes.",
    remedy_ur="/oauth2/client/token سے نیا ٹوکن لیں؛ ٹوکن {minutes} منٹ چلتا ہے۔",
)
TOO_MANY = catalogue.define(
    12,
    cause="More requests came in a minute than this system may send.",
    cause_ur="ایک منٹ میں اس نظام کی حد سے زیادہ درخواستیں آئیں۔",
    remedy="Wait {seconds} seconds and go on more slowly.",
    remedy_ur="{seconds} سیکنڈ رکیں اور آہستہ بھیجیں۔",
)
DAY_IS_FULL = catalogue.define(
    13,
    cause="This system has been given all the records it may have in a day.",
    cause_ur="اس نظام کو ایک دن کی حد تک ریکارڈ دیے جا چکے ہیں۔",
    remedy="Go on tomorrow, or ask the administrator of the registry for more.",
    remedy_ur="کل دوبارہ کوشش کریں، یا رجسٹری کے منتظم سے حد بڑھوائیں۔",
)
NO_PURPOSE = catalogue.define(
    14,
    cause="A system that may see people needs at least one purpose.",
    cause_ur="جو نظام لوگوں کو دیکھ سکتا ہے اس کا کم از کم ایک مقصد ہونا چاہیے۔",
    remedy="Name the purpose people agreed to, for example programmes.",
    remedy_ur="وہ مقصد لکھیں جس پر لوگوں نے رضامندی دی، مثلاً programmes۔",
)
LIMIT_MALFORMED = catalogue.define(
    15,
    cause="A limit is a whole number of at least one.",
    cause_ur="حد کم از کم ایک کا پورا عدد ہوتی ہے۔",
    remedy="Write how many requests a minute and how many records a day.",
    remedy_ur="لکھیں کہ ایک منٹ میں کتنی درخواستیں اور ایک دن میں کتنے ریکارڈ۔",
)
