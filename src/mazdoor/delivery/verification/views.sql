-- What other rooms' SQL may read of verification.

CREATE SCHEMA IF NOT EXISTS verification;

-- The live answer on who somebody is: match, no_match, deceased or contested. Nobody asked yet: no row.
CREATE OR REPLACE VIEW verification.identity_now WITH (security_invoker = true) AS
SELECT v.person_id, v.outcome, v.verified_at, v.family_index, v.family_place, v.area_code
FROM verification_verification v
WHERE v.kind = 'identity' AND v.superseded_at IS NULL;

-- The live answer of every kind, those that have run out left away. "about" is an employment or business, 0 the person.
CREATE OR REPLACE VIEW verification.verification_now WITH (security_invoker = true) AS
SELECT v.id AS verification_id, v.person_id, v.kind, v.about, v.method, v.outcome, v.verified_at, v.expires_on, v.area_code
FROM verification_verification v
WHERE v.superseded_at IS NULL AND (v.expires_on IS NULL OR v.expires_on > database_today());

-- What other government registers hold on an adult. Amounts in paisa; null is not known.
CREATE OR REPLACE VIEW verification.wealth_profile WITH (security_invoker = true) AS
SELECT w.person_id, w.foreign_travel, w.passport_executive_fee, w.cnic_executive_fee, w.vehicle, w.phone_bill_amount,
       w.property, w.government_employee, w.income_taxpayer, w.other_relief, w.kafaalat_beneficiary, w.pmt_score,
       w.received_at, w.area_code
FROM verification_wealthprofile w;

-- Claims and answers that part, for a person to look at: open, or proposed to be dismissed and waiting for a second verifier.
-- News of each new one goes out as "verification.discrepancy.opened".
CREATE OR REPLACE VIEW verification.discrepancy_open WITH (security_invoker = true) AS
SELECT d.id AS discrepancy_id, d.person_id, d.kind, d.about, d.outcome, d.fields, d.state, d.opened_at, d.area_code
FROM verification_discrepancy d
WHERE d.state IN ('open', 'proposed');

-- How each claim of a person stands: verified, in_question (a discrepancy is open), not_confirmed, run_out, or waiting.
CREATE OR REPLACE VIEW verification.standing WITH (security_invoker = true) AS
SELECT v.person_id, v.kind, v.about,
       CASE WHEN EXISTS (SELECT 1 FROM verification_discrepancy d
                         WHERE d.person_id = v.person_id AND d.kind = v.kind AND d.about = v.about
                           AND d.state IN ('open', 'proposed')) THEN 'in_question'
            WHEN v.outcome <> 'match' THEN 'not_confirmed'
            WHEN v.expires_on <= database_today() THEN 'run_out'
            ELSE 'verified' END AS standing,
       v.outcome, v.method, v.verified_at, v.expires_on, v.area_code
FROM verification_verification v
WHERE v.superseded_at IS NULL
UNION ALL
SELECT r.person_id, r.kind, r.about, 'waiting', NULL, NULL, NULL, NULL, r.area_code
FROM verification_verificationrequest r
WHERE r.state = 'waiting' AND r.kind <> 'wealth_profile'
  AND NOT EXISTS (SELECT 1 FROM verification_verification v
                  WHERE v.person_id = r.person_id AND v.kind = r.kind AND v.about = r.about AND v.superseded_at IS NULL);

-- What waits for a verifier: discrepancies, and questions no service answers. "days" is how long it has waited.
CREATE OR REPLACE VIEW verification.queue WITH (security_invoker = true) AS
SELECT 'discrepancy' AS what, d.id, d.person_id, d.kind, d.about, d.outcome, d.fields, d.state, '' AS reason,
       d.proposed_by_officer_id, d.opened_at AS since, database_today() - database_day(d.opened_at) AS days, d.area_code
FROM verification_discrepancy d
WHERE d.state IN ('open', 'proposed')
UNION ALL
SELECT 'request', r.id, r.person_id, r.kind, r.about, '', '{}', r.state, r.reason, NULL, r.requested_at,
       database_today() - database_day(r.requested_at), r.area_code
FROM verification_verificationrequest r
WHERE r.state = 'waiting' AND r.kind IN ('occupation', 'residence');
