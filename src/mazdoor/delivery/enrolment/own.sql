-- A worker sees the decisions on them and their enrolments; after a merge those stand under the canonical record, which is
-- among the worker's own.

CREATE POLICY also_own_seen ON enrolment_eligibilitydecision FOR SELECT USING (access_is_own(person_id));
CREATE POLICY also_own_seen ON enrolment_enrolment FOR SELECT USING (access_is_own(canonical_person_id));
