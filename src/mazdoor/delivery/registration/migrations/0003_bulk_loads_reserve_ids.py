"""A bulk load reserves a range of ids at once: the application may set these sequences forward."""

from django.db import migrations

TABLES = ("person", "household", "family", "business", "employment")

GRANTS = "\n".join(
    f"GRANT UPDATE ON SEQUENCE registration_{table}_id_seq TO mazdoor_app;" for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("registration", "0002_an_officer_sees_own_areas")]

    operations = [migrations.RunSQL(GRANTS, migrations.RunSQL.noop)]
