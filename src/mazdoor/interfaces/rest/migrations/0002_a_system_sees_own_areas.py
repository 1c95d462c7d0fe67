"""Row-level security: whoever acts sees and writes submissions of their own areas only; a refused one has no area."""

from django.db import migrations

from mazdoor.database.sql import rls_by


class Migration(migrations.Migration):
    dependencies = [("rest", "0001_what_systems_sent")]

    operations = [
        migrations.RunSQL(
            rls_by(
                "rest_submission",
                "(SELECT coalesce(current_setting('mazdoor.areas', true), '')) = '*' OR access_sees(area_code::text) "
                "OR (area_code = '' AND (SELECT coalesce(current_setting('mazdoor.areas', true), '')) <> '')",
            ),
            migrations.RunSQL.noop,
        )
    ]
