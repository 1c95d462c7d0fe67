"""From checked answers of many rows to the columns of the register's tables: sealed, indexed, keyed, coded.

The same columns that `registering.write_household` gives one form at a time. Everything that repeats (names, kinds of work,
facts of businesses) is worked out once for each different value.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration.bulk_columns import cnic_index_columns, door_key_columns
from mazdoor.delivery.registration.files.checks import own_presence, presence
from mazdoor.delivery.registration.files.columns import OWN_BUSINESSES
from mazdoor.delivery.registration.files.staging import in_memory
from mazdoor.delivery.registration.informality import (
    BusinessFacts,
    JobFacts,
    business_is_informal,
    is_registered,
    job_is_informal,
)
from mazdoor.delivery.registration.people import DWELLING, has_disability, name_sounds
from mazdoor.delivery.registration.questionnaire.named import sector_of
from mazdoor.kernel.identifiers import ascii_digits

KEY_PREFIX: Final = "file:"
_FUNCTIONING: Final = ("seeing", "hearing", "walking", "remembering", "self_care", "communicating")
_ACCOUNT: Final = ("account_kind", "wallet_provider", "account_number", "account_own_name")
_PERSON: Final = (
    "given_name", "surname", "father_name", "husband_name", "given_name_ur", "surname_ur", "father_name_ur",
    "husband_name_ur", "sex", "birth_date", "birth_date_precision", "marital_status", "literate", "mobile_shared",
    "language", "education", "certificate", "permanent_area_code", "moved_on", "moved_on_precision", "migration_reason",
)  # fmt: skip
_NEVER_NULL: Final = ("given_name", "surname", "father_name", "husband_name", "given_name_ur", "surname_ur",
                      "father_name_ur", "marital_status")  # fmt: skip
_WORK: Final = (
    "status", "category", "employer_kind", "employer_name", "occupation_text", "pay_period", "pay_amount", "days_per_month",
    "hours_per_week", "season", "written_contract", "paid_leave", "paid_sick_leave", "social_security", "started_on",
    "started_on_precision",
)  # fmt: skip
_WHOLE_WORK: Final = ("status", "category", "occupation", "industry", "started_on", "employer_kind", "pay_period")
_BUSINESS: Final = (
    "premises", "persons_engaged", "owner_kind", "keeps_accounts", "sells_on_the_market", "tax_registered",
    "eobi_registered", "social_security_registered", "set_up_on", "set_up_on_precision",
)  # fmt: skip
_OWN_FACTS: Final = (
    "activity", "sells_on_the_market", "keeps_accounts", "tax_registered", "eobi_registered", "social_security_registered",
)  # fmt: skip
_OWNS: Final = {"own_account": "own_account", "employer": "employer", "employee": "employer"}
_UNNAMED: Final = "—"
OWN: Final = 3
"""The number of the first business of a row that belongs to no work of it."""
_SQL: Final[tuple[tuple[Callable[[pa.DataType], bool], str], ...]] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_date, "date"),
    (pa.types.is_integer, "bigint"),
    (pa.types.is_decimal, "numeric"),
    (pa.types.is_binary, "bytea"),
)

EmployersOf = Callable[[Sequence[str]], Mapping[str, int]]


@dataclass(slots=True)
class Wide:
    """Rows as they are staged: one wide table of named columns, and which of them each table of the register takes.

    ``works`` are the numbers of employments (from 0) that any row may have, ``businesses`` those of businesses: a work's
    has the number of the work, other ones of the person count on from `OWN`.
    """

    columns: dict[str, Any]
    works: tuple[int, ...]
    businesses: tuple[int, ...]

    @property
    def table(self) -> pa.Table:
        """All columns, staged together."""
        return pa.table(self.columns)


def sql_type(name: str, kind: pa.DataType) -> str:
    """PostgreSQL's type for a staged column; lists and UUIDs travel as text and are told by their names."""
    if name.endswith("_list"):
        return "varchar[]"
    if name.endswith("_uuid"):
        return "uuid"
    return next((sql for is_of, sql in _SQL if is_of(kind)), "text")


def form_keys(good: pa.Table, *, namespace: str) -> pa.Array:
    """The idempotency key of each row's household: a keyed hash of all its answers, or of the sender's own row keys."""
    if "row_key" in good.column_names:
        one = f"CASE WHEN row_key <> '' THEN 'key' || chr(31) || $1 || chr(31) || row_key ELSE {_all_answers(good)} END"
    else:
        one = _all_answers(good)
    with in_memory() as connection:
        connection.register("good", good)
        if pc.count_distinct(good["h"]).as_py() == good.num_rows:  # everybody is a household: nothing to gather
            said = connection.execute(f"SELECT sha256(sha256({one})) AS said, $1 AS namespace FROM good", [namespace])
            keys = keyring().index_all(said.to_arrow_table()["said"].to_pylist(), purpose="file-row")
            return pa.array([KEY_PREFIX + key.hex() for key in keys if key is not None])
        hashed = connection.execute(
            f"WITH each AS (SELECT row_number() OVER () AS place, h, sha256({one}) AS said, $1 AS namespace FROM good), "
            "whole AS (SELECT h, sha256(string_agg(said, '' ORDER BY said)) AS said FROM each GROUP BY h) "
            "SELECT whole.said FROM each JOIN whole USING (h) ORDER BY place",
            [namespace],
        ).to_arrow_table()
    coded = hashed["said"].combine_chunks().dictionary_encode()
    found = keyring().index_all(coded.dictionary.to_pylist(), purpose="file-row")
    return pa.array([KEY_PREFIX + key.hex() for key in found if key is not None]).take(coded.indices)


def _all_answers(good: pa.Table) -> str:
    names = sorted(set(good.column_names) - {"n", "h", "is_first", "row_key"})
    # Named, so that a file without a column that another leaves empty gives the same key for the same answers.
    return "concat(" + ", ".join(f"'{name}=' || CAST(\"{name}\" AS VARCHAR) || chr(31)" for name in names) + ")"


def widen(good: pa.Table, *, on: dt.date, employers_of: EmployersOf | None = None) -> Wide:
    """The staged columns of rows that may be registered, but for the ids."""
    return _Widening(good, on, employers_of or (lambda numbers: {})).whole()


class _Widening:
    def __init__(self, good: pa.Table, on: dt.date, employers_of: EmployersOf) -> None:
        self.good = good.combine_chunks()
        self.on = on
        self.employers_of = employers_of
        self.columns: dict[str, Any] = {}

    def _has(self, name: str) -> bool:
        return name in self.good.column_names

    def _get(self, name: str) -> Any:
        column = self.good[name]
        return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column

    def _texts(self, name: str) -> list[str | None]:
        found: list[str | None] = self._get(name).to_pylist() if self._has(name) else [None] * self.good.num_rows
        return found

    def _constant(self, value: Any) -> Any:
        return pa.repeat(pa.scalar(value), self.good.num_rows)

    def whole(self) -> Wide:
        put = self.columns
        put["n"], put["h"], put["is_first"] = self._get("n"), self._get("h"), self._get("is_first")
        put["day"] = self._constant(self.on)
        put["area_code"] = self._get("household_area_code")
        for name in DWELLING:
            if self._has(f"household_{name}"):
                put[f"home_{name}"] = self._blank(f"household_{name}")
            elif name in ("roof", "toilet", "water"):
                put[f"home_{name}"] = self._constant("")
        self._people()
        self._consents()
        # Where one of these is no column of the file, nobody's employment of that number is whole.
        works = tuple(
            number for number in range(3) if all(self._has(f"employment{number + 1}_{name}") for name in _WHOLE_WORK)
        )
        earlier: Any = None
        for number in works:
            earlier = self._employment(number, earlier)
        own = tuple(OWN + number for number in range(OWN_BUSINESSES) if self._own_business(number))
        return Wide(put, works, (*works, *own))

    def _blank(self, name: str) -> Any:
        """A column as tables want it: no text is the empty text."""
        column = self._get(name)
        return pc.fill_null(column, "") if pa.types.is_string(column.type) else column

    # --- people ----------------------------------------------------------------------------------------------------

    def _people(self) -> None:
        put = self.columns
        for name in _PERSON:
            if self._has(name):
                put[name] = pc.fill_null(self._get(name), "day") if name.endswith("_precision") else self._blank(name)
            elif name in _NEVER_NULL:
                put[name] = self._constant("")
        put["relationship"] = self._get("relationship")
        put["family"] = pc.fill_null(self._get("family"), 1) if self._has("family") else self._constant(1)
        cnics = self._texts("cnic")
        put["cnic_encrypted"] = self._sealed(cnics, "cnic")
        put.update(cnic_index_columns(cnics))
        mobiles = self._texts("mobile")
        put["mobile_encrypted"] = self._sealed(mobiles, "mobile")
        put["mobile_index"] = self._indexed(mobiles, "mobile")
        put["address_encrypted"] = self._sealed(self._texts("household_address"), "address")
        if self._has("old_nic"):
            old = [ascii_digits(text) if text else None for text in self._texts("old_nic")]
            put["old_nic_encrypted"], put["old_nic_index"] = self._sealed(old, "old_nic"), self._indexed(old, "old_nic")
        if self._has("permanent_address"):
            put["permanent_address_encrypted"] = self._sealed(self._texts("permanent_address"), "address")
        if self._has("skills"):
            put["skills_list"] = self._listed("skills")
        self._health_and_account()
        own = [name for name in ("given_name", "surname", "given_name_ur", "surname_ur") if self._has(name)]
        sounds = zip(*(self._texts(name) for name in own), strict=True)
        put["sounds_list"] = pa.array(["{" + ",".join(name_sounds(*names)) + "}" for names in sounds])
        self._door_keys()

    def _health_and_account(self) -> None:
        put = self.columns
        asked = [name for name in _FUNCTIONING if self._has(name)]
        if asked:
            rows = [
                {name: value for name, value in zip(asked, values, strict=True) if value}
                for values in zip(*(self._texts(name) for name in asked), strict=True)
            ]
            put["disability"] = pa.array([has_disability(row) if row else None for row in rows], pa.bool_())
            put["functioning_encrypted"] = self._sealed([_json(row) for row in rows], "functioning")
        asked = [name for name in _ACCOUNT if self._has(name)]
        if asked:
            rows = [
                {name: value for name, value in zip(asked, values, strict=True) if value is not None}
                for values in zip(*(self._texts(name) for name in asked), strict=True)
            ]
            put["account_encrypted"] = self._sealed([_json(row) for row in rows], "account_claim")

    def _door_keys(self) -> None:
        put = self.columns
        count = self.good.num_rows
        record = {
            "person_id": pa.array(np.arange(count, dtype=np.int64)),
            "area_code": put["area_code"],
            "mobile_index": put["mobile_index"],
            "birth_date_precision": put.get("birth_date_precision", self._constant("day")),
            **{
                name: put[name]
                for name in (
                    "given_name", "surname", "father_name", "given_name_ur", "surname_ur", "father_name_ur", "birth_date",
                    "sex",
                )
            },
        }  # fmt: skip
        for name, column in door_key_columns(record).items():
            if name not in ("person_id", "area_code"):
                put[f"door_{name}"] = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column

    def _consents(self) -> None:
        put = self.columns
        put["purposes_list"] = self._listed("consents")
        put["given_how"] = self._blank("given_how") if self._has("given_how") else self._constant("")
        put["consent_language"] = (
            self._blank("consent_language") if self._has("consent_language") else self._constant("")
        )

    # --- work ------------------------------------------------------------------------------------------------------

    def _employment(self, number: int, earlier: Any) -> Any:
        """Columns of one employment; gives which rows have had one so far."""
        put, before, to = self.columns, f"employment{number + 1}_", f"work{number}_"
        there = self._get(presence("employments", number))
        put[f"{to}there"] = there
        put[f"{to}primary"] = there if earlier is None else pc.and_(there, pc.invert(earlier))
        for name in _WORK:
            if self._has(before + name):
                column = self._blank(before + name)
                if name == "pay_amount":
                    column = pc.fill_null(column, 0)
                elif name.endswith("_precision"):
                    column = pc.fill_null(self._get(before + name), "day")
                put[to + name] = column
        put[f"{to}isco_code"] = self._blank(f"{before}occupation")
        put[f"{to}isic_code"] = self._blank(f"{before}industry")
        industries = self._texts(f"{before}industry")
        sectors = {code: sector_of(code) for code in set(industries) if code}
        put[f"{to}sector"] = pa.array([sectors.get(code or "", "") for code in industries])
        put[f"{to}area_code"] = self._first_of(f"{before}work_area_code", "household_area_code")
        if self._has(f"{before}employer_number"):
            asked = self._texts(f"{before}employer_number")
            found = self.employers_of(sorted({each for each in asked if each}))
            put[f"{to}employer_household_id"] = pa.array([found.get(each or "") for each in asked], pa.int64())
        self._business(number, there)
        return there if earlier is None else pc.or_(earlier, there)

    def _first_of(self, *names: str) -> Any:
        """The first of these columns that has an answer."""
        return pc.coalesce(*(self._get(name) for name in names if self._has(name)))

    def _business(self, number: int, works: Any) -> None:
        put, before, to = self.columns, f"employment{number + 1}_business_", f"business{number}_"
        work, named = f"work{number}_", f"employment{number + 1}_"
        flag = f"present_people0_employments{number}_business0"
        there = pc.fill_null(self._get(flag), False) if self._has(flag) else pa.repeat(pa.scalar(False), len(works))
        put[f"{to}there"] = there
        if pc.any(there).as_py():
            self._described(
                before,
                to,
                activity=(f"{before}activity", f"{named}industry"),
                place=(f"{before}area_code", f"{named}work_area_code", "household_area_code"),
            )
        put[f"{to}owned"] = pc.is_in(self._get(f"{named}status"), value_set=pa.array(["own_account", "employer"]))
        kinds = self._get(f"{named}employer_kind")
        put[f"{work}employed_by_business"] = pc.and_(pc.fill_null(pc.equal(kinds, "business"), False), there)
        self._informal(number)

    def _described(self, before: str, to: str, *, activity: tuple[str, ...], place: tuple[str, ...]) -> None:
        """What is said of a business, in the columns of its tables."""
        put = self.columns
        for name in _BUSINESS:
            if self._has(before + name):
                put[to + name] = self._blank(before + name)
        if f"{to}set_up_on_precision" in put:
            put[f"{to}set_up_on_precision"] = pc.fill_null(self._get(f"{before}set_up_on_precision"), "day")
        engaged = self._get(f"{before}persons_engaged") if self._has(f"{before}persons_engaged") else None
        put[f"{to}persons_engaged"] = pc.fill_null(engaged, 1) if engaged is not None else self._constant(1)
        name = self._get(f"{before}name") if self._has(f"{before}name") else self._constant(_UNNAMED)
        put[f"{to}name"] = pc.fill_null(name, _UNNAMED)
        put[f"{to}isic_code"] = self._first_of(*activity)
        put[f"{to}area_code"] = self._first_of(*place)
        if self._has(f"{before}owner_kind"):
            kinds = self._get(f"{before}owner_kind")
            put[f"{to}incorporated"] = pc.not_equal(kinds, "household")
        if self._has(f"{before}tax_number"):
            numbers = [ascii_digits(text) or None if text else None for text in self._texts(f"{before}tax_number")]
            put[f"{to}tax_number_encrypted"] = self._sealed(numbers, "tax_number")
            put[f"{to}tax_number_index"] = self._indexed(numbers, "tax_number")

    def _own_business(self, number: int) -> bool:
        """Columns of another business the person owns; false where nobody in these rows has one."""
        put, before, to, flag = self.columns, f"business{number + 1}_", f"business{OWN + number}_", own_presence(number)
        if not self._has(flag) or not pc.any(self._get(flag)).as_py():
            return False
        there = put[f"{to}there"] = put[f"{to}owned"] = pc.fill_null(self._get(flag), False)
        self._described(
            before, to, activity=(f"{before}activity",), place=(f"{before}area_code", "household_area_code")
        )
        facts = zip(
            there.to_pylist(),
            self._texts(f"{before}owner_kind"),
            put[f"{to}persons_engaged"].to_pylist(),
            *(
                self._get(before + name).to_pylist() if self._has(before + name) else [None] * len(there)
                for name in _OWN_FACTS
            ),
            strict=True,
        )
        put[f"{to}informal"] = pa.array([_own_is_informal(each, self.on) for each in facts], pa.bool_())
        return True

    def _informal(self, number: int) -> None:
        """What the rules say of each job and business: each different set of facts is asked once."""
        put, before, named = self.columns, f"employment{number + 1}_business_", f"employment{number + 1}_"
        to, work = f"business{number}_", f"work{number}_"
        nothing = self._constant(None)

        def told(name: str) -> Any:
            return self._get(name) if self._has(name) else nothing

        facts = [
            told(presence("employments", number)),
            put[f"{to}there"],
            told(f"{named}status"),
            told(f"{named}category"),
            told(f"{named}social_security"),
            told(f"{named}paid_leave"),
            told(f"{named}paid_sick_leave"),
            told(f"{named}industry"),
            told(f"{before}activity"),
            told(f"{before}owner_kind"),
            put[f"{to}persons_engaged"] if f"{to}persons_engaged" in put else self._constant(1),
            told(f"{before}sells_on_the_market"),
            told(f"{before}keeps_accounts"),
            told(f"{before}tax_registered"),
            told(f"{before}eobi_registered"),
            told(f"{before}social_security_registered"),
        ]
        # Thousands of workers share one set of facts.
        firsts, which = _different(facts)
        sets = zip(*(column.take(firsts).to_pylist() for column in facts), strict=True)
        answers = [_is_informal(each, self.on) for each in sets]
        put[f"{work}informal"] = pa.array([job for job, _ in answers], pa.bool_()).take(which)
        put[f"{to}informal"] = pa.array([business for _, business in answers], pa.bool_()).take(which)

    # --- columns ---------------------------------------------------------------------------------------------------

    def _sealed(self, values: Sequence[str | None], purpose: str) -> Any:
        return pa.array(keyring().seal_all(values, purpose=purpose), pa.binary())

    def _indexed(self, values: Sequence[str | None], purpose: str) -> Any:
        return pa.array(keyring().index_all(values, purpose=purpose), pa.binary())

    def _listed(self, name: str) -> Any:
        """Codes with spaces between, as PostgreSQL writes a list."""
        inside = pc.replace_substring(pc.fill_null(self._get(name), ""), " ", ",")
        return pc.binary_join_element_wise("{", inside, "}", "")


def _different(columns: Sequence[Any]) -> tuple[pa.Array, pa.Array]:
    """(a place of each different row, which of them each row is) over columns of one length."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    kinds = 1
    for column in columns:
        coded = pc.dictionary_encode(column, null_encoding="encode")
        different = len(coded.dictionary)
        if different < 2:
            continue
        if kinds * different > 1 << 62:  # before the numbers outgrow their type they are numbered anew
            _, codes = np.unique(codes, return_inverse=True)
            kinds = int(codes.max(initial=0)) + 1
        codes = codes * different + coded.indices.to_numpy()
        kinds *= different
    _, firsts, codes = np.unique(codes, return_index=True, return_inverse=True)
    return pa.array(firsts), pa.array(codes)


@lru_cache(maxsize=20_000)
def _is_informal(facts: tuple[Any, ...], on: dt.date) -> tuple[bool | None, bool | None]:
    """(job, business), as the rules say; ``None`` where there is none or the facts do not say."""
    (
        works,
        owns,
        status,
        category,
        insured,
        leave,
        sick,
        industry,
        activity,
        owner,
        engaged,
        sells,
        accounts,
        *registered,
    ) = facts
    if not works:
        return None, None
    business = None
    if owns:
        business = BusinessFacts(
            owner=owner or None,
            owner_status=_OWNS.get(status or ""),
            sector=sector_of(activity or industry),
            persons_engaged=engaged,
            sells_on_the_market=sells,
            registered=is_registered(*registered),
            keeps_full_accounts=accounts,
        )
    job = JobFacts(
        status=status or "",
        category=category or "",
        employer_pays_social_insurance=insured,
        paid_annual_leave=leave,
        paid_sick_leave=sick,
        business=business,
    )
    return job_is_informal(job, on=on), business_is_informal(business, on=on) if business is not None else None


def _own_is_informal(facts: tuple[Any, ...], on: dt.date) -> bool | None:
    """What the rules say of a business that belongs to no work: who engages others is an employer."""
    there, owner, engaged, activity, sells, accounts, *registered = facts
    if not there:
        return None
    return business_is_informal(
        BusinessFacts(
            owner=owner or None,
            owner_status="employer" if engaged > 1 else "own_account",
            sector=sector_of(activity),
            persons_engaged=engaged,
            sells_on_the_market=sells,
            registered=is_registered(*registered),
            keeps_full_accounts=accounts,
        ),
        on=on,
    )


def _json(answers: Mapping[str, Any]) -> str | None:
    return json.dumps(dict(answers), ensure_ascii=False, sort_keys=True) if answers else None


def root_of(keys: Sequence[str]) -> str:
    """The hash over a chunk's form keys, for the journal."""
    return hashlib.sha256("\n".join(sorted(set(keys))).encode()).hexdigest()
