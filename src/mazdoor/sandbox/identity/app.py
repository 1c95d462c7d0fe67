"""The authority's doors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from mazdoor.sandbox.books import Books
from mazdoor.sandbox.frame import Service, answer_json, read_json
from mazdoor.sandbox.identity.book import SCHEMA, add_citizens
from mazdoor.sandbox.identity.compare import differing_fields

LARGEST_BATCH = 20_000


class Authority(Service):
    """The identity authority."""

    def __init__(self, home: Path, *, refuse_everybody: bool = False) -> None:
        super().__init__(
            name="identity",
            books=Books(home / "identity.sqlite", SCHEMA),
            doors=("verify", "profile"),
            happenings=("person.no_match", "person.deceased"),
        )
        self._refuse_everybody = refuse_everybody
        self.door("/verify", self._verify, methods=["POST"], name="verify")
        self.door("/profile", self._profile, methods=["POST"], name="profile")
        self.door("/admin/citizens", self._add_citizens, methods=["POST"])
        self.door("/admin/summary", self._summary)

    def _verify(self, request: Request) -> Response:
        records = _records(request)
        with self.books.writing() as _:
            return answer_json({"answers": [self._verify_one(record) for record in records]})

    def _verify_one(self, record: Any) -> dict[str, Any]:
        if not isinstance(record, dict) or not record.get("reference"):
            return {"reference": None, "outcome": "unreadable"}
        reference = str(record["reference"])
        cnic = str(record.get("cnic") or "")
        db = self.books.reading()
        row = db.execute(
            "SELECT given_name, surname, father_name, birth_date, birth_year_only, died_on, family_key, family_place "
            "FROM citizens WHERE cnic = ?",
            (cnic,),
        ).fetchone()
        if row is None or self._refuse_everybody or self.faults.chosen(db, "person.no_match", cnic):
            return {"reference": reference, "outcome": "no_match", "differs": ["cnic"]}
        given_name, surname, father_name, birth_date, birth_year_only, died_on, family_key, family_place = row
        differs = differing_fields(
            record,
            name=f"{given_name} {surname or ''}",
            father_name=father_name,
            birth_date=birth_date,
            birth_year_only=bool(birth_year_only),
        )
        if differs:
            return {"reference": reference, "outcome": "no_match", "differs": differs}
        if died_on or self.faults.chosen(db, "person.deceased", cnic):
            return {"reference": reference, "outcome": "deceased", "died_on": died_on}
        return {
            "reference": reference, "outcome": "match", "family_key": family_key, "family_place": family_place,
        }  # fmt: skip

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
