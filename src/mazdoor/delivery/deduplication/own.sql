-- A worker's records are known to stand for one person.

CREATE POLICY also_own_seen ON deduplication_canonicalperson FOR SELECT
    USING (access_is_own(person_id) OR access_is_own(canonical_person_id));
