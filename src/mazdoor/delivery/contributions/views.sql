-- What other rooms' SQL may read of contributions.

CREATE SCHEMA IF NOT EXISTS contributions;

CREATE OR REPLACE VIEW contributions.contribution_now WITH (security_invoker = true) AS
SELECT c.id AS contribution_id, c.person_id, c.business_id, c.from_month, c.to_month, c.months_paid,
       c.monthly_wage_amount, c.employer_amount, c.employee_amount, c.area_code
FROM contributions_contribution c
WHERE c.recorded_to IS NULL;

CREATE OR REPLACE VIEW contributions.deposit WITH (security_invoker = true) AS
SELECT d.id AS saving_id, d.person_id, d.month, d.enrolled_month, d.deposit_amount, d.area_code
FROM contributions_savingsdeposit d;

-- Insured months and, by the Schedule's own counting, years: six months or more are one full year.
CREATE OR REPLACE VIEW contributions.statement WITH (security_invoker = true) AS
SELECT c.person_id,
       sum(c.months_paid)::int AS insured_months,
       (sum(c.months_paid) / 12 + CASE WHEN sum(c.months_paid) % 12 >= 6 THEN 1 ELSE 0 END)::int AS counted_years,
       min(c.from_month) AS first_month,
       max(c.to_month) AS last_month,
       min(c.area_code) AS area_code
FROM contributions_contribution c
WHERE c.recorded_to IS NULL
GROUP BY c.person_id;
