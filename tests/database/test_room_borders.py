"""The check that reads SQL for other rooms' tables finds what is planted, and lets honest SQL pass."""

from __future__ import annotations

from pathlib import Path

from mazdoor.database.borders import find_crossings


def _room(base: Path, name: str, files: dict[str, str]) -> Path:
    folder = base / name
    folder.mkdir()
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def test_sql_that_reads_another_rooms_table_is_found_and_its_views_may_be_read(tmp_path: Path) -> None:
    wages = _room(
        tmp_path,
        "wages",
        {
            "views.sql": "CREATE VIEW wages.month_shortfall WITH (security_invoker = true) AS SELECT * FROM wages_record;",
            "services.py": '"""Reads FROM payments_payroll in prose only."""\nQ = "SELECT id FROM wages_record"\n',
        },
    )
    payments = _room(
        tmp_path,
        "payments",
        {
            "good.py": 'Q = "SELECT m.wages FROM wages.month_shortfall m JOIN payments_payroll p USING (id)"\n',
            "bad.py": 'X = 1\nQ = """\nSELECT 1\nFROM wages_record\n"""\n',
            "unpublished.py": 'Q = "SELECT 1 FROM wages.secret"\n',
            "half.py": 'Q = f"DELETE FROM public.wages_record WHERE id = {1}"\n',
            "more.sql": "-- wages_record is not read here\nSELECT 1 FROM payments_payroll JOIN wages_record USING (id);\n",
        },
    )
    found = find_crossings([("wages", wages, ["wages_record"]), ("payments", payments, ["payments_payroll"])])
    assert [(each.path.name, each.line, each.name) for each in found] == [
        ("bad.py", 4, "wages_record"),
        ("half.py", 1, "wages_record"),
        ("more.sql", 2, "wages_record"),
        ("unpublished.py", 1, "wages.secret (not published)"),
    ]


def test_no_room_of_this_programme_reaches_into_another() -> None:
    from mazdoor.database.borders import crossings_of_installed_rooms

    assert [str(each) for each in crossings_of_installed_rooms()] == []
