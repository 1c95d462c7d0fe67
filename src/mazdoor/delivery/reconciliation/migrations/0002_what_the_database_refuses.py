"""What a bank told us is kept as it was told; only an exception moves, from open to resolved."""

from django.db import migrations

from mazdoor.database.sql import append_only

EXCEPTIONS = r"""
CREATE FUNCTION reconciliation_guard_exception() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an exception is never removed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'a resolved exception stays resolved' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.resolved_by IS DISTINCT FROM nullif(current_setting('mazdoor.officer', true), '')::bigint THEN
        RAISE EXCEPTION 'an exception is resolved in the name of whoever acts' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reconciliation_exception_guard BEFORE UPDATE OR DELETE ON reconciliation_reconciliationexception
    FOR EACH ROW EXECUTE FUNCTION reconciliation_guard_exception();
REVOKE UPDATE, DELETE ON reconciliation_reconciliationexception FROM mazdoor_app;
GRANT UPDATE (state, resolution, resolved_by, resolved_at, note) ON reconciliation_reconciliationexception TO mazdoor_app;
"""

NO_EXCEPTIONS = """
DROP TRIGGER reconciliation_exception_guard ON reconciliation_reconciliationexception;
DROP FUNCTION reconciliation_guard_exception();
"""


class Migration(migrations.Migration):
    """Kept as told."""

    dependencies = [("reconciliation", "0001_messages_settlements_exceptions")]

    operations = [
        *(
            migrations.RunSQL(append_only(f"reconciliation_{table}"), migrations.RunSQL.noop)
            for table in ("bankmessage", "statementline", "settlement", "return")
        ),
        migrations.RunSQL(EXCEPTIONS, NO_EXCEPTIONS),
    ]
