-- A worker sees what was paid in for them.

CREATE POLICY also_own_seen ON contributions_contribution FOR SELECT USING (access_is_own(person_id));
CREATE POLICY also_own_seen ON contributions_savingsdeposit FOR SELECT USING (access_is_own(person_id));
