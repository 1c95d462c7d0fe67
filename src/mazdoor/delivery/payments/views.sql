-- What other rooms' SQL may read of payments. Amounts are paisa. Row-level security of the tables applies.

CREATE OR REPLACE VIEW payments.payroll_now WITH (security_invoker = true) AS
SELECT
    payroll.id AS payroll_id,
    payroll.cycle_id,
    cycle.programme_code,
    cycle.period_from,
    cycle.period_to,
    cycle.sequence,
    payroll.kind,
    payroll.state,
    payroll.prepared_by_id,
    payroll.approved_by_id,
    payroll.released_by_id,
    payroll.drafted_at,
    payroll.prepared_at,
    payroll.approved_at,
    payroll.released_at,
    payroll.closed_at,
    payroll.entitled_count,
    payroll.entitled_total,
    payroll.instructed_count,
    payroll.instructed_total,
    payroll.checked_count
FROM payments_payroll AS payroll
JOIN payments_paymentcycle AS cycle ON cycle.id = payroll.cycle_id;

-- One row per instruction: its state is its file's until a bank has answered for it.
CREATE OR REPLACE VIEW payments.instruction_now WITH (security_invoker = true) AS
SELECT
    instruction.id AS instruction_id,
    instruction.entitlement_id,
    instruction.payroll_id,
    instruction.file_id,
    file.message_id,
    file.bank_code,
    instruction.account_id,
    instruction.amount,
    instruction.attempt,
    instruction.live,
    CASE
        WHEN instruction.answer IS NOT NULL THEN instruction.answer
        WHEN file.state = 'planned' THEN 'created'
        WHEN file.state = 'written' THEN 'filed'
        WHEN file.state IN ('sending', 'unknown') THEN 'unknown'
        WHEN file.state = 'sent' THEN 'sent'
        WHEN file.state = 'refused' THEN 'rejected'
        ELSE 'cancelled'
    END AS state,
    instruction.answer_reason AS reason_code,
    instruction.answered_on,
    file.sent_at,
    instruction.area_code
FROM payments_paymentinstruction AS instruction
JOIN payments_paymentfile AS file ON file.id = instruction.file_id;

-- One row per entitlement, in exactly one of the five terms of the conservation sum.
CREATE OR REPLACE VIEW payments.entitlement_now WITH (security_invoker = true) AS
SELECT
    entitlement.id AS entitlement_id,
    entitlement.cycle_id,
    cycle.programme_code,
    cycle.period_from,
    cycle.period_to,
    cycle.sequence,
    entitlement.payroll_id,
    entitlement.enrolment_id,
    entitlement.person_id,
    entitlement.canonical_person_id,
    entitlement.base_amount,
    entitlement.arrears_amount,
    entitlement.supplement_amount,
    entitlement.recovery_amount,
    entitlement.amount,
    CASE
        WHEN entitlement.cancelled_at IS NOT NULL THEN 'cancelled'
        WHEN latest.answer = 'settled' THEN 'settled'
        WHEN latest.answer IN ('returned', 'rejected') THEN 'returned'
        WHEN latest.id IS NOT NULL THEN 'in_flight'
        ELSE 'not_yet_instructed'
    END AS state,
    CASE WHEN latest.id IS NULL OR latest.answer IN ('returned', 'rejected') THEN entitlement.hold_reason ELSE '' END
        AS hold_reason,
    latest.id AS instruction_id,
    latest.answered_on,
    latest.answer_reason AS reason_code,
    entitlement.area_code
FROM payments_entitlement AS entitlement
JOIN payments_paymentcycle AS cycle ON cycle.id = entitlement.cycle_id
LEFT JOIN LATERAL (
    SELECT instruction.id, instruction.answer, instruction.answered_on, instruction.answer_reason
    FROM payments_paymentinstruction AS instruction
    JOIN payments_paymentfile AS file ON file.id = instruction.file_id
    WHERE instruction.entitlement_id = entitlement.id
      AND file.state IN ('sending', 'unknown', 'sent', 'refused')
      AND instruction.answer IS DISTINCT FROM 'cancelled'
    ORDER BY instruction.attempt DESC
    LIMIT 1
) AS latest ON true;

CREATE OR REPLACE VIEW payments.file_now WITH (security_invoker = true) AS
SELECT
    file.id AS file_id,
    file.payroll_id,
    file.bank_code,
    file.number,
    file.message_id,
    file.state,
    coalesce(file.written_count, file.instruction_count) AS instruction_count,
    coalesce(file.written_total, file.total_amount) AS total_amount,
    file.sends,
    file.sent_at
FROM payments_paymentfile AS file;

-- Two standing entitlements of one cycle whose records turned out to be one person since they were made.
CREATE OR REPLACE VIEW payments.entitled_twice WITH (security_invoker = true) AS
WITH record AS (
    SELECT person_id, canonical_person_id AS head FROM deduplication.canonical_person
    UNION
    SELECT canonical_person_id, canonical_person_id FROM deduplication.canonical_person
)
SELECT entitlement.id AS entitlement_id, other.id AS other_entitlement_id, entitlement.cycle_id, mine.head AS person_id
FROM record AS mine
JOIN payments_entitlement AS entitlement
    ON entitlement.canonical_person_id = mine.person_id AND entitlement.cancelled_at IS NULL
JOIN record AS theirs ON theirs.head = mine.head AND theirs.person_id <> mine.person_id
JOIN payments_entitlement AS other
    ON other.canonical_person_id = theirs.person_id AND other.cycle_id = entitlement.cycle_id
    AND other.cancelled_at IS NULL;

-- Those of them whose other one has left us already, as far as anybody can know, and has not come back.
CREATE OR REPLACE VIEW payments.paid_already WITH (security_invoker = true) AS
SELECT twice.entitlement_id, twice.other_entitlement_id, twice.cycle_id, twice.person_id
FROM payments.entitled_twice AS twice
WHERE EXISTS (
    SELECT FROM payments_paymentinstruction AS instruction
    JOIN payments_paymentfile AS file ON file.id = instruction.file_id
    WHERE instruction.entitlement_id = twice.other_entitlement_id AND instruction.live
      AND file.state IN ('written', 'sending', 'unknown', 'sent')
);
