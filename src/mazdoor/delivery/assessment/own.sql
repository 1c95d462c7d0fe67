-- A worker sees what the rules said of the units they answer for.

CREATE POLICY also_own_seen ON assessment_assessment FOR SELECT USING (access_is_own(person_id));
