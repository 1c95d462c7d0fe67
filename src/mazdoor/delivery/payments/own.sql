-- A worker sees what they are owed and what became of it.

CREATE POLICY also_own_seen ON payments_entitlement FOR SELECT USING (access_is_own(canonical_person_id));

-- Asked as a function, and whether a worker acts at all asked first: officers' queries must not read for this.
CREATE OR REPLACE FUNCTION payments.own_entitlement(entitlement_id bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp COST 1000 AS $$
BEGIN
    IF coalesce(current_setting('mazdoor.person', true), '') = '' THEN
        RETURN false;
    END IF;
    RETURN EXISTS (SELECT 1 FROM payments_entitlement e
                   WHERE e.id = own_entitlement.entitlement_id AND access_is_own(e.canonical_person_id));
END $$;

CREATE POLICY also_own_seen ON payments_paymentinstruction FOR SELECT USING (payments.own_entitlement(entitlement_id));
