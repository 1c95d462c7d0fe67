"""Three persons, moves of states, one live instruction, frozen amounts: held by the database, whoever writes to it."""

from django.db import migrations

from mazdoor.database.sql import rls_by_area

GUARDS = r"""
-- A payroll: who signs is who acts, nobody signs for another, moves follow states.PAYROLL_MOVES.
CREATE FUNCTION payments_guard_payroll() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    acting bigint := nullif(current_setting('mazdoor.officer', true), '')::bigint;
    move text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a payroll is never removed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'drafted' OR NEW.approved_by_id IS NOT NULL OR NEW.released_by_id IS NOT NULL
           OR NEW.content_hash IS NOT NULL THEN
            RAISE EXCEPTION 'a payroll begins as a draft' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.prepared_by_id IS DISTINCT FROM acting THEN
            RAISE EXCEPTION 'a payroll is prepared in the name of whoever acts' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.cycle_id, NEW.kind, NEW.prepared_by_id, NEW.drafted_at)
       IS DISTINCT FROM (OLD.id, OLD.cycle_id, OLD.kind, OLD.prepared_by_id, OLD.drafted_at) THEN
        RAISE EXCEPTION 'cycle, kind and preparer of a payroll never change' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> 'drafted' AND
       (NEW.entitled_count, NEW.entitled_total, NEW.instructed_count, NEW.instructed_total, NEW.checked_count,
        NEW.content_hash, NEW.prepared_at, NEW.file_size, NEW.purpose, NEW.category_purpose, NEW.step)
       IS DISTINCT FROM
       (OLD.entitled_count, OLD.entitled_total, OLD.instructed_count, OLD.instructed_total, OLD.checked_count,
        OLD.content_hash, OLD.prepared_at, OLD.file_size, OLD.purpose, OLD.category_purpose, OLD.step) THEN
        RAISE EXCEPTION 'what was prepared is frozen' USING ERRCODE = 'check_violation';
    END IF;
    move := OLD.state || '>' || NEW.state;
    IF OLD.state <> NEW.state AND move NOT IN (
        'drafted>prepared', 'drafted>rejected', 'prepared>approved', 'prepared>rejected', 'approved>released',
        'approved>rejected', 'released>closed'
    ) THEN
        RAISE EXCEPTION 'a payroll does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id
       AND NOT (move = 'prepared>approved' AND OLD.approved_by_id IS NULL AND NEW.approved_by_id = acting) THEN
        RAISE EXCEPTION 'only whoever acts approves, once, what is prepared' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.released_by_id IS DISTINCT FROM OLD.released_by_id
       AND NOT (move = 'approved>released' AND OLD.released_by_id IS NULL AND NEW.released_by_id = acting) THEN
        RAISE EXCEPTION 'only whoever acts releases, once, what is approved' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.rejected_by_id IS DISTINCT FROM OLD.rejected_by_id
       AND NOT (NEW.state = 'rejected' AND OLD.rejected_by_id IS NULL AND NEW.rejected_by_id = acting) THEN
        RAISE EXCEPTION 'only whoever acts rejects' USING ERRCODE = 'check_violation';
    END IF;
    IF move IN ('prepared>approved', 'approved>released') AND acting IS NULL THEN
        RAISE EXCEPTION 'a person approves and a person releases' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_payroll_guard BEFORE INSERT OR UPDATE OR DELETE ON payments_payroll
    FOR EACH ROW EXECUTE FUNCTION payments_guard_payroll();

-- A file: moves follow states.FILE_MOVES; its message id, its plan and its written bytes never change; it leaves us only
-- when its payroll has been released.
CREATE FUNCTION payments_guard_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a payment file is never removed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'planned' THEN
            RAISE EXCEPTION 'a payment file begins as a plan' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.payroll_id, NEW.bank_code, NEW.number, NEW.message_id, NEW.instruction_count, NEW.total_amount)
       IS DISTINCT FROM
       (OLD.payroll_id, OLD.bank_code, OLD.number, OLD.message_id, OLD.instruction_count, OLD.total_amount)
       OR (OLD.first_instruction_id IS NOT NULL AND
           (NEW.first_instruction_id, NEW.last_instruction_id)
           IS DISTINCT FROM (OLD.first_instruction_id, OLD.last_instruction_id))
       OR (OLD.sha256 <> '' AND (NEW.sha256, NEW.written_count, NEW.written_total)
           IS DISTINCT FROM (OLD.sha256, OLD.written_count, OLD.written_total)) THEN
        RAISE EXCEPTION 'a payment file keeps its bank, number, message id, plan and bytes' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> NEW.state THEN
        IF OLD.state || '>' || NEW.state NOT IN (
            'planned>written', 'planned>cancelled', 'written>sending', 'sending>sent', 'sending>unknown',
            'sending>refused', 'unknown>sent', 'unknown>refused', 'sent>refused'
        ) THEN
            RAISE EXCEPTION 'a payment file does not go from % to %', OLD.state, NEW.state
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.state IN ('written', 'sending') AND NOT EXISTS (
            SELECT FROM payments_payroll WHERE id = NEW.payroll_id AND state = 'released'
        ) THEN
            RAISE EXCEPTION 'a payment file is written and sent for a released payroll only'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_file_guard BEFORE INSERT OR UPDATE OR DELETE ON payments_paymentfile
    FOR EACH ROW EXECUTE FUNCTION payments_guard_file();

-- Entitlements: made in a draft, whose cycle they share; amounts never change; cancelled once, and only where no
-- instruction stands for them.
CREATE FUNCTION payments_guard_entitlements_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT payroll_id, cycle_id FROM arrived) AS made
        LEFT JOIN payments_payroll AS payroll
            ON payroll.id = made.payroll_id AND payroll.cycle_id = made.cycle_id
            AND payroll.state = 'drafted' AND payroll.kind = 'regular' AND payroll.step = ''
        WHERE payroll.id IS NULL
    ) THEN
        RAISE EXCEPTION 'entitlements are made by a regular payroll in draft, for its own cycle'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payments_entitlements_made AFTER INSERT ON payments_entitlement
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION payments_guard_entitlements_made();

CREATE FUNCTION payments_guard_entitlement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an entitlement is never removed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.cycle_id, NEW.payroll_id, NEW.enrolment_id, NEW.person_id, NEW.canonical_person_id,
        NEW.base_amount, NEW.arrears_amount, NEW.supplement_amount, NEW.recovery_amount, NEW.amount)
       IS DISTINCT FROM
       (OLD.id, OLD.cycle_id, OLD.payroll_id, OLD.enrolment_id, OLD.person_id, OLD.canonical_person_id,
        OLD.base_amount, OLD.arrears_amount, OLD.supplement_amount, OLD.recovery_amount, OLD.amount) THEN
        RAISE EXCEPTION 'whose an entitlement is and how much it is never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.cancelled_at IS NOT NULL AND NEW.cancelled_at IS DISTINCT FROM OLD.cancelled_at THEN
        RAISE EXCEPTION 'a cancelled entitlement stays cancelled' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL AND EXISTS (
        SELECT FROM payments_paymentinstruction WHERE entitlement_id = NEW.id AND live
    ) THEN
        RAISE EXCEPTION 'an entitlement with a live instruction is not cancelled' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_entitlement_guard BEFORE UPDATE OR DELETE ON payments_entitlement
    FOR EACH ROW EXECUTE FUNCTION payments_guard_entitlement();

-- Instructions: for a standing entitlement of the same cycle, its whole amount, in a planned file of a payroll in
-- draft. One join for a statement of any size.
CREATE FUNCTION payments_guard_instructions_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM arrived AS instruction
        LEFT JOIN payments_entitlement AS entitlement
            ON entitlement.id = instruction.entitlement_id AND entitlement.amount = instruction.amount
            AND entitlement.cancelled_at IS NULL
        LEFT JOIN payments_paymentfile AS file
            ON file.id = instruction.file_id AND file.payroll_id = instruction.payroll_id AND file.state = 'planned'
        LEFT JOIN payments_payroll AS payroll
            ON payroll.id = instruction.payroll_id AND payroll.cycle_id = entitlement.cycle_id
            AND payroll.state = 'drafted'
        WHERE entitlement.id IS NULL OR file.id IS NULL OR payroll.id IS NULL
           OR instruction.answer IS NOT NULL OR NOT instruction.live
    ) THEN
        RAISE EXCEPTION 'an instruction pays one standing entitlement of its cycle, whole, from a payroll in draft'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payments_instructions_made AFTER INSERT ON payments_paymentinstruction
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION payments_guard_instructions_made();

CREATE FUNCTION payments_refuse_instruction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an instruction does not change that way: %', TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER payments_instruction_stays BEFORE DELETE ON payments_paymentinstruction
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_instruction();
-- The condition is evaluated without calling a function, so twelve million answers cost next to nothing here.
-- It is states.ANSWER_MOVES, and what was ordered never changes.
CREATE TRIGGER payments_instruction_moves BEFORE UPDATE ON payments_paymentinstruction
    FOR EACH ROW WHEN (
        NEW.id <> OLD.id OR NEW.entitlement_id <> OLD.entitlement_id OR NEW.payroll_id <> OLD.payroll_id
        OR NEW.file_id <> OLD.file_id OR NEW.account_id <> OLD.account_id OR NEW.amount <> OLD.amount
        OR NEW.attempt <> OLD.attempt
        OR NOT coalesce(
            NEW.answer IS NOT DISTINCT FROM OLD.answer
            OR (OLD.answer IS NULL AND NEW.answer IN ('accepted', 'settled', 'rejected', 'cancelled'))
            OR (OLD.answer = 'accepted' AND NEW.answer IN ('settled', 'rejected'))
            OR (OLD.answer = 'settled' AND NEW.answer = 'returned'),
            false  -- a condition that cannot be told is no permission
        )
    ) EXECUTE FUNCTION payments_refuse_instruction();
-- What has left us is not cancelled.
CREATE FUNCTION payments_guard_cancelling() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM payments_paymentfile WHERE id = NEW.file_id AND state NOT IN ('planned', 'cancelled')) THEN
        RAISE EXCEPTION 'an instruction that has left us is not cancelled' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_instruction_cancelling BEFORE UPDATE ON payments_paymentinstruction
    FOR EACH ROW WHEN (NEW.answer = 'cancelled' AND OLD.answer IS NULL) EXECUTE FUNCTION payments_guard_cancelling();

-- Answers are written in place: half a page is left free, so a new answer stays on its page and touches no index.
ALTER TABLE payments_paymentinstruction SET (fillfactor = 50);

REVOKE DELETE ON payments_payroll, payments_paymentfile, payments_entitlement, payments_paymentinstruction,
    payments_paymentcycle, payments_payingbank, payments_adjustment, payments_adjustmentuse FROM mazdoor_app;
REVOKE UPDATE ON payments_entitlement, payments_paymentinstruction, payments_paymentcycle, payments_adjustment,
    payments_adjustmentuse FROM mazdoor_app;
GRANT UPDATE (cancelled_at, cancel_reason, hold_reason) ON payments_entitlement TO mazdoor_app;
GRANT UPDATE (answer, answer_reason, answered_on, live) ON payments_paymentinstruction TO mazdoor_app;
GRANT UPDATE (withdrawn_at) ON payments_adjustment TO mazdoor_app;
"""

NO_GUARDS = """
DROP TRIGGER payments_payroll_guard ON payments_payroll;
DROP TRIGGER payments_file_guard ON payments_paymentfile;
DROP TRIGGER payments_entitlements_made ON payments_entitlement;
DROP TRIGGER payments_entitlement_guard ON payments_entitlement;
DROP TRIGGER payments_instructions_made ON payments_paymentinstruction;
DROP TRIGGER payments_instruction_stays ON payments_paymentinstruction;
DROP TRIGGER payments_instruction_moves ON payments_paymentinstruction;
DROP TRIGGER payments_instruction_cancelling ON payments_paymentinstruction;
DROP FUNCTION payments_guard_payroll();
DROP FUNCTION payments_guard_file();
DROP FUNCTION payments_guard_entitlements_made();
DROP FUNCTION payments_guard_entitlement();
DROP FUNCTION payments_guard_instructions_made();
DROP FUNCTION payments_refuse_instruction();
DROP FUNCTION payments_guard_cancelling();
"""


class Migration(migrations.Migration):
    """What no programme and no person may do to money."""

    dependencies = [("payments", "0001_cycles_payrolls_instructions")]

    operations = [
        migrations.RunSQL(GUARDS, NO_GUARDS),
        *(
            migrations.RunSQL(rls_by_area(table, "area_code"), migrations.RunSQL.noop)
            for table in ("payments_entitlement", "payments_paymentinstruction", "payments_adjustment")
        ),
    ]
