-- What another system may be answered from: people who agreed to the purpose of this transaction (mazdoor.purpose, see
-- interfaces.clients.acting) and, by row-level security, live in the system's areas. Where no purpose is set: nobody.
-- `twice`: the record was merged into another one of the same household, which is the person there.

CREATE VIEW dci.person WITH (security_invoker = true) AS
SELECT p.person_id, p.registry_number, p.registered_on,
       p.given_name, p.surname, p.father_name, p.husband_name, p.given_name_ur, p.surname_ur, p.father_name_ur,
       p.sex, p.birth_date, p.birth_date_precision, p.marital_status, p.literate, p.disability, p.died_on,
       p.area_code, p.district_code, p.province_code,
       p.household_id, CASE WHEN h.person_id IS NULL THEN p.relationship ELSE 'head' END AS relationship,
       EXISTS (SELECT FROM deduplication.twice_at_home t WHERE t.person_id = p.person_id) AS twice
FROM registration.person_now p
JOIN registration.consent_now c ON c.person_id = p.person_id
LEFT JOIN deduplication.head_by_merge h ON h.person_id = p.person_id
WHERE c.purposes @> ARRAY[nullif(current_setting('mazdoor.purpose', true), '')]::varchar[];

-- The present main employment of such a person.
CREATE VIEW dci.work WITH (security_invoker = true) AS
SELECT DISTINCT ON (e.person_id)
       e.person_id, e.status, e.category, e.isco_code, e.isic_code, e.sector, e.started_on, e.work_area_code
FROM registration.employment_now e
WHERE e.ended_on IS NULL
ORDER BY e.person_id, e.is_primary DESC, e.employment_id;

-- What the administrator's page shows of what waits to be sent.
CREATE VIEW dci.posting WITH (security_invoker = true) AS
SELECT p.id AS posting_id, p.client_id, p.action, p.message_id, p.state, p.attempts, p.next_at, p.made_at, p.ended_at, p.error
FROM dci_posting p;
