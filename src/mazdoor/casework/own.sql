-- A worker opens a case, follows it and reads the answer; answering is for somebody else.

CREATE POLICY also_own_seen ON casework_case FOR SELECT USING (access_is_own(person_id) AND kind <> 'finding');
CREATE POLICY also_own_added ON casework_case FOR INSERT
    WITH CHECK (access_is_own(person_id) AND kind <> 'finding' AND opened_by IS NULL AND answered_at IS NULL);
-- Changes of the own record: asked for by the worker or by an office; what a finding of verification opened stays inside.
CREATE POLICY also_own_seen ON casework_change FOR SELECT USING (access_is_own(person_id) AND channel <> 'verification');
