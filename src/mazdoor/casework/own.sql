-- A worker opens a case, follows it and reads the answer; answering is for somebody else.

CREATE POLICY own_seen ON casework_case FOR SELECT USING (access_is_own(person_id) AND kind <> 'finding');
CREATE POLICY own_added ON casework_case FOR INSERT
    WITH CHECK (access_is_own(person_id) AND kind <> 'finding' AND opened_by IS NULL AND answered_at IS NULL);
