"""Every guard of a statement's rows fires also while a file is appended.

``database_append`` proves foreign keys set by set only where each trigger of the table is ENABLE ALWAYS (0007). Migration 0012
made the guards of spells anew without saying so, and the one that closes requests by message never was: since then each row of
a file paid a trigger for each of its keys.
"""

from django.db import migrations

GUARDS = {
    "personrecord": ("personrecord_spells_apart", "registration_interest_met"),
    "householdrecord": ("householdrecord_spells_apart",),
    "member": ("member_spells_apart",),
    "businessrecord": ("businessrecord_spells_apart",),
    "employmentrecord": ("employmentrecord_spells_apart",),
}


class Migration(migrations.Migration):
    dependencies = [("registration", "0012_few_spells_are_held_apart_by_kept_plans")]

    operations = [
        migrations.RunSQL(f"ALTER TABLE registration_{table} ENABLE ALWAYS TRIGGER {guard}", migrations.RunSQL.noop)
        for table, guards in GUARDS.items()
        for guard in guards
    ]
