-- A worker sees the cards made for them; making and revoking is for an officer.

CREATE POLICY also_own_seen ON credentials_card FOR SELECT USING (access_is_own(person_id));
