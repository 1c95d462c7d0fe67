-- What other rooms' SQL may read of registration. "now" is the current belief about the present:
-- the row with neither a valid end nor a recorded end. Row-level security of the tables applies to the reader.

CREATE SCHEMA IF NOT EXISTS registration;

-- One row a person: who they are, where, and in which household and family. No sealed value leaves by a view.
CREATE OR REPLACE VIEW registration.person_now WITH (security_invoker = true) AS
SELECT p.id AS person_id,
       p.registry_number,
       p.registered_on,
       r.given_name, r.surname, r.father_name, r.husband_name,
       r.given_name_ur, r.surname_ur, r.father_name_ur, r.husband_name_ur,
       r.sex, r.birth_date, r.birth_date_precision, r.marital_status, r.literate, r.disability, r.died_on,
       r.language, r.mobile_shared, r.education, r.skills, r.certificate,
       r.permanent_area_code, r.moved_on, r.moved_on_precision, r.migration_reason,
       (r.account_encrypted IS NOT NULL) AS claims_account,
       (r.cnic_index IS NOT NULL) AS has_cnic,
       (r.mobile_index IS NOT NULL) AS has_mobile,
       r.area_code,
       left(r.area_code, 5) AS district_code,
       left(r.area_code, 3) AS province_code,
       m.household_id, m.family_id, m.relationship
FROM registration_person p
JOIN registration_personrecord r ON r.person_id = p.id AND r.valid_to IS NULL AND r.recorded_to IS NULL
LEFT JOIN registration_member m ON m.person_id = p.id AND m.valid_to IS NULL AND m.recorded_to IS NULL;

-- What deduplication compares: names as written, and blind indexes in place of numbers.
CREATE OR REPLACE VIEW registration.person_match_features WITH (security_invoker = true) AS
SELECT r.person_id,
       r.given_name, r.surname, r.father_name, r.husband_name,
       r.given_name_ur, r.surname_ur, r.father_name_ur,
       r.birth_date, CASE r.birth_date_precision WHEN 'day' THEN 'day' ELSE 'year' END AS birth_date_precision, r.sex,
       left(r.area_code, 5) AS district_code, r.area_code,
       m.household_id,
       r.mobile_index AS phone_index,
       r.cnic_index, r.cnic_segment_1, r.cnic_segment_2, r.cnic_segment_3, r.cnic_sorted_index,
       r.recorded_from, r.name_sounds, r.husband_name_ur, r.old_nic_index
FROM registration_personrecord r
LEFT JOIN registration_member m ON m.person_id = r.person_id AND m.valid_to IS NULL AND m.recorded_to IS NULL
WHERE r.valid_to IS NULL AND r.recorded_to IS NULL;

-- Households that are: one that everybody left, or that was joined with another, has no present record.
CREATE OR REPLACE VIEW registration.household_now WITH (security_invoker = true) AS
SELECT h.id AS household_id,
       h.registered_on,
       r.urban, r.rooms, r.roof, r.toilet, r.water, r.land_acres, r.livestock,
       r.has_refrigerator, r.has_washing_machine, r.has_television, r.has_motorcycle, r.has_car,
       r.utility_bill_amount,
       h.area_code,
       left(h.area_code, 5) AS district_code,
       left(h.area_code, 3) AS province_code
FROM registration_household h
JOIN registration_householdrecord r
       ON r.household_id = h.id AND r.valid_to IS NULL AND r.recorded_to IS NULL;

CREATE OR REPLACE VIEW registration.family_now WITH (security_invoker = true) AS
SELECT f.id AS family_id, f.household_id, f.area_code
FROM registration_family f;

CREATE OR REPLACE VIEW registration.business_now WITH (security_invoker = true) AS
SELECT b.id AS business_id,
       b.registered_on,
       r.owner_id AS owner_person_id,
       r.name, r.isic_code, r.persons_engaged, r.keeps_accounts, r.incorporated, r.tax_registered, r.eobi_registered,
       r.social_security_registered, r.owner_kind, r.sells_on_the_market, r.set_up_on, r.set_up_on_precision, r.informal,
       b.area_code,
       left(b.area_code, 5) AS district_code,
       left(b.area_code, 3) AS province_code
FROM registration_business b
LEFT JOIN registration_businessrecord r
       ON r.business_id = b.id AND r.valid_to IS NULL AND r.recorded_to IS NULL;

-- Employments as believed now; ended ones stay, with their end.
CREATE OR REPLACE VIEW registration.employment_now WITH (security_invoker = true) AS
SELECT e.id AS employment_id,
       e.person_id,
       e.started_on, r.started_on_precision, r.ended_on,
       r.is_primary, r.status, r.category, r.employer_kind, r.business_id, r.employer_household_id,
       r.isco_code, r.isic_code, r.sector, r.informal,
       r.pay_period, r.pay_amount, r.days_per_month, r.hours_per_week, r.season,
       r.written_contract, r.paid_leave, r.paid_sick_leave, r.social_security,
       r.occupation_text, r.employer_name,
       r.work_area_code,
       left(r.work_area_code, 3) AS work_province_code,
       e.area_code,
       left(e.area_code, 5) AS district_code,
       left(e.area_code, 3) AS province_code
FROM registration_employment e
JOIN registration_employmentrecord r
  ON r.employment_id = e.id AND r.valid_to IS NULL AND r.recorded_to IS NULL;

-- Live consent receipts: for which purposes a person may be worked for.
CREATE OR REPLACE VIEW registration.consent_now WITH (security_invoker = true) AS
SELECT c.person_id, c.purposes, c.area_code
FROM registration_consent c
WHERE c.withdrawn_at IS NULL;

CREATE OR REPLACE VIEW registration.application WITH (security_invoker = true) AS
SELECT a.id AS application_id, a.programme_code, a.family_id, a.person_id, a.route, a.applied_on, a.area_code
FROM registration_application a;

-- Who an applicant might already be: those who stand under a door key they are looked for by, under their telephone, their
-- old number, or whose CNIC is theirs or near it, over the whole register. Of a CNIC only keyed hashes are known, of its
-- three parts and of its digits put in order: near is the same serial with one other part the same or the same digits, and
-- the same digits with one part and the birth the same. First and last part the same (a digit of the serial is wrong) are
-- shared by too many to lead to anybody; they are weighed in who is found otherwise. It runs as the owner, since a worker may
-- have been registered in another province; the caller shows no more of people elsewhere than that they are there. Only
-- registration may ask (it weighs and masks).
--
-- A key that very many share gives its first hundred persons: the rest of them are found by other keys or not at all.
-- Each key says what is the same (bits 1 birth, 2 year, 4 district, 8 father, 16 given name, 32 surname); the first asked of
-- each recipe is the applicant's own, the others are of years beside or names exchanged. By that alone the hundred likeliest
-- are read, and put in an order that is rough, in bits as the model would give them; the `most` likely of them come back
-- (`looking.MOST_COMPARED`), from 14 bits on. Of 8,000 looks for people who were there (300,000 invented people, spellings for
-- tuning), none was found by the model below 14 bits; half of those compared lay there.
DROP FUNCTION IF EXISTS registration.look_alikes(bigint[], bytea, integer);
DROP FUNCTION IF EXISTS registration.look_alikes(
    bigint[], bigint[], bigint[], bigint[], bigint[], bytea, bytea, bytea, bytea, bytea, bytea, bytea, date, text, varchar[],
    varchar[], integer);
CREATE FUNCTION registration.look_alikes(
    born_district bigint[], born_father bigint[], district_family bigint[], year_two_names bigint[], year_own_names bigint[],
    mobile bytea, cnic bytea, place bytea, serial bytea, last bytea, digits bytea, old_nic bytea, born date, area text,
    given varchar[], surnames varchar[], most integer
)
RETURNS TABLE (
    person_id bigint, registry_number text, given_name text, surname text, father_name text, husband_name text,
    given_name_ur text, surname_ur text, father_name_ur text, husband_name_ur text,
    birth_date date, birth_date_precision text, sex text, area_code text, household_id bigint, mobile_index bytea,
    cnic_index bytea, cnic_segment_1 bytea, cnic_segment_2 bytea, cnic_segment_3 bytea, cnic_sorted_index bytea,
    old_nic_index bytea, seen boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
-- Whatever is asked, the way is the same: planning it for each applicant took three times as long as answering.
SET plan_cache_mode = force_generic_plan SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    on_new_year boolean := coalesce(date_part('doy', born) = 1, false);
    same_day integer := CASE WHEN on_new_year THEN 8 ELSE 13 END;
BEGIN
    RETURN QUERY
    WITH hits(person_id, same, number) AS (
        SELECT h.person_id, 7, 0 FROM unnest(born_district) AS asked(key) CROSS JOIN LATERAL (
            SELECT k.person_id FROM registration_personkeys k WHERE k.born_district = asked.key ORDER BY k.person_id LIMIT 100) h
        UNION ALL
        SELECT h.person_id, CASE WHEN asked.place = 1 THEN 11 ELSE 8 END, 0
        FROM unnest(born_father) WITH ORDINALITY AS asked(key, place) CROSS JOIN LATERAL (
            SELECT k.person_id FROM registration_personkeys k WHERE k.born_father = asked.key ORDER BY k.person_id LIMIT 100) h
        UNION ALL
        SELECT h.person_id, 44, 0 FROM unnest(district_family) AS asked(key) CROSS JOIN LATERAL (
            SELECT k.person_id FROM registration_personkeys k WHERE k.district_family = asked.key ORDER BY k.person_id LIMIT 100) h
        UNION ALL
        SELECT h.person_id, CASE WHEN asked.place = 1 THEN 26 ELSE 24 END, 0
        FROM unnest(year_two_names) WITH ORDINALITY AS asked(key, place) CROSS JOIN LATERAL (
            SELECT k.person_id FROM registration_personkeys k WHERE k.year_two_names = asked.key ORDER BY k.person_id LIMIT 100) h
        UNION ALL
        SELECT h.person_id, CASE WHEN asked.place = 1 THEN 50 ELSE 48 END, 0
        FROM unnest(year_own_names) WITH ORDINALITY AS asked(key, place) CROSS JOIN LATERAL (
            SELECT k.person_id FROM registration_personkeys k WHERE k.year_own_names = asked.key ORDER BY k.person_id LIMIT 100) h
        UNION ALL
        (SELECT r.person_id, 0, 15 FROM registration_personrecord r
         WHERE r.mobile_index = mobile AND r.valid_to IS NULL AND r.recorded_to IS NULL LIMIT 100)
        UNION ALL
        (SELECT r.person_id, 0, 100 FROM registration_personrecord r
         WHERE r.cnic_index = cnic AND r.valid_to IS NULL AND r.recorded_to IS NULL LIMIT 20)
        UNION ALL
        (SELECT r.person_id, 0, 20 FROM registration_personrecord r
         WHERE r.cnic_segment_2 = serial
           AND (r.cnic_segment_1 = place OR r.cnic_segment_3 = last OR r.cnic_sorted_index = digits)
           AND r.valid_to IS NULL AND r.recorded_to IS NULL LIMIT 20)
        UNION ALL
        (SELECT r.person_id, 0, 20 FROM registration_personrecord r
         WHERE r.cnic_sorted_index = digits AND r.birth_date = born AND (r.cnic_segment_1 = place OR r.cnic_segment_3 = last)
           AND r.valid_to IS NULL AND r.recorded_to IS NULL LIMIT 20)
        UNION ALL
        (SELECT r.person_id, 0, 100 FROM registration_personrecord r
         WHERE r.old_nic_index = old_nic AND r.valid_to IS NULL AND r.recorded_to IS NULL LIMIT 20)
    ), met AS (
        SELECT h.person_id, bit_or(h.same) AS same, max(h.number) AS number FROM hits h GROUP BY h.person_id
    ), found AS (
        SELECT m.person_id, m.number + CASE WHEN m.same & 8 > 0 THEN 7 ELSE 0 END AS bits
        FROM met m
        ORDER BY m.number
            + CASE WHEN m.same & 1 > 0 THEN same_day WHEN m.same & 2 > 0 THEN 3 ELSE 0 END
            + CASE WHEN m.same & 4 > 0 THEN 4 ELSE 0 END + CASE WHEN m.same & 8 > 0 THEN 7 ELSE 0 END
            + CASE WHEN m.same & 16 > 0 THEN 7 ELSE 0 END + CASE WHEN m.same & 32 > 0 THEN 5 ELSE 0 END DESC,
            m.person_id
        LIMIT 100
    ), best AS MATERIALIZED (
        SELECT r.*, f.bits
            + CASE WHEN r.birth_date = born THEN same_day
                   WHEN r.birth_date IS NULL OR born IS NULL THEN 0
                   WHEN date_part('year', r.birth_date) = date_part('year', born) THEN
                       CASE WHEN date_part('month', r.birth_date) = date_part('day', born)
                                 AND date_part('day', r.birth_date) = date_part('month', born) THEN 10
                            WHEN on_new_year OR date_part('doy', r.birth_date) = 1 THEN 5 ELSE 3 END
                   WHEN abs(r.birth_date - born) > 731 THEN -4
                   WHEN to_char(r.birth_date, 'MMDD') = to_char(born, 'MMDD') THEN 7
                   ELSE 0 END
            + CASE WHEN r.area_code = area THEN 7 WHEN left(r.area_code, 5) = left(area, 5) THEN 4
                   WHEN left(r.area_code, 3) = left(area, 3) THEN 0 ELSE -2 END
            + CASE WHEN r.name_sounds && given THEN 7 ELSE 0 END
            + CASE WHEN r.name_sounds && surnames THEN 5 ELSE 0 END AS bits
        FROM found f
        JOIN registration_personrecord r ON r.person_id = f.person_id AND r.valid_to IS NULL AND r.recorded_to IS NULL
        ORDER BY bits DESC, r.person_id LIMIT most
    )
    SELECT b.person_id, p.registry_number::text, b.given_name::text, b.surname::text, b.father_name::text,
           b.husband_name::text, b.given_name_ur::text, b.surname_ur::text, b.father_name_ur::text, b.husband_name_ur::text,
           b.birth_date, b.birth_date_precision::text, b.sex::text, b.area_code::text, m.household_id, b.mobile_index,
           b.cnic_index, b.cnic_segment_1, b.cnic_segment_2, b.cnic_segment_3, b.cnic_sorted_index, b.old_nic_index,
           coalesce(current_setting('mazdoor.areas', true), '') = '*' OR access_sees(b.area_code::text)
    FROM best b
    JOIN registration_person p ON p.id = b.person_id
    LEFT JOIN registration_member m ON m.person_id = b.person_id AND m.valid_to IS NULL AND m.recorded_to IS NULL
    WHERE b.bits >= 14
    ORDER BY b.bits DESC, b.person_id;
END $$;
REVOKE ALL ON FUNCTION registration.look_alikes(
    bigint[], bigint[], bigint[], bigint[], bigint[], bytea, bytea, bytea, bytea, bytea, bytea, bytea, date, text, varchar[],
    varchar[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registration.look_alikes(
    bigint[], bigint[], bigint[], bigint[], bigint[], bytea, bytea, bytea, bytea, bytea, bytea, bytea, date, text, varchar[],
    varchar[], integer) TO mazdoor_app;

-- People whose names have all these sounds, of the areas the officer sees, by name. Row-level security lets no index of
-- arrays be used (PostgreSQL would have to ask it of rows it may not show), so this runs as the owner and holds each row
-- to the officer's areas itself. Of a name that very many bear, the first two thousand that are met are put in order.
DROP FUNCTION IF EXISTS registration.of_name(varchar[], integer);
CREATE FUNCTION registration.of_name(sounds varchar[], most integer)
RETURNS TABLE (
    person_id bigint, registry_number text, name text, name_ur text, father_name text, father_name_ur text, sex text,
    birth_date date, area_code text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    areas text := coalesce(current_setting('mazdoor.areas', true), '');
    prefixes text[] := array_remove(string_to_array(areas, ','), '');
BEGIN
    RETURN QUERY
    WITH met AS (
        (SELECT r.person_id, r.given_name, r.surname, r.given_name_ur, r.surname_ur, r.father_name,
                r.father_name_ur, r.sex, r.birth_date, r.area_code
         FROM registration_personrecord r
         WHERE areas = '*' AND r.name_sounds @> sounds AND r.valid_to IS NULL AND r.recorded_to IS NULL LIMIT 2000)
        UNION
        (SELECT found.* FROM unnest(prefixes) AS prefix CROSS JOIN LATERAL (
            SELECT r.person_id, r.given_name, r.surname, r.given_name_ur, r.surname_ur, r.father_name,
                   r.father_name_ur, r.sex, r.birth_date, r.area_code
            FROM registration_personrecord r
            WHERE r.name_sounds @> sounds AND r.area_code >= prefix AND r.area_code < prefix || '~'
              AND r.valid_to IS NULL AND r.recorded_to IS NULL LIMIT 2000) found
         WHERE areas <> '*' AND access_sees(found.area_code::text))
    )
    SELECT m.person_id, p.registry_number::text,
           concat_ws(' ', nullif(m.given_name, ''), nullif(m.surname, '')),
           concat_ws(' ', nullif(m.given_name_ur, ''), nullif(m.surname_ur, '')),
           m.father_name::text, m.father_name_ur::text, m.sex::text, m.birth_date, m.area_code::text
    FROM met m JOIN registration_person p ON p.id = m.person_id
    ORDER BY m.given_name, m.surname, m.person_id LIMIT most;
END $$;
REVOKE ALL ON FUNCTION registration.of_name(varchar[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registration.of_name(varchar[], integer) TO mazdoor_app;

-- Who of many people, entered from a file just now, is likely somebody entered before (earlier rows of the file among them):
-- whoever holds the same CNIC, or shares two of five door keys and a telephone; three, where each has a CNIC and the two
-- differ. A telephone, and family in one district with it, is what brothers share: there the births must lie within two
-- years, or all own names sound the same. The whole register is looked through, as at the door. Each person asks seven
-- indexes for twenty entries at most, however often a key is shared and however large the register is; of a key that more
-- people share the latest twenty are found by it. Each index is asked for everybody at once, in its own order, so that
-- neighbouring looks meet the same pages: half the work of asking all of them for one person after the other.
-- What was written of the people a moment ago is handed over, one array for each key, and not read again.
-- OFFSET 0 keeps what holds of now out of the look: where statistics are old (a table that was empty when they were made), an
-- index of all that holds now seems as good as the one by the number, and would be walked to its end for each person.
DROP FUNCTION IF EXISTS registration.like_earlier(bigint[]);
DROP FUNCTION IF EXISTS registration.like_earlier(
    bigint[], bytea[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]);
DROP FUNCTION IF EXISTS registration.like_earlier(bigint[], bytea[], bytea[], bigint[], bigint[], bigint[], bigint[], bigint[]);
CREATE FUNCTION registration.like_earlier(
    people bigint[], cnics bytea[], mobiles bytea[], born_district bigint[], born_father bigint[], district_family bigint[],
    year_two_names bigint[], year_own_names bigint[]
)
RETURNS TABLE (person_id bigint, other_person_id bigint, why text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH arrived AS MATERIALIZED (
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
            AS came(person_id, cnic_index, mobile_index, born_district, born_father, district_family, year_two_names, year_own_names)
    ), found AS (
        (SELECT a.person_id, k.person_id AS other, 1 AS keys, 0 AS kin
         FROM (SELECT person_id, born_district AS key FROM arrived WHERE born_district IS NOT NULL ORDER BY born_district) a
         CROSS JOIN LATERAL (
             SELECT k.person_id FROM registration_personkeys k
             WHERE k.born_district = a.key AND k.person_id < a.person_id ORDER BY k.person_id DESC LIMIT 20) k)
        UNION ALL
        (SELECT a.person_id, k.person_id, 1, 0
         FROM (SELECT person_id, born_father AS key FROM arrived WHERE born_father IS NOT NULL ORDER BY born_father) a
         CROSS JOIN LATERAL (
             SELECT k.person_id FROM registration_personkeys k
             WHERE k.born_father = a.key AND k.person_id < a.person_id ORDER BY k.person_id DESC LIMIT 20) k)
        UNION ALL
        (SELECT a.person_id, k.person_id, 1, 1
         FROM (SELECT person_id, district_family AS key FROM arrived WHERE district_family IS NOT NULL ORDER BY district_family) a
         CROSS JOIN LATERAL (
             SELECT k.person_id FROM registration_personkeys k
             WHERE k.district_family = a.key AND k.person_id < a.person_id ORDER BY k.person_id DESC LIMIT 20) k)
        UNION ALL
        (SELECT a.person_id, k.person_id, 1, 0
         FROM (SELECT person_id, year_two_names AS key FROM arrived WHERE year_two_names IS NOT NULL ORDER BY year_two_names) a
         CROSS JOIN LATERAL (
             SELECT k.person_id FROM registration_personkeys k
             WHERE k.year_two_names = a.key AND k.person_id < a.person_id ORDER BY k.person_id DESC LIMIT 20) k)
        UNION ALL
        (SELECT a.person_id, k.person_id, 1, 0
         FROM (SELECT person_id, year_own_names AS key FROM arrived WHERE year_own_names IS NOT NULL ORDER BY year_own_names) a
         CROSS JOIN LATERAL (
             SELECT k.person_id FROM registration_personkeys k
             WHERE k.year_own_names = a.key AND k.person_id < a.person_id ORDER BY k.person_id DESC LIMIT 20) k)
        UNION ALL
        (SELECT a.person_id, same.person_id, 1, 2
         FROM (SELECT person_id, mobile_index AS key FROM arrived WHERE mobile_index IS NOT NULL ORDER BY mobile_index) a
         CROSS JOIN LATERAL (
             SELECT r.person_id FROM (
                 SELECT person_id, valid_to, recorded_to FROM registration_personrecord WHERE mobile_index = a.key OFFSET 0) r
             WHERE r.valid_to IS NULL AND r.recorded_to IS NULL LIMIT 20) same
         WHERE same.person_id < a.person_id)
        UNION ALL
        (SELECT a.person_id, min(same.person_id), 100, 0
         FROM (SELECT person_id, cnic_index AS key FROM arrived WHERE cnic_index IS NOT NULL ORDER BY cnic_index) a
         CROSS JOIN LATERAL (
             SELECT r.person_id FROM (
                 SELECT person_id, valid_to, recorded_to FROM registration_personrecord WHERE cnic_index = a.key OFFSET 0) r
             WHERE r.valid_to IS NULL AND r.recorded_to IS NULL LIMIT 20) same
         WHERE same.person_id < a.person_id GROUP BY a.person_id)
    ), hits AS (
        SELECT f.person_id, f.other, sum(f.keys) AS shared, sum(f.kin) AS kin FROM found f
        GROUP BY f.person_id, f.other HAVING sum(f.keys) >= 2 OR sum(f.kin) >= 2
    )
    SELECT DISTINCT ON (h.person_id) h.person_id, h.other,
           CASE WHEN h.shared >= 100 THEN 'cnic' WHEN h.kin >= 2 THEN 'mobile' ELSE 'name' END
    FROM hits h
    CROSS JOIN LATERAL (
        SELECT r.valid_to, r.recorded_to, r.cnic_index, r.birth_date, r.name_sounds
        FROM registration_personrecord r WHERE r.person_id = h.other OFFSET 0) o
    CROSS JOIN LATERAL (
        SELECT r.valid_to, r.recorded_to, r.cnic_index, r.birth_date, r.name_sounds
        FROM registration_personrecord r WHERE r.person_id = h.person_id OFFSET 0) own
    WHERE o.valid_to IS NULL AND o.recorded_to IS NULL AND own.valid_to IS NULL AND own.recorded_to IS NULL
      AND (h.shared >= 3 OR own.cnic_index IS NULL OR o.cnic_index IS NULL OR own.cnic_index = o.cnic_index)
      AND (h.shared > 2 OR h.shared = 2 AND (h.kin < 3 OR abs(o.birth_date - own.birth_date) > 731 IS NOT TRUE)
           OR o.name_sounds = own.name_sounds)
    ORDER BY h.person_id, h.shared DESC, h.other;
END $$;
REVOKE ALL ON FUNCTION registration.like_earlier(bigint[], bytea[], bytea[], bigint[], bigint[], bigint[], bigint[], bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registration.like_earlier(bigint[], bytea[], bytea[], bigint[], bigint[], bigint[], bigint[], bigint[]) TO mazdoor_app;

-- The districts of people, whoever asks: all that is told of somebody of another area.
DROP FUNCTION IF EXISTS registration.districts_of(bigint[]);
CREATE FUNCTION registration.districts_of(people bigint[]) RETURNS TABLE (person_id bigint, district_code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.person_id, left(k.area_code, 5) FROM registration_personkeys k WHERE k.person_id = ANY (people);
$$;
REVOKE ALL ON FUNCTION registration.districts_of(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registration.districts_of(bigint[]) TO mazdoor_app;
