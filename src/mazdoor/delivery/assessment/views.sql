-- What other rooms' SQL may read of assessment.

CREATE SCHEMA IF NOT EXISTS assessment;

CREATE OR REPLACE VIEW assessment.assessment WITH (security_invoker = true) AS
SELECT a.id AS assessment_id,
       a.run_id,
       r.programme_code,
       r.snapshot_id,
       r.at_date,
       r.rule_hash,
       r.finished_at,
       a.unit_kind,
       a.unit_id,
       a.person_id,
       a.eligible,
       a.amount,
       a.category,
       a.deciding_clause,
       a.failed_clauses,
       a.area_code,
       a.quota_area,
       a.quota_rank,
       a.quota_places
FROM assessment_assessment a
JOIN assessment_assessmentrun r ON r.id = a.run_id
WHERE r.state = 'finished';

-- Benefits that reached a family or person, as later rooms told.
CREATE OR REPLACE VIEW assessment.benefit_received WITH (security_invoker = true) AS
SELECT b.programme_code, b.person_id, b.family_id, b.received_on, b.area_code
FROM assessment_benefitreceived b;
