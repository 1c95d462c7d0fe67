-- What other rooms' SQL may read of accounts.

CREATE SCHEMA IF NOT EXISTS accounts;

-- Where money for a person may go now. The IBAN leaves sealed: payments opens it for the bank's file, nobody else does.
CREATE OR REPLACE VIEW accounts.live_account WITH (security_invoker = true) AS
SELECT a.id AS account_id, a.person_id, a.canonical_person_id, a.purpose, a.bank_code, a.iban_encrypted, a.iban_last4,
       a.origin, a.opened_at, a.area_code
FROM accounts_account a
WHERE a.state = 'opened';

-- How requests stand, without any account number.
CREATE OR REPLACE VIEW accounts.request WITH (security_invoker = true) AS
SELECT r.id AS request_id, r.person_id, r.canonical_person_id, r.purpose, r.bank_code, r.state, r.reason, r.requested_at,
       r.ended_at, r.area_code
FROM accounts_accountrequest r;
