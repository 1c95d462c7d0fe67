"""Row-level security: whoever acts sees and writes notices of their own areas only."""

from django.db import migrations

from mazdoor.database.sql import rls_by_area


class Migration(migrations.Migration):
    dependencies = [("dci", "0001_exchanges_subscriptions_and_postings")]

    operations = [migrations.RunSQL(rls_by_area("dci_notice", "area_code"), migrations.RunSQL.noop)]
