"""Five hundred rotten files, made from a list of faults: each kind of fault with its parameters, none of it committed as bytes.

A case is a file, and what must come of it: ``whole`` (the file is refused, with one of these codes), ``row`` (its bad row comes
back with the code, its good row enters), or ``repair`` (both rows enter and what was read otherwise is stated).

==================  ==================================================================================================
encodings           UTF-8, UTF-8 with mark, UTF-16 (with and without mark), UTF-32, cp1256, windows-1252; spoilt bytes
shape               separators, ``sep=`` lines, ragged rows, open quotes, blank lines, NULs, CR alone, long lines
headings            duplicated, missing, in Urdu, with marks and spaces, none at all, hundreds
workbooks           dates and numbers as such, numbers as text, merged cells, formulas, hidden sheets, far cells, bombs,
                    damaged, locked, other formats under the name of a workbook
numbers             CNIC with letters for digits, too short, too long, in Urdu digits, as 1.23E+12; ten spellings of a phone
dates               three orders, ambiguous, settled by the column, Excel serials, impossible, to come, month words
answers             off their list, in Urdu, in capitals; marks of direction, control characters, formulas, long texts
people              no head, no consent, no name; children at work; work begun before birth
==================  ==================================================================================================
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import openpyxl

Ends = Literal["whole", "row", "repair", "well", "any"]

GOOD = {
    "household_area_code": "PK60301", "given_name": "Bushra", "surname": "Bibi", "given_name_ur": "بشریٰ", "sex": "female",
    "birth_date": "1987-03-17", "relationship": "head", "cnic": "01234-1234567-2", "mobile": "03001234567",
    "household_rooms": "2", "consents": "registration", "employment1_status": "employee",
    "employment1_category": "domestic", "employment1_occupation": "9111", "employment1_industry": "9700",
    "employment1_started_on": "2020", "employment1_employer_kind": "household", "employment1_pay_period": "month",
    "employment1_pay_amount": "15000", "household_address": "Street 4",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One file and what must come of it."""

    name: str
    content: bytes
    ends: Ends
    codes: frozenset[str]
    good: int = 1
    """How many rows must enter."""
    bad: int | None = None
    """How many rows must come back, where it is counted."""


def table(rows: list[list[str]], *, separator: str = ",", end: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    return out.getvalue()


def with_good(change: dict[str, str]) -> list[list[str]]:
    """Headings, one good row, and one row with the change."""
    return [list(GOOD), list(GOOD.values()), list((GOOD | change).values())]


def sheet_of(rows: list[list[Any]], **more: Any) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for name, value in more.items():
        if name == "merged":
            sheet.merge_cells(value)
        elif name == "cells":
            for place, content in value.items():
                sheet[place] = content
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def _of_files() -> tuple[Case, ...]:
    """Those whose fault is one of the file, not of a cell; made once, for the bombs among them are large."""
    return (*_encodings(), *_shapes(), *_headings(), *_workbooks(), *_people())


def cases() -> Iterator[Case]:
    """All of them, in order."""
    yield from _of_files()
    yield from _cells()


def cases_together() -> Iterator[Case]:
    """The same, with the cells of one fault as rows of one file: a third of the files, for every day."""
    yield from _of_files()
    for number, (name, values, ends, codes) in enumerate(CELLS):
        rows = [list(GOOD), list(GOOD.values()), *(list((GOOD | {name: value}).values()) for value in values)]
        content = table(rows).encode()
        if ends == "repair":
            yield Case(f"{number}: {name} repaired", content, "repair", frozenset(), 1 + len(values), 0)
        else:
            yield Case(f"{number}: {name} refused", content, "row", frozenset(codes), 1, len(values))


def _encodings() -> Iterator[Case]:
    rows = with_good({"given_name_ur": "نسرین"})
    for separator in (",", ";", "\t", "|"):
        text = table(rows, separator=separator)
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
            yield Case(f"encoding {encoding} {separator!r}", text.encode(encoding), "well", frozenset(), 2)
        plain = table(with_good({"given_name": "Zaheér", "given_name_ur": ""}), separator=separator)
        plain = plain.replace("بشریٰ", "")
        yield Case(f"encoding cp1252 {separator!r}", plain.encode("cp1252"), "well", frozenset(), 2)
        arabic = "".join(letter for letter in text.replace("ی", "ي").replace("ٰ", "") if letter)
        yield Case(f"encoding cp1256 {separator!r}", arabic.encode("cp1256", "replace"), "well", frozenset(), 2)
        for byte in (b"\xff", b"\xc3", b"\xe2\x28", b"\xf0\x9f"):
            spoilt = table(with_good({"household_address": "گلی XX"}), separator=separator).encode()
            yield Case(f"spoilt {byte!r} {separator!r}", spoilt.replace(b"XX", byte), "row", frozenset({"REG-062"}))
    for size in (0, 1, 3, 40):
        yield Case(f"nothing {size}", b"\n" * size, "whole", frozenset({"REG-040"}))
        yield Case(f"noughts {size}", b"\x00" * size, "whole", frozenset({"REG-040"}))
    for start in (
        b"\x89PNG\r\n",
        b"%PDF-1.4",
        b"\xff\xd8\xff\xe0",
        b"PAR1",
        b"\x1f\x8b\x08",
        b"\xd0\xcf\x11\xe0",
        b"{\\rtf1",
    ):
        yield Case(f"other {start!r}", start + b"junk" * 40, "whole", frozenset({"REG-041"}))
    for start in ("<html><body>", "<!DOCTYPE html>", "<?xml version='1.0'?>", "<table>"):
        yield Case(f"markup {start}", start.encode() + b"<tr><td>x</td></tr>", "whole", frozenset({"REG-041"}))


def _shapes() -> Iterator[Case]:
    good = list(GOOD.values())
    for separator in (",", ";", "\t", "|"):
        text = table(with_good({}), separator=separator)
        first, one, two = text.split("\r\n")[:3]
        for end in ("\n", "\r\n"):
            two_lines = end.join([first, one.replace("Street 4", "Street 5"), ""])
            yield Case(f"ragged short {separator!r}{end!r}", (two_lines + separator.join(good[:7]) + end).encode(), "row",
                       frozenset({"REG-060"}))  # fmt: skip
            yield Case(f"ragged long {separator!r}{end!r}", (two_lines + two + f"{separator}more{separator}more{end}").encode(),
                       "row", frozenset({"REG-060"}))  # fmt: skip
            yield Case(
                f"trailing {separator!r}{end!r}",
                (two_lines + two + separator * 3 + end).encode(),
                "well",
                frozenset(),
                2,
            )
            yield Case(f"open quote {separator!r}{end!r}", (two_lines + two.replace("Street 4", '"Street 4') + end).encode(),
                       "row", frozenset({"REG-061", "REG-060"}))  # fmt: skip
            yield Case(
                f"blank lines {separator!r}{end!r}",
                (end * 2 + first + end * 3 + one + end * 5).encode(),
                "well",
                frozenset(),
            )
            yield Case(
                f"only separators {separator!r}{end!r}",
                (two_lines + separator * 19 + end).encode(),
                "well",
                frozenset(),
            )
            yield Case(
                f"NUL {separator!r}{end!r}", (two_lines.replace("Bushra", "Bush\0ra")).encode(), "well", frozenset()
            )
            quoted = first + end + one.replace("Street 4", f'"Street 4{end}second floor"') + end
            yield Case(f"two lines in a cell {separator!r}{end!r}", quoted.encode(), "well", frozenset())
        named = f"sep={separator}\r\n" + text
        yield Case(f"sep= {separator!r}", named.encode(), "well", frozenset())
        long = table(with_good({"household_address": "x" * 6_000}), separator=separator)
        yield Case(f"long cell {separator!r}", long.encode(), "row", frozenset({"REG-068"}))
        longer = table(with_good({"household_address": "x" * 1_500_000}), separator=separator)
        yield Case(f"endless cell {separator!r}", longer.encode(), "row", frozenset({"REG-068", "REG-060", "REG-061"}))


def _headings() -> Iterator[Case]:
    names, good = list(GOOD), list(GOOD.values())
    for name in (
        "given_name",
        "sex",
        "cnic",
        "birth_date",
        "relationship",
        "household_area_code",
        "mobile",
        "consents",
    ):
        twice = [[*names, name], [*good, GOOD[name]]]
        yield Case(f"twice {name}", table(twice).encode(), "whole", frozenset({"REG-046"}))
    for name in ("sex", "birth_date", "relationship", "household_area_code", "consents"):
        place = names.index(name)
        without = [names[:place] + names[place + 1 :], good[:place] + good[place + 1 :]]
        yield Case(f"without {name}", table(without).encode(), "whole", frozenset({"REG-047"}))
    for number, dress in enumerate((str.upper, str.title, lambda n: f"  {n} ", lambda n: n.replace("_", " "),
                  lambda n: f"\u200f{n}\u200e",
                  lambda n: n.replace("_", "-"), lambda n: f"{n}:", lambda n: f"\u00a0{n}")):  # fmt: skip
        yield Case(
            f"dressed {number} {dress('a_b')!r}", table([[dress(n) for n in names], good]).encode(), "well", frozenset()
        )
    yield Case("no headings", table([good, good]).encode(), "whole", frozenset({"REG-047"}))
    yield Case("headings alone", table([names]).encode(), "whole", frozenset({"REG-040"}))
    for count in (401, 2_000):
        yield Case(
            f"wide {count}",
            table([[f"x{n}" for n in range(count)], ["1"] * count]).encode(),
            "whole",
            frozenset({"REG-053"}),
        )
    for extra in (5, 50, 200):
        rows = [names + [f"extra{n}" for n in range(extra)], good + ["x"] * extra]
        yield Case(f"strange columns {extra}", table(rows).encode(), "well", frozenset())


def _workbooks() -> Iterator[Case]:
    import datetime as dt

    rows: list[list[Any]] = [list(GOOD), list(GOOD.values()), list(GOOD.values())]

    def changed(name: str, value: Any) -> bytes:
        copy = [list(row) for row in rows]
        copy[2][list(GOOD).index(name)] = value
        return sheet_of(copy)

    for name, value in (("birth_date", dt.date(1987, 3, 7)), ("birth_date", dt.datetime.fromisoformat("1987-03-07T13:05")),
                        ("birth_date", 1987), ("cnic", 3520212345672), ("mobile", 3001234567), ("household_rooms", 2.0),
                        ("employment1_pay_amount", 15000.5), ("employment1_occupation", 9111.0), ("birth_date", "1987.0"),
                        ("employment1_started_on", 2020), ("household_rooms", "2"), ("cnic", 3520212345672.0)):  # fmt: skip
        yield Case(f"workbook {name}={value!r}", changed(name, value), "well", frozenset(), 2)
    for value in (31843, 31843.0, "31843", 20000, 36526):
        yield Case(f"workbook serial {value!r}", changed("birth_date", value), "repair", frozenset({"REG-069"}), 2)
    for name, value, code in (("household_rooms", 2.5, "REG-015"), ("household_rooms", True, "REG-015"),
                              ("cnic", 352021234567.0, "REG-001"), ("sex", 1, "REG-026"),
                              ("birth_date", dt.date(2031, 1, 1), "REG-004"), ("mobile", 12345, "REG-002")):  # fmt: skip
        yield Case(f"workbook {name}={value!r}", changed(name, value), "row", frozenset({code}))
    for formula in ("=1+1", "=A1", '=HYPERLINK("http://x")', "=CMD()"):  # never computed: no value was kept
        yield Case(f"formula {formula}", changed("given_name_ur", formula), "well", frozenset(), 2)
        yield Case(f"formula {formula} needed", changed("relationship", formula), "row", frozenset({"REG-014"}))
    place = openpyxl.utils.get_column_letter(list(GOOD).index("household_address") + 1)
    yield Case("merged down", sheet_of(rows, merged=f"{place}2:{place}3"), "well", frozenset(), 1)
    sex = openpyxl.utils.get_column_letter(list(GOOD).index("sex") + 1)
    yield Case("merged needed", sheet_of(rows, merged=f"{sex}2:{sex}3"), "well", frozenset(), 1)
    yield Case("merged across", sheet_of(rows, merged="E3:G3"), "row", frozenset({"REG-014"}))
    for far in ("XFD1048576", "XFD2", "A1048576", "ZZ100000", "BZ900000"):
        content = sheet_of(rows, cells={far: "x"})
        refused = frozenset({"REG-045", "REG-060", "REG-053"})
        yield Case(f"far cell {far}", content, "whole" if far != "XFD2" else "row", refused)
    good = sheet_of(rows)
    for cut in (100, 400, 1_000, len(good) // 2, len(good) - 30, len(good) - 3):
        yield Case(f"cut at {cut}", good[:cut], "whole", frozenset({"REG-043"}))
    for at in range(60, len(good) - 80, max(1, len(good) // 12)):
        broken = bytearray(good)
        broken[at : at + 12] = b"\xff" * 12
        yield Case(f"damaged at {at}", bytes(broken), "any", frozenset())
    yield Case("a zip of nothing", _zip({}), "whole", frozenset({"REG-041", "REG-043", "REG-040"}))
    yield Case("another zip", _zip({"a.txt": b"x"}), "whole", frozenset({"REG-041"}))
    yield Case("OpenDocument", _zip({"content.xml": b"<x/>", "mimetype": b"x"}), "whole", frozenset({"REG-041"}))
    yield Case("XLSB", _zip({"xl/workbook.bin": b"x"}), "whole", frozenset({"REG-041"}))
    yield Case("no sheet", _zip({"xl/workbook.xml": b"<workbook/>"}), "whole", frozenset({"REG-043", "REG-051"}))
    for megabytes in (60, 200):
        bomb = _repacked(good, {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>" + b" " * (megabytes << 20)})
        yield Case(f"bomb {megabytes}", bomb, "whole", frozenset({"REG-044"}))
    bomb = _repacked(good, {"xl/sharedStrings.xml": b"<sst>" + b"<si><t>x</t></si>" * 4_000_000})
    yield Case("bomb of strings", bomb, "whole", frozenset({"REG-044"}))
    laughs = (
        b'<!DOCTYPE x [<!ENTITY a "haha">'
        + b"".join(
            f'<!ENTITY {chr(98 + n)} "{"&" + chr(97 + n) + ";" * 1}{("&" + chr(97 + n) + ";") * 9}">'.encode()
            for n in range(8)
        )
        + b"]><sst><si><t>&i;</t></si></sst>"
    )
    yield Case("laughs", _repacked(good, {"xl/sharedStrings.xml": laughs}), "any", frozenset())
    book = openpyxl.Workbook()
    hidden, seen = book.active, book.create_sheet("seen")
    assert hidden is not None
    hidden.sheet_state = "hidden"
    for row in rows:
        seen.append(row)
    out = io.BytesIO()
    book.save(out)
    yield Case("hidden first sheet", out.getvalue(), "well", frozenset())


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def _repacked(book: bytes, changed: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    return _zip(parts | changed)


CELLS: list[tuple[str, list[str], Ends, set[str]]] = [
    ("cnic", ["O1234-1234567-2", "0l234-1234567-2", "01234-I234567-2", "o1234-l234567-2", "0123412345672 ", "01234 1234567 2",
              "01234.1234567.2", "۰۱۲۳۴-۱۲۳۴۵۶۷-۲", "٠١٢٣٤-١٢٣٤٥٦٧-٢", "01234–1234567–2", "01234‐1234567‐2"], "repair", set()),
    ("cnic", ["1", "12345", "01234-1234567", "01234-1234567-22", "1234567890123456", "abcdefghijklm", "01234-123X567-2", "--",
              "n/a", "nil", "???", "01234/1234567/2x"], "row", {"REG-001"}),
    ("cnic", ["3.52E+12", "3.52021E+12", "3,52E+12", "1e12", "3.5E12"], "row", {"REG-064"}),
    ("mobile", ["0300 1234567", "0300-1234567", "+923001234567", "+92 300 1234567", "00923001234567", "923001234567",
                "3001234567", "(0300) 1234567", "0300.1234567", "۰۳۰۰۱۲۳۴۵۶۷", "O3001234567", "03OO1234567", "+92-300-1234567",
                "03001234567.0"], "repair", set()),
    ("mobile", ["0300", "030012345678", "04212345678", "phone", "0300123456x9", "+1 212 5551234", "00000000000",
                "03001234567 / 03011234567", "-", "none"], "row", {"REG-002"}),
    ("mobile", ["3.00123E+9", "9.23E+11"], "row", {"REG-064"}),
    ("birth_date", ["17/03/1987", "17-03-1987", "17.03.1987", "1987/3/17", "1987.03.17", "17 March 1987", "March 17, 1987",
                    "17-Mar-1987", "17 مارچ 1987", "۱۷/۰۳/۱۹۸۷", "1987-03-17T00:00:00", "1987-03", "1987", "۱۹۸۷",
                    "05/05/1987", "03/1987"], "repair", set()),
    ("birth_date", ["03/17/1987", "12/31/1980"], "repair", set()),
    ("birth_date", ["07/03/1987", "03-07-1987", "1/2/1990", "11.12.1975", "۰۷/۰۳/۱۹۸۷"], "row", {"REG-063"}),
    ("birth_date", ["31/02/1987", "1987-13-01", "1987-02-30", "32/01/1987", "0000-00-00", "yesterday", "17/03/87", "1066-10-14",
                    "3/3", "--", "17 Foo 1987", "9999", "99999999"], "row", {"REG-018", "REG-004"}),
    ("birth_date", ["2031-01-01", "2090"], "row", {"REG-004"}),
    ("sex", ["Female", "FEMALE", "عورت", " female ", "\u200ffemale\u200e", "other", "دیگر", "fe\u200bmale"], "repair", set()),
    ("sex", ["woman", "F", "1", "مؤنث", "fem ale", "female;male", "=female", "??"], "row", {"REG-026", "REG-006"}),
    ("relationship", ["Head", "سربراہ", "HEAD"], "repair", set()),
    ("relationship", ["child", "spouse", "other"], "row", {"REG-008"}),
    ("relationship", ["boss", "0", "self"], "row", {"REG-026", "REG-006"}),
    ("given_name", ["\u202eBushra\u202c", "\u2066Bushra\u2069", "Bush\u200bra", "\ufeffBushra", "  Bushra  ", "Bushra\tBibi",
                    "Bushra\u00a0Bibi", "D'Souza", "Ghulam-Nabi", "M. Aslam"], "repair", set()),
    ("given_name", ["Bushra1", "<b>Bushra</b>", "=1+1", "Bushra@home", "123", "🙂", "Bushra;DROP TABLE", "x" * 81,
                    "Bushra\u0001\u0002%", "a_b"], "row", {"REG-022", "REG-017", "REG-062"}),
    ("household_area_code", ["pk60301", " PK60301 ", "PK603"], "repair", set()),
    ("household_area_code", ["PK6", "PK", "PK99999", "XX60301", "Atlantis", "60301", "?", "PK60301PK60301"], "row", {"REG-005"}),
    ("household_rooms", ["2.0", "۲", "٢", " 2", "2 "], "repair", set()),
    ("household_rooms", ["-1", "61", "1000000", "two", "2.5", "1/2", "2-3", "1e3", "NaN", "inf", "0x10", "--2"], "row",
     {"REG-015", "REG-016", "REG-064", "REG-009"}),
    ("employment1_pay_amount", ["15,000", "Rs 15000", "Rs. 15,000/-", "15000/-", "PKR 15000", "۱۵۰۰۰", "1,50,000", "15000.00",
                                "15000.5", "₨ 15000", "15000 روپے"], "repair", set()),
    ("employment1_pay_amount", ["-5", "15000.555", "free", "1e5", "15k", "1.2.3", "10000001", "12,34", "$100", "∞"], "row",
     {"REG-015", "REG-016", "REG-009", "REG-064"}),
    ("employment1_occupation", ["9111 ", "9111.0", "۹۱۱۱"], "repair", set()),
    ("employment1_occupation", ["1", "99999", "mistri-of-nothing", "0000", "91-11", "abc"], "row", {"REG-026"}),
    ("employment1_industry", ["9700 ", "9700.0"], "repair", set()),
    ("employment1_industry", ["97", "0", "xx", "9999"], "row", {"REG-026"}),
    ("employment1_started_on", ["1950", "1986-12-31", "1987-01"], "row", {"REG-020"}),
    ("employment1_started_on", ["2031", "2099-01-01"], "row", {"REG-019"}),
    ("employment1_status", ["boss", "3", ""], "row", {"REG-026", "REG-014", "REG-006"}),
    ("consents", ["yes", "Registration", "registration;programmes", "registration, statistics", "ہاں", "Haan",
                  "ji", "جی", "۱", "registration verification account"], "repair", set()),
    ("consents", ["programmes", "statistics verification"], "row", {"REG-007"}),
    ("consents", ["no", "maybe", "registration bogus", "registration;;x"], "row", {"REG-026", "REG-006"}),
    ("consents", ["", " "], "row", {"REG-014"}),
    ("household_address", ["=1+1", "@sum(A1)", "-2+3", "\u202eadh\u202c", "گلی ۴", "Street 4, House 2; Lahore", "'quoted'",
                           'a "quoted" word', "tab\there", "x" * 200], "repair", set()),
    ("household_address", ["x" * 201, "ab\ufffdcd"], "row", {"REG-017", "REG-062"}),
    ("surname", ["بی بی", "Bi-Bi", " "], "repair", set()),
    ("surname", ["7", "#N/A", "NULL!", "x" * 90], "row", {"REG-022", "REG-017"}),
    ("employment1_category", ["Domestic worker", "گھریلو ملازم", "domestic "], "repair", set()),
    ("employment1_category", ["maid", "0", "domestic,transport"], "row", {"REG-026", "REG-006"}),
    ("employment1_pay_period", ["weekly", "مہینے", "m"], "row", {"REG-026", "REG-006"}),
    ("employment1_pay_period", ["Month", "مہینہ"], "repair", set()),
    ("employment1_employer_kind", ["Household", "A household", "گھرانہ"], "repair", set()),
    ("employment1_employer_kind", ["family", "9"], "row", {"REG-026", "REG-006"}),
    ("employment1_employer_kind", ["business"], "row", {"REG-014"}),
]  # fmt: skip


def _cells() -> Iterator[Case]:
    for name, values, ends, codes in CELLS:
        for value in values:
            rows = with_good({name: value})
            if ends == "repair":
                # The good row stays itself; the other must enter too, as another person or as the same one.
                yield Case(f"{name}={value[:30]!r} of {len(value)}", table(rows).encode(), "repair", frozenset(), 2)
            else:
                yield Case(f"{name}={value[:30]!r} of {len(value)}", table(rows).encode(), "row", frozenset(codes))


def _people() -> Iterator[Case]:
    for born in ("2014-01-05", "2016", "2020-06-01"):
        child = with_good({"birth_date": born, "employment1_started_on": "2025", "employment1_category": "daily_wage"})
        yield Case(f"child born {born}", table(child).encode(), "repair", frozenset({"REG-031"}), 2)
    # The column settles the order of its dates, so the one that could be read in two ways is read.
    for others, ambiguous in (
        (["17/03/1987", "25/12/1980"], "07/03/1987"),
        (["03/17/1987", "12/25/1980"], "03/07/1987"),
    ):
        rows = [list(GOOD)] + [list((GOOD | {"birth_date": day}).values()) for day in (*others, ambiguous)]
        yield Case(f"settled {ambiguous}", table(rows).encode(), "well", frozenset(), 3)
