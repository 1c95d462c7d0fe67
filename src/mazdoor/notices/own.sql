-- A worker reads what they were told.

CREATE POLICY also_own_seen ON notices_notice FOR SELECT USING (access_is_own(person_id));
