-- What a worker sees of the own registration (access.workers.acting_as_worker). Rows of the person; of the household only
-- the household itself, and of its other members only what registration.own_members says.

-- The households of the worker of this transaction. As the owner, because members' rows of others stay closed.
CREATE OR REPLACE FUNCTION registration.own_households() RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT m.household_id FROM registration_member m
    WHERE m.person_id = ANY (
              string_to_array(nullif(current_setting('mazdoor.person', true), ''), ',')::bigint[])
      AND m.valid_to IS NULL AND m.recorded_to IS NULL;
END;

-- Who lives in the worker's household: names and relationship, nothing to use against anybody.
CREATE OR REPLACE FUNCTION registration.own_members()
RETURNS TABLE (given_name text, surname text, given_name_ur text, surname_ur text, relationship text, own boolean)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT r.given_name, r.surname, r.given_name_ur, r.surname_ur, m.relationship, access_is_own(m.person_id)
    FROM registration_member m
    JOIN registration_personrecord r ON r.person_id = m.person_id AND r.valid_to IS NULL AND r.recorded_to IS NULL
    WHERE m.household_id IN (SELECT registration.own_households())
      AND m.valid_to IS NULL AND m.recorded_to IS NULL
    ORDER BY (m.relationship = 'head') DESC, r.birth_date NULLS LAST, m.person_id;
END;

-- Is this household, employment, employer the worker's own? Functions, and first of all the question whether a worker acts:
-- an officer's every query carries these policies, and must neither plan nor read for them.
CREATE OR REPLACE FUNCTION registration.own_home(household_id bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp COST 1000 AS $$
BEGIN
    IF coalesce(current_setting('mazdoor.person', true), '') = '' THEN
        RETURN false;
    END IF;
    RETURN household_id IN (SELECT registration.own_households());
END $$;

CREATE OR REPLACE FUNCTION registration.own_job(employment_id bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp COST 1000 AS $$
BEGIN
    IF coalesce(current_setting('mazdoor.person', true), '') = '' THEN
        RETURN false;
    END IF;
    RETURN EXISTS (SELECT 1 FROM registration_employment e WHERE e.id = own_job.employment_id AND access_is_own(e.person_id));
END $$;

CREATE OR REPLACE FUNCTION registration.own_employer(business_id bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp COST 1000 AS $$
BEGIN
    IF coalesce(current_setting('mazdoor.person', true), '') = '' THEN
        RETURN false;
    END IF;
    RETURN EXISTS (
        SELECT 1 FROM registration_employment e
        JOIN registration_employmentrecord r ON r.employment_id = e.id
        WHERE e.person_id = ANY (string_to_array(current_setting('mazdoor.person', true), ',')::bigint[])
          AND r.business_id = own_employer.business_id);
END $$;

CREATE POLICY also_own_seen ON registration_person FOR SELECT USING (access_is_own(id));
CREATE POLICY also_own_seen ON registration_personrecord FOR SELECT USING (access_is_own(person_id));
CREATE POLICY also_own_seen ON registration_member FOR SELECT USING (access_is_own(person_id));
CREATE POLICY also_own_seen ON registration_household FOR SELECT USING (registration.own_home(id));
CREATE POLICY also_own_seen ON registration_householdrecord FOR SELECT USING (registration.own_home(household_id));
CREATE POLICY also_own_seen ON registration_employment FOR SELECT USING (access_is_own(person_id));
CREATE POLICY also_own_seen ON registration_employmentrecord FOR SELECT USING (registration.own_job(employment_id));
-- The business somebody works for, by name; its owner's rows stay closed.
CREATE POLICY also_own_seen ON registration_business FOR SELECT USING (registration.own_employer(id));
CREATE POLICY also_own_seen ON registration_businessrecord FOR SELECT USING (registration.own_employer(business_id));

-- A consent is taken back by whoever gave it: the receipt is ended and the rest written anew.
CREATE POLICY also_own_seen ON registration_consent FOR SELECT USING (access_is_own(person_id));
CREATE POLICY also_own_added ON registration_consent FOR INSERT WITH CHECK (access_is_own(person_id));
CREATE POLICY also_own_changed ON registration_consent FOR UPDATE
    USING (access_is_own(person_id)) WITH CHECK (access_is_own(person_id));
