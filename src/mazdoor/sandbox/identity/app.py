"""The authority's doors."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from mazdoor.sandbox.answering import HAPPENINGS, LARGEST_BATCH, answer_each
from mazdoor.sandbox.books import Books
from mazdoor.sandbox.frame import Service, answer_json, read_json
from mazdoor.sandbox.identity.book import SCHEMA, add_citizens, bring_up
from mazdoor.sandbox.identity.compare import differing_fields


class Authority(Service):
    """The identity authority."""

    def __init__(self, home: Path, *, refuse_everybody: bool = False, strict_spelling: bool = False) -> None:
        super().__init__(
            name="identity",
            books=Books(home / "identity.sqlite", SCHEMA),
            doors=("verify", "profile", "living", "family"),
            happenings=("person.no_match", "person.deceased", *HAPPENINGS),
        )
        self._refuse_everybody = refuse_everybody
        self._strict_spelling = strict_spelling
        with self.books.writing() as db:
            bring_up(db)
        self.door("/verify", self._verify, methods=["POST"], name="verify")
        self.door("/profile", self._profile, methods=["POST"], name="profile")
        self.door("/living", self._living, methods=["POST"], name="living")
        self.door("/family", self._family, methods=["POST"], name="family")
        self.door("/admin/citizens", self._add_citizens, methods=["POST"])
        self.door("/admin/summary", self._summary)

    def _verify(self, request: Request) -> Response:
        return answer_each(self, request, lambda _, record: self._verify_one(str(record.get("cnic") or ""), record))

    def _living(self, request: Request) -> Response:
        return answer_each(self, request, lambda db, record: self._living_one(db, str(record.get("cnic") or "")))

    def _family(self, request: Request) -> Response:
        return answer_each(self, request, lambda db, record: self._family_one(db, str(record.get("cnic") or "")))

    def _verify_one(self, cnic: str, record: dict[str, Any]) -> dict[str, Any]:
        db = self.books.reading()
        row = db.execute(
            "SELECT given_name, surname, father_name, birth_date, birth_year_only, died_on, family_key, family_place, "
            "name_ur, father_name_ur FROM citizens WHERE cnic = ?",
            (cnic,),
        ).fetchone()
        if row is None or self._refuse_everybody or self.faults.chosen(db, "person.no_match", cnic):
            return {"outcome": "no_match", "differs": ["cnic"]}
        (
            given_name, surname, father_name, birth_date, birth_year_only, died_on, family_key, family_place, name_ur,
            father_name_ur,
        ) = row  # fmt: skip
        name = f"{given_name} {surname or ''}".strip()
        differs = differing_fields(
            record,
            name=name,
            father_name=father_name,
            birth_date=birth_date,
            birth_year_only=bool(birth_year_only),
            strict_spelling=self._strict_spelling,
        )
        if differs:
            book = {
                "name": name, "name_ur": name_ur, "father_name": father_name, "father_name_ur": father_name_ur,
                "birth_date": birth_date[:4] if birth_year_only else birth_date,
            }  # fmt: skip
            held = {field: value for field, value in book.items() if value and field.removesuffix("_ur") in differs}
            return {
                "outcome": "no_match", "differs": differs, "held": {**held, **({"died_on": died_on} if died_on else {})},
                "family_key": family_key, "family_place": family_place,
            }  # fmt: skip
        if died_on or self.faults.chosen(db, "person.deceased", cnic):
            return {"outcome": "deceased", "died_on": died_on}
        return {"outcome": "match", "family_key": family_key, "family_place": family_place}

    def _living_one(self, db: sqlite3.Connection, cnic: str) -> dict[str, Any]:
        row = db.execute("SELECT died_on FROM citizens WHERE cnic = ?", (cnic,)).fetchone()
        if row is None:
            return {"outcome": "unknown"}
        if row[0] or self.faults.chosen(db, "person.deceased", cnic):
            return {"outcome": "deceased", "died_on": row[0]}
        return {"outcome": "living"}

    def _family_one(self, db: sqlite3.Connection, cnic: str) -> dict[str, Any]:
        row = db.execute("SELECT family_key FROM citizens WHERE cnic = ?", (cnic,)).fetchone()
        if row is None or self._refuse_everybody:
            return {"outcome": "unknown"}
        members = db.execute(
            "SELECT cnic, family_place FROM citizens WHERE family_key = ? AND died_on IS NULL ORDER BY cnic", (row[0],)
        )
        return {"outcome": "known", "members": [{"cnic": number, "place": place or ""} for number, place in members]}

    def _profile(self, request: Request) -> Response:
        db = self.books.reading()
        answers = []
        for record in _records(request):
            row = db.execute("SELECT profile FROM citizens WHERE cnic = ?", (str(record.get("cnic") or ""),)).fetchone()
            known = row is not None and row[0] is not None and not self._refuse_everybody
            answers.append(
                {"reference": record.get("reference"), "outcome": "known", "flags": json.loads(row[0])}
                if known
                else {"reference": record.get("reference"), "outcome": "unknown"}
            )
        return answer_json({"answers": answers})

    def _add_citizens(self, request: Request) -> Response:
        try:
            with self.books.writing() as db:
                added = add_citizens(db, read_json(request).get("citizens", []))
        except KeyError as error:
            raise BadRequest(f"a citizen lacks {error}") from error
        return answer_json({"added": added}, 201)

    def _summary(self, request: Request) -> Response:
        (citizens, profiles) = self.books.reading().execute("SELECT count(*), count(profile) FROM citizens").fetchone()
        return answer_json({"citizens": citizens, "profiles": profiles, "refuse_everybody": self._refuse_everybody})


def _records(request: Request) -> list[dict[str, Any]]:
    records = read_json(request).get("records")
    if not isinstance(records, list) or len(records) > LARGEST_BATCH:
        raise BadRequest(f"records is a list of at most {LARGEST_BATCH}")
    return records
