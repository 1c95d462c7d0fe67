"""What is refused of a whole file, why, and what to do about it: REG-040 to REG-069. Rows have refusals of their own."""

from typing import Final

from mazdoor.delivery.registration.refusals import catalogue

FILE_EMPTY: Final = catalogue.define(
    40,
    cause="The file holds no rows beneath a line of headings.",
    cause_ur="فائل میں عنوانات کی سطر کے نیچے کوئی قطار نہیں۔",
    remedy="Write the headings of the template in the first line and one person in each line beneath it.",
    remedy_ur="پہلی سطر میں نمونے کے عنوانات لکھیں اور نیچے ہر سطر میں ایک شخص۔",
)
FORMAT_UNKNOWN: Final = catalogue.define(
    41,
    cause="This is neither a CSV file nor an XLSX workbook ({found}).",
    cause_ur="یہ نہ سی ایس وی فائل ہے نہ ایکس ایل ایس ایکس ورک بک ({found})۔",
    remedy="Open it in a spreadsheet programme and save it as “Excel workbook (.xlsx)” or “CSV UTF-8”.",
    remedy_ur="اسے سپریڈ شیٹ پروگرام میں کھول کر ”Excel workbook (.xlsx)“ یا ”CSV UTF-8“ کے طور پر محفوظ کریں۔",
)
LETTERS_UNREADABLE: Final = catalogue.define(
    42,
    cause="The letters of this file are written in an encoding that could not be made out.",
    cause_ur="اس فائل کے حروف جس کوڈ میں لکھے ہیں وہ پہچانا نہیں جا سکا۔",
    remedy="Save the file as “CSV UTF-8”, or as an XLSX workbook, and send it again.",
    remedy_ur="فائل کو ”CSV UTF-8“ یا ایکس ایل ایس ایکس ورک بک کے طور پر محفوظ کر کے دوبارہ بھیجیں۔",
)
WORKBOOK_BROKEN: Final = catalogue.define(
    43,
    cause="The workbook is damaged or locked with a password, and cannot be opened.",
    cause_ur="ورک بک خراب ہے یا پاس ورڈ سے بند ہے، اس لیے کھل نہیں سکتی۔",
    remedy="Open it in a spreadsheet programme, take the password off, and save it anew.",
    remedy_ur="اسے سپریڈ شیٹ پروگرام میں کھولیں، پاس ورڈ ہٹائیں اور دوبارہ محفوظ کریں۔",
)
TOO_LARGE: Final = catalogue.define(
    44,
    cause="Unpacked, the workbook takes {megabytes} MB; at most {most} MB are read.",
    cause_ur="کھلنے پر ورک بک {megabytes} ایم بی کی ہے؛ زیادہ سے زیادہ {most} ایم بی پڑھی جاتی ہے۔",
    remedy="Divide it into several workbooks, or save the sheet as CSV, which may be of any length.",
    remedy_ur="اسے کئی ورک بکوں میں بانٹیں، یا شیٹ کو سی ایس وی میں محفوظ کریں جس کی لمبائی کی حد نہیں۔",
)
TOO_MANY_CELLS: Final = catalogue.define(
    45,
    cause="The sheet is {columns} columns wide and {rows} rows long: more cells than are read of one sheet.",
    cause_ur="شیٹ {columns} کالم چوڑی اور {rows} قطار لمبی ہے: ایک شیٹ سے اتنے خانے نہیں پڑھے جاتے۔",
    remedy="Delete empty columns and rows beyond the data (a stray cell far away is enough), or save the sheet as CSV.",
    remedy_ur="ڈیٹا سے باہر کے خالی کالم اور قطاریں مٹا دیں (دور پڑا ایک خانہ بھی کافی ہے)، یا شیٹ کو سی ایس وی میں محفوظ کریں۔",
)
HEADING_TWICE: Final = catalogue.define(
    46,
    cause="Two columns answer the same question: columns {first} and {second}.",
    cause_ur="دو کالم ایک ہی سوال کا جواب ہیں: کالم {first} اور {second}۔",
    remedy="Keep one of them, or say on the screen which column is meant.",
    remedy_ur="ان میں سے ایک رکھیں، یا سکرین پر بتائیں کہ کون سا کالم مراد ہے۔",
)
COLUMNS_MISSING: Final = catalogue.define(
    47,
    cause="No column answers “{questions}”, and nobody can be registered without it.",
    cause_ur="کوئی کالم ”{questions_ur}“ کا جواب نہیں، اور اس کے بغیر اندراج نہیں ہو سکتا۔",
    remedy="Add the column ({fields}), or say on the screen which of your columns holds it.",
    remedy_ur="وہ کالم ({fields}) شامل کریں، یا سکرین پر بتائیں کہ آپ کا کون سا کالم یہ بتاتا ہے۔",
)
COLUMN_UNKNOWN: Final = catalogue.define(
    48,
    cause="The map of columns names “{name}”, which is neither a column of the file nor a question.",
    cause_ur="کالموں کے نقشے میں ”{name}“ ہے، جو نہ فائل کا کالم ہے نہ کوئی سوال۔",
    remedy="Look at the headings of the file and at the template, and mend the map.",
    remedy_ur="فائل کے عنوانات اور نمونہ دیکھ کر نقشہ درست کریں۔",
)
FILE_UNKNOWN: Final = catalogue.define(
    49,
    cause="There is no such file, or it was sent by somebody else.",
    cause_ur="ایسی کوئی فائل نہیں، یا کسی اور نے بھیجی تھی۔",
    remedy="Look at the list of files, or send the file again.",
    remedy_ur="فائلوں کی فہرست دیکھیں، یا فائل دوبارہ بھیجیں۔",
)
FILE_GONE: Final = catalogue.define(
    50,
    cause="The file itself is no longer kept here.",
    cause_ur="فائل خود اب یہاں محفوظ نہیں۔",
    remedy="Send it again: rows that are registered already change nothing.",
    remedy_ur="اسے دوبارہ بھیجیں: جو قطاریں درج ہو چکی ہیں ان سے کچھ نہیں بدلے گا۔",
)
SHEET_MISSING: Final = catalogue.define(
    51,
    cause="The workbook has no visible sheet with cells in it.",
    cause_ur="ورک بک میں کوئی نظر آنے والی شیٹ نہیں جس میں خانے ہوں۔",
    remedy="Put the people on the first visible sheet, with the headings in the first row.",
    remedy_ur="لوگوں کو پہلی نظر آنے والی شیٹ پر لکھیں، عنوانات پہلی قطار میں۔",
)
NOT_MAPPED: Final = catalogue.define(
    52,
    cause="It has not been confirmed which column of this file answers which question.",
    cause_ur="ابھی تصدیق نہیں ہوئی کہ اس فائل کا کون سا کالم کس سوال کا جواب ہے۔",
    remedy="Open the file's page, look at the columns, and confirm them.",
    remedy_ur="فائل کا صفحہ کھولیں، کالم دیکھیں اور تصدیق کریں۔",
)
TOO_MANY_COLUMNS: Final = catalogue.define(
    53,
    cause="The file has {columns} columns; at most {most} are read.",
    cause_ur="فائل میں {columns} کالم ہیں؛ زیادہ سے زیادہ {most} پڑھے جاتے ہیں۔",
    remedy="Delete the columns that hold nothing, or check that the separator is the one the file uses.",
    remedy_ur="خالی کالم مٹا دیں، یا دیکھیں کہ فائل میں جدا کرنے والا نشان درست ہے۔",
)
FILE_TOO_LONG: Final = catalogue.define(
    54,
    cause="The file is larger than the {most} MB that can be sent by this page.",
    cause_ur="فائل {most} ایم بی سے بڑی ہے جو اس صفحے سے بھیجی جا سکتی ہے۔",
    remedy="Divide it, or let whoever runs this installation take it in with: mazdoor import FILE",
    remedy_ur="اسے بانٹیں، یا اس نظام کے چلانے والے سے کہیں کہ یوں لے: mazdoor import FILE",
)

DATABASE_LOST: Final = catalogue.define(
    55,
    cause="The database was lost while file {number} was brought in.",
    cause_ur="فائل {number} لیتے ہوئے ڈیٹابیس سے رابطہ ٹوٹ گیا۔",
    remedy="What is registered stays, and nothing is there by half. See that the database runs (mazdoor db status), then go on"
    " where it stopped: mazdoor import --again {number}, or “Go on” on the file's page.",
    remedy_ur="جو درج ہو چکا وہ محفوظ ہے اور کچھ ادھورا نہیں۔ دیکھیں کہ ڈیٹابیس چل رہا ہے (mazdoor db status)، پھر آگے چلیں:"
    " mazdoor import --again {number}، یا فائل کے صفحے پر ”جاری رکھیں“۔",
)
DISK_FULL: Final = catalogue.define(
    56,
    cause="The disk became full while file {number} was brought in.",
    cause_ur="فائل {number} لیتے ہوئے ڈسک بھر گئی۔",
    remedy="What is registered stays, and nothing is there by half. Free some space for {folder}, then go on where it stopped:"
    " mazdoor import --again {number}, or “Go on” on the file's page.",
    remedy_ur="جو درج ہو چکا وہ محفوظ ہے اور کچھ ادھورا نہیں۔ {folder} کے لیے کچھ جگہ خالی کریں، پھر وہیں سے آگے چلیں:"
    " mazdoor import --again {number}، یا فائل کے صفحے پر ”جاری رکھیں“۔",
)
FOLDER_CLOSED: Final = catalogue.define(
    57,
    cause="The folder {folder} cannot be written, and file {number} is worked on there.",
    cause_ur="فولڈر {folder} میں لکھا نہیں جا سکتا، اور فائل {number} پر کام وہیں ہوتا ہے۔",
    remedy="What is registered stays. Let whoever runs this command write there, then go on where it stopped:"
    " mazdoor import --again {number}, or “Go on” on the file's page.",
    remedy_ur="جو درج ہو چکا وہ محفوظ ہے۔ یہ کمانڈ چلانے والے کو وہاں لکھنے کی اجازت دیں، پھر وہیں سے آگے چلیں:"
    " mazdoor import --again {number}، یا فائل کے صفحے پر ”جاری رکھیں“۔",
)
FILE_NOT_KEPT: Final = catalogue.define(
    58,
    cause="The file could not be kept here: {problem}.",
    cause_ur="فائل یہاں محفوظ نہیں ہو سکی: {problem_ur}۔",
    remedy="Nothing of it is kept or registered. Mend that, or ask whoever runs this installation to, and send the file again.",
    remedy_ur="اس میں سے کچھ محفوظ یا درج نہیں ہوا۔ یہ خرابی دور کریں یا اس نظام کے چلانے والے سے کروائیں، پھر فائل دوبارہ بھیجیں۔",
)

# --- refusals of a row, which only a file can have -----------------------------------------------------------------

CELLS_DIFFER: Final = catalogue.define(
    60,
    cause="This row has {found} cells; the headings are {expected}.",
    cause_ur="اس قطار میں {found} خانے ہیں؛ عنوانات {expected} ہیں۔",
    remedy="Look for a missing or an extra separator, or a text with a separator that needs quotation marks around it.",
    remedy_ur="کوئی کم یا زائد جدا کرنے والا نشان تلاش کریں، یا ایسا متن جسے واوین میں ہونا چاہیے۔",
)
QUOTE_OPEN: Final = catalogue.define(
    61,
    cause="A quotation mark is opened in this row and never closed.",
    cause_ur="اس قطار میں ایک واوین کھلتا ہے اور بند نہیں ہوتا۔",
    remedy="Close it, or take the quotation mark out.",
    remedy_ur="اسے بند کریں، یا واوین ہٹا دیں۔",
)
LETTERS_LOST: Final = catalogue.define(
    62,
    cause="Some letters of this cell were lost when the file was written.",
    cause_ur="فائل لکھتے وقت اس خانے کے کچھ حروف ضائع ہو گئے۔",
    remedy="Type the cell again and save the file as UTF-8.",
    remedy_ur="خانہ دوبارہ لکھیں اور فائل یو ٹی ایف ۸ میں محفوظ کریں۔",
)
DATE_AMBIGUOUS: Final = catalogue.define(
    63,
    cause="This date can be read in two ways, and the other dates of the column do not settle which is meant.",
    cause_ur="یہ تاریخ دو طرح پڑھی جا سکتی ہے، اور کالم کی باقی تاریخوں سے فیصلہ نہیں ہوتا۔",
    remedy="Write dates as year-month-day, such as 1987-03-07.",
    remedy_ur="تاریخ سال-مہینہ-دن کی صورت میں لکھیں، جیسے 1987-03-07۔",
)
DIGITS_LOST: Final = catalogue.define(
    64,
    cause="The spreadsheet shortened this number and its last digits are lost.",
    cause_ur="سپریڈ شیٹ نے یہ نمبر مختصر کر دیا اور اس کے آخری ہندسے ضائع ہو گئے۔",
    remedy="Make the column text, and type the number again from the paper.",
    remedy_ur="کالم کو ٹیکسٹ بنائیں اور کاغذ سے نمبر دوبارہ لکھیں۔",
)
HOUSEHOLD_WAITS: Final = catalogue.define(
    65,
    cause="Another row of this household was refused, and a household is registered whole.",
    cause_ur="اس گھرانے کی ایک اور قطار رد ہوئی ہے، اور گھرانہ پورا درج ہوتا ہے۔",
    remedy="Mend the other row and send both again.",
    remedy_ur="دوسری قطار درست کر کے دونوں دوبارہ بھیجیں۔",
)
HOUSEHOLD_DIFFERS: Final = catalogue.define(
    66,
    cause="This cell says something else about the household than its first row does.",
    cause_ur="یہ خانہ گھرانے کے بارے میں اس کی پہلی قطار سے مختلف بات بتاتا ہے۔",
    remedy="Write the same in each row of the household, or only in the first.",
    remedy_ur="گھرانے کی ہر قطار میں ایک ہی بات لکھیں، یا صرف پہلی میں۔",
)
HOUSEHOLD_TOO_LONG: Final = catalogue.define(
    67,
    cause="{rows} rows carry the key of one household; a household has at most {most} people.",
    cause_ur="{rows} قطاروں پر ایک ہی گھرانے کی شناخت ہے؛ گھرانے میں زیادہ سے زیادہ {most} افراد ہوتے ہیں۔",
    remedy="Check that the column of the household's key is the right one.",
    remedy_ur="دیکھیں کہ گھرانے کی شناخت کا کالم درست ہے۔",
)
CELL_TOO_LONG: Final = catalogue.define(
    68,
    cause="This cell holds more text than any answer has.",
    cause_ur="اس خانے میں کسی بھی جواب سے زیادہ متن ہے۔",
    remedy="Look whether several rows have run together, and write one answer in each cell.",
    remedy_ur="دیکھیں کہ کئی قطاریں مل تو نہیں گئیں، اور ہر خانے میں ایک جواب لکھیں۔",
)
REPAIRED: Final = catalogue.define(
    69,
    cause="Read as it was meant: {how}.",
    cause_ur="یوں پڑھا گیا: {how_ur}۔",
    remedy="Nothing needs to be done; look whether it is right.",
    remedy_ur="کچھ کرنے کی ضرورت نہیں؛ دیکھ لیں کہ درست ہے۔",
)
