-- A worker sees what they are owed and what became of it.

CREATE POLICY own_seen ON payments_entitlement FOR SELECT USING (access_is_own(canonical_person_id));
CREATE POLICY own_seen ON payments_paymentinstruction FOR SELECT
    USING (entitlement_id IN (
        SELECT e.id FROM payments_entitlement e
        WHERE e.canonical_person_id = ANY (
            string_to_array(nullif(current_setting('mazdoor.person', true), ''), ',')::bigint[])
    ));
