"""Row-level security: an officer sees and writes cards of their own areas only."""

from django.db import migrations

from mazdoor.database.sql import rls_by_area


class Migration(migrations.Migration):
    dependencies = [("credentials", "0001_cards_of_people")]

    operations = [migrations.RunSQL(rls_by_area("credentials_card", "area_code"), migrations.RunSQL.noop)]
