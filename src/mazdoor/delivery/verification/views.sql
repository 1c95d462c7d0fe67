-- What other rooms' SQL may read of verification.

CREATE SCHEMA IF NOT EXISTS verification;

-- The live answer on who somebody is: match, no_match, deceased or contested. Nobody asked yet: no row.
CREATE OR REPLACE VIEW verification.identity_now WITH (security_invoker = true) AS
SELECT v.person_id, v.outcome, v.verified_at, v.family_index, v.family_place, v.area_code
FROM verification_verification v
WHERE v.kind = 'identity' AND v.superseded_at IS NULL;

-- The live answer of every kind, those that have run out left away.
CREATE OR REPLACE VIEW verification.verification_now WITH (security_invoker = true) AS
SELECT v.id AS verification_id, v.person_id, v.kind, v.method, v.outcome, v.verified_at, v.expires_on, v.area_code
FROM verification_verification v
WHERE v.superseded_at IS NULL AND (v.expires_on IS NULL OR v.expires_on > current_date);

-- What other government registers hold on an adult. Amounts in paisa; null is not known.
CREATE OR REPLACE VIEW verification.wealth_profile WITH (security_invoker = true) AS
SELECT w.person_id, w.foreign_travel, w.passport_executive_fee, w.cnic_executive_fee, w.vehicle, w.phone_bill_amount,
       w.property, w.government_employee, w.income_taxpayer, w.other_relief, w.kafaalat_beneficiary, w.pmt_score,
       w.received_at, w.area_code
FROM verification_wealthprofile w;

-- Claims and answers that part, for a person to look at.
CREATE OR REPLACE VIEW verification.discrepancy_open WITH (security_invoker = true) AS
SELECT d.id AS discrepancy_id, d.person_id, d.outcome, d.fields, d.opened_at, d.area_code
FROM verification_discrepancy d
WHERE d.state = 'open';
