"""Row-level security of clusters, household pairs and bulk acceptances.

A cluster is seen by whoever sees every area in it. Pairs that were queued before clusters were known are drawn into them
by the next run, or by the next decision beside them.
"""

from django.db import migrations

from mazdoor.database.sql import rls_by

EVERYWHERE = "(SELECT coalesce(current_setting('mazdoor.areas', true), '')) = '*'"
# What all areas have in common lies in the officer's areas, or each of them does.
CLUSTER = (
    f"{EVERYWHERE} OR access_sees(area_code::text) "
    "OR NOT EXISTS (SELECT FROM unnest(areas) AS each(code) WHERE NOT access_sees(each.code::text))"
)


def both(one: str, other: str) -> str:
    return f"{EVERYWHERE} OR (access_sees({one}::text) AND access_sees({other}::text))"


class Migration(migrations.Migration):
    dependencies = [("deduplication", "0003_clusters_opinions_households_bulk")]

    operations = [
        migrations.RunSQL(rls_by("deduplication_cluster", CLUSTER), migrations.RunSQL.noop),
        migrations.RunSQL(rls_by("deduplication_householdpair", both("area_a", "area_b")), migrations.RunSQL.noop),
        migrations.RunSQL(rls_by("deduplication_bulkpair", both("area_a", "area_b")), migrations.RunSQL.noop),
        migrations.RunSQL(
            rls_by("deduplication_bulkacceptance", f"{EVERYWHERE} OR access_sees(area_code::text)"),
            migrations.RunSQL.noop,
        ),
    ]
