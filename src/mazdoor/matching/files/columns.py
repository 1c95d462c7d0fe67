"""What does a column hold? Told, else by its name, else by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import duckdb

from mazdoor.kernel.names import normalise_urdu
from mazdoor.matching.written import quoted


class UnknownColumn(ValueError):
    """A column or kind was named that is not there; the message says which, and what there is."""


class Kind(StrEnum):
    """What a column of a file of people can hold."""

    GIVEN = "given"
    SURNAME = "surname"
    FULL_NAME = "name"
    FATHER = "father"
    BIRTH = "birth"
    BIRTH_YEAR = "birth_year"
    BIRTH_MONTH = "birth_month"
    BIRTH_DAY = "birth_day"
    SEX = "sex"
    NUMBER = "number"  # identity number, phone: digits and letters, compared letter by letter
    CODE = "code"  # house number, postcode: short, and shared by many
    EMAIL = "email"
    TEXT = "text"  # address, town, occupation: words
    CATEGORY = "category"  # province, sex, status: few values
    IGNORED = "ignored"


#: Words in a column's name → what it holds. The first hit counts, so the telling words come first.
_SPOKEN: tuple[tuple[Kind, str], ...] = (
    (
        Kind.IGNORED,
        "id uid rec_id record_id unique_id row serial sr s_no sno cluster ent entity group truth label match شمار",
    ),
    (Kind.EMAIL, "email mail"),
    (Kind.FATHER, "father husband walid guardian s_o d_o w_o والد ولدیت باپ شوہر خاوند سرپرست"),
    (Kind.BIRTH, "dob d_o_b birth birthdate birthday born paidaish پیدائش"),
    (Kind.SEX, "sex gender جنس"),
    (
        Kind.NUMBER,
        "cnic nic ssn soc sec nin passport national identity phone mobile mob cell tel telephone msisdn "
        "شناختی کارڈ موبائل فون رابطہ",
    ),
    (Kind.CODE, "postcode zip postal pin number no house"),
    (Kind.GIVEN, "given first fname forename firstname naam"),
    (Kind.SURNAME, "surname last lname lastname family خاندانی ذات قوم"),
    (
        Kind.TEXT,
        "address street suburb city town village place district distt dist tehsil locality occupation "
        "پتہ پتا گلی محلہ شہر گاؤں ضلع تحصیل پیشہ",
    ),
    (Kind.CATEGORY, "state province region country status صوبہ"),
    (Kind.FULL_NAME, "name fullname person نام"),
)
_WORDS = tuple((kind, frozenset(normalise_urdu(words).split())) for kind, words in _SPOKEN)
#: Parts of a date have names of two letters as often as not.
_PARTS = {
    "by": Kind.BIRTH_YEAR, "birth_year": Kind.BIRTH_YEAR, "year_of_birth": Kind.BIRTH_YEAR, "yob": Kind.BIRTH_YEAR,
    "bm": Kind.BIRTH_MONTH, "birth_month": Kind.BIRTH_MONTH, "month_of_birth": Kind.BIRTH_MONTH,
    "bd": Kind.BIRTH_DAY, "birth_day": Kind.BIRTH_DAY, "day_of_birth": Kind.BIRTH_DAY,
}  # fmt: skip
#: A column filled in fewer rows than this says too little to learn what it is worth.
LEAST_FILLED = 0.1
#: So many different values, counted on the filled rows, and a column of unknown name numbers its rows.
_NEARLY_UNIQUE = 0.98
_FEW_VALUES = 60
#: Not known, however it is written.
NOTHING = ("", "na", "n/a", "nan", "null", "none", "nil", "unknown", "-", "?", "not known")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is compared: a name safe in SQL, its kind, and the columns of the file it is made from."""

    name: str
    kind: Kind
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """The fields of a file, and why the other columns are left out."""

    fields: tuple[Field, ...]
    left_out: dict[str, str] = field(default_factory=dict)


def recognise(
    con: duckdb.DuckDBPyConnection, table: str, *, told: Mapping[str, str] | None = None, apart: tuple[str, ...] = ()
) -> Recognised:
    """The fields of ``table``. ``told``: column → kind; ``apart``: columns that are not to be looked at (the truth).

    Raises :class:`UnknownColumn` where ``told`` names a column or a kind that is not there.
    """
    columns = [str(row[0]) for row in con.execute(f"DESCRIBE {table}").fetchall() if row[0] not in apart]
    kinds: dict[str, Kind] = {}
    left_out: dict[str, str] = {}
    for column, kind in (told or {}).items():
        if column not in columns:
            raise UnknownColumn(f'there is no column "{column}"; there are: {", ".join(columns)}')
        if kind not in {each.value for each in Kind}:
            raise UnknownColumn(
                f'"{kind}" is not a kind of column; there are: {", ".join(each.value for each in Kind)}'
            )
        kinds[column] = Kind(kind)
    for column in columns:
        if column not in kinds:
            kinds[column], reason = _kind_of(con, table, column)
            if reason:
                left_out[column] = reason
        if kinds[column] is Kind.IGNORED:
            left_out.setdefault(column, "as told")
    return Recognised(_fields({column: kinds[column] for column in columns}, left_out), left_out)


def _kind_of(con: duckdb.DuckDBPyConnection, table: str, column: str) -> tuple[Kind, str]:
    """The kind of a column nobody told us, and where it is left out why."""
    value = f"nullif(trim(CAST({quoted(column)} AS VARCHAR)), '')"
    nothing = ", ".join(f"'{each}'" for each in NOTHING)
    row = con.execute(
        f"""
        SELECT count(*), count(v), count(DISTINCT v), avg(CASE WHEN v LIKE '%_@_%.%' THEN 1.0 ELSE 0.0 END),
               avg(CASE WHEN regexp_full_match(v, '(1[89]|20)[0-9]{{2}}[-/. ]?[01]?[0-9][-/. ]?[0-3]?[0-9]') THEN 1.0 ELSE 0.0 END),
               avg(CASE WHEN regexp_full_match(v, '[+]?[0-9][0-9 -]{{7,}}') THEN 1.0 ELSE 0.0 END)
        FROM (SELECT CASE WHEN lower({value}) IN ({nothing}) THEN NULL ELSE {value} END AS v FROM {table})
        """
    ).fetchall()[0]
    rows, filled, different = int(row[0]), int(row[1]), int(row[2])
    if filled < max(LEAST_FILLED * rows, 2):
        return Kind.IGNORED, "filled in too few rows"
    named = _by_name(column)
    if named is Kind.IGNORED:
        return Kind.IGNORED, "it numbers rows or groups"
    if named is not None:
        return named, ""
    if different == 1:
        return Kind.IGNORED, "the same in every row"
    if float(row[3]) > 0.8:
        return Kind.EMAIL, ""
    if float(row[4]) > 0.8:
        return Kind.BIRTH, ""
    if float(row[5]) > 0.8:
        return Kind.NUMBER, ""  # telephones, cards
    if different > _NEARLY_UNIQUE * filled:
        return Kind.IGNORED, "different in every row"
    return (Kind.CATEGORY if different <= _FEW_VALUES else Kind.TEXT), ""


#: Words of one kind that name the same thing, so that a column of one file meets that of another called otherwise.
_SAME_THING = tuple(
    frozenset(normalise_urdu(words).split())
    for words in (
        "phone mobile mob cell tel telephone msisdn موبائل فون رابطہ",
        "cnic nic national identity شناختی کارڈ",
        "city town شہر",
        "district distt dist ضلع",
        "address street پتہ پتا گلی",
        "postcode zip postal pin",
        "occupation پیشہ",
        "tehsil تحصیل",
        "village گاؤں",
    )
)


def same_columns(first: Sequence[str], other: Sequence[str], *, fixed: Collection[str] = ()) -> dict[str, str]:
    """Column of another file → the column of the first file that holds the same under another name.

    Only where the names leave no doubt: one column on either side, of one kind and about one thing. ``fixed`` are let be.
    """
    known = {column.casefold() for column in first} & {column.casefold() for column in other}
    things: list[dict[tuple[Kind, int], list[str]]] = []
    for columns in (first, other):
        found: dict[tuple[Kind, int], list[str]] = {}
        for column in columns:
            thing = _thing(column)
            if thing is not None and column.casefold() not in known and column not in fixed:
                found.setdefault(thing, []).append(column)
        things.append(found)
    ours, theirs = things
    return {
        columns[0]: ours[thing][0]
        for thing, columns in theirs.items()
        if len(columns) == 1 and len(ours.get(thing, [])) == 1
    }


def _thing(column: str) -> tuple[Kind, int] | None:
    kind = _by_name(column)
    if kind is None or kind is Kind.IGNORED:
        return None
    words = _words(column)
    return kind, next((place for place, same in enumerate(_SAME_THING) if words & same), -1)


def _by_name(column: str) -> Kind | None:
    snake = _snake(column)
    if snake in _PARTS:
        return _PARTS[snake]
    words = _words(column)
    if "id" in words and words & {"soc", "sec", "national", "card", "cnic", "tax"}:
        return Kind.NUMBER
    return next((kind for kind, telling in _WORDS if words & telling), None)


def _words(column: str) -> set[str]:
    """The words of a column's name, without numbers behind them, and the name as one word."""
    snake = _snake(column)
    return {re.sub(r"\d+$", "", word) for word in snake.split("_")} | {snake}


def _snake(column: str) -> str:
    told = (
        re.sub(r"\([^)]*\)", " ", column) if column.strip()[:1] != "(" else column
    )  # "Name (as on the CNIC)" is a name
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", normalise_urdu(told)).lower()
    return re.sub(r"[^\w]+", "_", snake).strip("_")


def _fields(kinds: dict[str, Kind], left_out: dict[str, str]) -> tuple[Field, ...]:
    """One field for each column, but the parts of a date are one, and a full name serves where no parts are given."""
    parts = {kind: column for column, kind in kinds.items() if kind in _DATE_PARTS}
    fields: list[Field] = []
    if len(parts) == len(_DATE_PARTS):
        fields.append(Field("birth_0", Kind.BIRTH, tuple(parts[kind] for kind in _DATE_PARTS)))
    else:
        left_out.update(dict.fromkeys(parts.values(), "a date needs its year, month and day"))
    for column, kind in kinds.items():
        if kind in _DATE_PARTS or kind is Kind.IGNORED:
            continue
        place = sum(each.kind is kind for each in fields)
        if kind in _ONCE and place:  # a second first name is words beside the first
            kind, place = Kind.TEXT, sum(each.kind is Kind.TEXT for each in fields)
        fields.append(Field(f"{kind.value}_{place}", kind, (column,)))
    return tuple(fields)


_DATE_PARTS = (Kind.BIRTH_YEAR, Kind.BIRTH_MONTH, Kind.BIRTH_DAY)
_ONCE = frozenset({Kind.GIVEN, Kind.SURNAME, Kind.FULL_NAME, Kind.FATHER})
