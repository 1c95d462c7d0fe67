-- A worker sees what is recorded of the own wages, and what is missing of them.

CREATE POLICY also_own_seen ON wages_wagerecord FOR SELECT USING (access_is_own(person_id));
CREATE POLICY also_own_seen ON wages_shortfall FOR SELECT USING (access_is_own(person_id));
