-- A worker sees the own accounts and requests for them.

CREATE POLICY also_own_seen ON accounts_account FOR SELECT USING (access_is_own(person_id));
CREATE POLICY also_own_seen ON accounts_accountrequest FOR SELECT USING (access_is_own(person_id));
