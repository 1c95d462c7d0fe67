"""Row-level security of pairs and merges, which may reach across two areas, and decisions that are never changed.

A row is seen from either of its two areas: enrolment must know that someone is in an open pair wherever the other
lives. Changing it takes an officer who sees both.
"""

from django.db import migrations

from mazdoor.database.sql import append_only, rls_by

EVERYWHERE = "(SELECT coalesce(current_setting('mazdoor.areas', true), '')) = '*'"


def either(table: str, one: str, other: str) -> str:
    return rls_by(table, f"{EVERYWHERE} OR access_sees({one}::text) OR access_sees({other}::text)")


def both_to_change(table: str, one: str, other: str) -> str:
    test = f"{EVERYWHERE} OR (access_sees({one}::text) AND access_sees({other}::text))"
    return f"CREATE POLICY both_areas ON {table} AS RESTRICTIVE FOR UPDATE USING ({test}) WITH CHECK ({test});"


TABLES = (
    ("deduplication_matchedpair", "area_a", "area_b"),
    ("deduplication_merge", "canonical_area", "merged_area"),
    ("deduplication_pairdecision", "area_a", "area_b"),
    ("deduplication_canonicalperson", "area_code", "canonical_area"),
)


class Migration(migrations.Migration):
    dependencies = [("deduplication", "0001_pairs_and_merges")]

    operations = [
        *(migrations.RunSQL(either(*table), migrations.RunSQL.noop) for table in TABLES),
        *(migrations.RunSQL(both_to_change(*table), migrations.RunSQL.noop) for table in TABLES[:2]),
        migrations.RunSQL(append_only("deduplication_pairdecision"), migrations.RunSQL.noop),
    ]
