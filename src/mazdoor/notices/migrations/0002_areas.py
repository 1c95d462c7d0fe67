"""Officers see the notices of people in their own areas only."""

from django.db import migrations


class Migration(migrations.Migration):
    """Row-level security by area."""

    dependencies = [("notices", "0001_notices")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE notices_notice ENABLE ROW LEVEL SECURITY;
            CREATE POLICY notices_by_area ON notices_notice
                USING (access_sees(area_code)) WITH CHECK (access_sees(area_code));
            """,
            reverse_sql="""
            DROP POLICY notices_by_area ON notices_notice;
            ALTER TABLE notices_notice DISABLE ROW LEVEL SECURITY;
            """,
        )
    ]
