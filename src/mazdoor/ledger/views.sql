-- What other rooms' SQL may read of the books. Amounts are paisa.

-- One row per entry, with the roles of its two accounts.
CREATE OR REPLACE VIEW ledger.entry WITH (security_invoker = true) AS
SELECT
    entry.posting_id,
    posting.key AS posting_key,
    posting.kind AS posting_kind,
    posting.source,
    posting.occurred_on,
    posting.posted_at,
    debit.role AS debit_role,
    credit.role AS credit_role,
    entry.debit_account_id,
    entry.credit_account_id,
    coalesce(nullif(debit.programme_code, ''), credit.programme_code) AS programme_code,
    coalesce(nullif(debit.bank_code, ''), credit.bank_code) AS bank_code,
    entry.amount,
    entry.subject_id,
    entry.reference_id
FROM ledger_entry AS entry
JOIN ledger_posting AS posting
    ON posting.id = entry.posting_id AND entry.month = date_trunc('month', posting.occurred_on)::date
JOIN ledger_account AS debit ON debit.id = entry.debit_account_id
JOIN ledger_account AS credit ON credit.id = entry.credit_account_id;

-- The same as two signed lines: debits positive, credits negative. Their sum is nothing.
CREATE OR REPLACE VIEW ledger.line WITH (security_invoker = true) AS
SELECT posting_id, debit_account_id AS account_id, amount AS signed_amount, subject_id, reference_id FROM ledger_entry
UNION ALL
SELECT posting_id, credit_account_id, -amount, subject_id, reference_id FROM ledger_entry;

-- Balances from the postings' totals (kept equal to the entries by the database). ``balance_amount`` is positive on the
-- side the account grows by: debits for assets and expenses, credits for liabilities and incomes.
CREATE OR REPLACE VIEW ledger.balance WITH (security_invoker = true) AS
SELECT
    account.id AS account_id,
    account.code,
    account.kind,
    account.role,
    account.programme_code,
    account.bank_code,
    coalesce(debits.amount, 0) AS debit_amount,
    coalesce(credits.amount, 0) AS credit_amount,
    CASE
        WHEN account.kind IN ('asset', 'expense') THEN coalesce(debits.amount, 0) - coalesce(credits.amount, 0)
        ELSE coalesce(credits.amount, 0) - coalesce(debits.amount, 0)
    END AS balance_amount
FROM ledger_account AS account
LEFT JOIN (
    SELECT debit_account_id AS account_id, sum(total_amount) AS amount FROM ledger_postingtotal GROUP BY 1
) AS debits ON debits.account_id = account.id
LEFT JOIN (
    SELECT credit_account_id AS account_id, sum(total_amount) AS amount FROM ledger_postingtotal GROUP BY 1
) AS credits ON credits.account_id = account.id;
