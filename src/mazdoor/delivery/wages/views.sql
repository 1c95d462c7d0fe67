-- What other rooms' SQL may read of wages.

CREATE SCHEMA IF NOT EXISTS wages;

CREATE OR REPLACE VIEW wages.wage_record WITH (security_invoker = true) AS
SELECT w.id AS wage_id, w.employment_id, w.person_id, w.month, w.pay_period, w.units, w.days_worked, w.paid_amount, w.paid_on, w.method,
       w.jurisdiction, w.area_code
FROM wages_wagerecord w;

CREATE OR REPLACE VIEW wages.shortfall_now WITH (security_invoker = true) AS
SELECT s.id AS shortfall_id, s.wage_record_id AS wage_id, s.person_id, s.month, s.due_amount, s.paid_amount,
       s.shortfall_amount, r.jurisdiction, r.provision, r.mark, s.area_code,
       left(s.area_code, 5) AS district_code, left(s.area_code, 3) AS province_code
FROM wages_shortfall s
JOIN wages_rate r ON r.id = s.rate_id;
