-- What other rooms' SQL may read of enrolment.

CREATE SCHEMA IF NOT EXISTS enrolment;

CREATE OR REPLACE VIEW enrolment.enrolment_now WITH (security_invoker = true) AS
SELECT e.id AS enrolment_id,
       e.person_id,
       e.canonical_person_id,
       e.programme_code,
       e.benefit_code,
       e.unit_kind,
       e.unit_id,
       e.from_date,
       e.to_date,
       e.state,
       e.cycle_amount,
       e.decision_id,
       e.area_code,
       left(e.area_code, 5) AS district_code,
       left(e.area_code, 3) AS province_code,
       e.place_category,
       e.place_area
FROM enrolment_enrolment e
WHERE e.state <> 'exited';

-- The newest decision on each unit and programme, eligible or not.
CREATE OR REPLACE VIEW enrolment.decision_now WITH (security_invoker = true) AS
SELECT DISTINCT ON (d.programme_code, d.unit_kind, d.unit_id)
       d.id AS decision_id,
       d.programme_code,
       d.person_id,
       d.unit_kind,
       d.unit_id,
       d.decision,
       d.clause,
       d.cycle_amount,
       d.assessment_run_id,
       d.decided_at,
       d.area_code,
       left(d.area_code, 5) AS district_code,
       left(d.area_code, 3) AS province_code,
       d.place,
       d.places
FROM enrolment_eligibilitydecision d
ORDER BY d.programme_code, d.unit_kind, d.unit_id, d.decided_at DESC, d.id DESC;

-- Every decision ever made.
CREATE OR REPLACE VIEW enrolment.decision WITH (security_invoker = true) AS
SELECT d.id AS decision_id, d.programme_code, d.person_id, d.unit_kind, d.unit_id, d.decision, d.clause, d.cycle_amount,
       d.assessment_run_id, d.decided_at, d.area_code, d.place, d.places, d.assessment_id
FROM enrolment_eligibilitydecision d;
