-- What other rooms' SQL may read of reconciliation. Amounts are paisa.

CREATE OR REPLACE VIEW reconciliation.exception_open WITH (security_invoker = true) AS
SELECT id AS exception_id, bank_code, message_id, line_no, kind, instruction_id, amount, credit, news, reason_code,
       in_suspense, raised_at
FROM reconciliation_reconciliationexception
WHERE state = 'open';

CREATE OR REPLACE VIEW reconciliation.settlement WITH (security_invoker = true) AS
SELECT settlement.instruction_id, settlement.amount, settlement.booked_on, line.bank_code, line.reference,
       line.message_id
FROM reconciliation_settlement AS settlement
JOIN reconciliation_statementline AS line ON line.id = settlement.statement_line_id;

CREATE OR REPLACE VIEW reconciliation.return WITH (security_invoker = true) AS
SELECT instruction_id, kind, reason_code, amount, occurred_on, message_id FROM reconciliation_return;
