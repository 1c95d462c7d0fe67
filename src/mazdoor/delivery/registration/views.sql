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

-- A run of numbers of a table that nobody else has or will have: all after the one that comes back, `how_many` of them. Reading
-- where a sequence stands and setting it further are two steps, and others would draw numbers between them. ALTER SEQUENCE changes
-- nothing here, but takes a lock that drawing a number waits for, until the end of the transaction; so call it in one of its own.
-- It runs as the owner, who alone may alter.
CREATE OR REPLACE FUNCTION registration.reserve_ids(of_table text, how_many bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    sequence text := pg_get_serial_sequence('public.registration_' || of_table, 'id');
    before bigint;
BEGIN
    EXECUTE format('ALTER SEQUENCE %s INCREMENT BY 1', sequence);
    before := nextval(sequence);
    PERFORM setval(sequence, before + how_many);
    RETURN before;
END $$;
REVOKE ALL ON FUNCTION registration.reserve_ids(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registration.reserve_ids(text, bigint) TO mazdoor_app;

-- Whether two names begin or end alike, letter by letter: nearly every slip of one letter, and most other spellings, leave one end.
CREATE OR REPLACE FUNCTION registration.is_like_written(one text, other text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT one <> '' AND (left(lower(one), 3) = left(lower(other), 3) OR right(lower(one), 3) = right(lower(other), 3));
$$;

-- Who of many people, entered from a file just now, is likely somebody entered before (earlier rows of the file among them):
--
-- * whoever holds the same CNIC;
-- * whoever shares two of the five door keys and the telephone (three, where each has a CNIC and the two tell of different
--   people). A telephone, and family in one district with it, is what brothers share: there the births must lie within two years,
--   or all own names sound the same, as they must where a telephone is all;
-- * whoever shares one of three (birth and district, telephone, family and district where no more than three have that) and is
--   alike enough in the rest. The bits below were learnt from pairs that share a key, of 200,000 invented people (spellings for
--   tuning), and rounded: from two bits on 487 of 490 were right. Whoever shares one of the other keys alone is a stranger a
--   thousand times to one, as is one of many of a family's name; reading them all would take as long as the looks.
--
-- The whole register is looked through, as at the door. Each person asks seven
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
        (SELECT a.person_id, k.person_id AS other, 1 AS what
         FROM (SELECT person_id, born_district AS key FROM arrived WHERE born_district IS NOT NULL ORDER BY born_district) a
         CROSS JOIN LATERAL (
             SELECT k.person_id FROM registration_personkeys k
             WHERE k.born_district = a.key AND k.person_id < a.person_id ORDER BY k.person_id DESC LIMIT 20) k)
        UNION ALL
        (SELECT a.person_id, k.person_id, 2
         FROM (SELECT person_id, born_father AS key FROM arrived WHERE born_father IS NOT NULL ORDER BY born_father) a
         CROSS JOIN LATERAL (
             SELECT k.person_id FROM registration_personkeys k
             WHERE k.born_father = a.key AND k.person_id < a.person_id ORDER BY k.person_id DESC LIMIT 20) k)
        UNION ALL
        (SELECT a.person_id, k.person_id, 4
         FROM (SELECT person_id, district_family AS key FROM arrived WHERE district_family IS NOT NULL ORDER BY district_family) a
         CROSS JOIN LATERAL (
             SELECT k.person_id FROM registration_personkeys k
             WHERE k.district_family = a.key AND k.person_id < a.person_id ORDER BY k.person_id DESC LIMIT 20) k)
        UNION ALL
        (SELECT a.person_id, k.person_id, 8
         FROM (SELECT person_id, year_two_names AS key FROM arrived WHERE year_two_names IS NOT NULL ORDER BY year_two_names) a
         CROSS JOIN LATERAL (
             SELECT k.person_id FROM registration_personkeys k
             WHERE k.year_two_names = a.key AND k.person_id < a.person_id ORDER BY k.person_id DESC LIMIT 20) k)
        UNION ALL
        (SELECT a.person_id, k.person_id, 16
         FROM (SELECT person_id, year_own_names AS key FROM arrived WHERE year_own_names IS NOT NULL ORDER BY year_own_names) a
         CROSS JOIN LATERAL (
             SELECT k.person_id FROM registration_personkeys k
             WHERE k.year_own_names = a.key AND k.person_id < a.person_id ORDER BY k.person_id DESC LIMIT 20) k)
        UNION ALL
        (SELECT a.person_id, same.person_id, 32
         FROM (SELECT person_id, mobile_index AS key FROM arrived WHERE mobile_index IS NOT NULL ORDER BY mobile_index) a
         CROSS JOIN LATERAL (
             SELECT r.person_id FROM (
                 SELECT person_id, valid_to, recorded_to FROM registration_personrecord WHERE mobile_index = a.key OFFSET 0) r
             WHERE r.valid_to IS NULL AND r.recorded_to IS NULL LIMIT 20) same
         WHERE same.person_id < a.person_id)
        UNION ALL
        (SELECT a.person_id, min(same.person_id), 64
         FROM (SELECT person_id, cnic_index AS key FROM arrived WHERE cnic_index IS NOT NULL ORDER BY cnic_index) a
         CROSS JOIN LATERAL (
             SELECT r.person_id FROM (
                 SELECT person_id, valid_to, recorded_to FROM registration_personrecord WHERE cnic_index = a.key OFFSET 0) r
             WHERE r.valid_to IS NULL AND r.recorded_to IS NULL LIMIT 20) same
         WHERE same.person_id < a.person_id GROUP BY a.person_id)
    ), hits AS (
        SELECT f.person_id, f.other, count(*) AS shared, bit_or(f.what) AS what
        FROM found f GROUP BY f.person_id, f.other HAVING count(*) > 1 OR bit_or(f.what) & (1 + 4 + 32 + 64) > 0
    ), asked AS (  -- each person's own record is read once, however many are like it
        SELECT h.person_id, array_agg(h.other) AS others, array_agg(h.shared) AS shared, array_agg(h.what) AS what,
               count(*) FILTER (WHERE h.what & 4 > 0) < 4 AS of_few, bool_or(h.shared > 1 OR h.what <> 4) AS with_more
        FROM hits h GROUP BY h.person_id ORDER BY h.person_id
    ), alike AS (
        SELECT h.person_id, hit.other, hit.shared, hit.what, o.name_sounds = own.name_sounds AS same_sounds,
               own.birth_date - o.birth_date AS apart,
               own.cnic_index <> o.cnic_index AND NOT (
                   own.cnic_sorted_index = o.cnic_sorted_index
                   OR own.cnic_segment_1 = o.cnic_segment_1 AND own.cnic_segment_3 = o.cnic_segment_3
                   OR own.cnic_segment_2 = o.cnic_segment_2
                      AND (own.cnic_segment_1 = o.cnic_segment_1 OR own.cnic_segment_3 = o.cnic_segment_3)
               ) IS TRUE AS other_cnic,
               birth.bits
               + CASE WHEN own.area_code = o.area_code THEN 5 WHEN left(own.area_code, 5) = left(o.area_code, 5) THEN -3 ELSE -2 END
               + CASE WHEN hit.what & 4 > 0 THEN 2
                      WHEN registration.is_like_written(own.father_name || own.father_name_ur, o.father_name || o.father_name_ur)
                      THEN 0 ELSE -4 END
               + CASE WHEN registration.is_like_written(own.given_name || own.given_name_ur, o.given_name || o.given_name_ur)
                      THEN 2 ELSE -4 END
               + CASE WHEN own.name_sounds = o.name_sounds THEN 4
                      WHEN own.surname || own.surname_ur = '' OR o.surname || o.surname_ur = ''
                           OR registration.is_like_written(own.surname || own.surname_ur, o.surname || o.surname_ur)
                      THEN -2 ELSE -4 END
               + CASE WHEN hit.what & 32 > 0 THEN 6 ELSE -8 END
               + CASE WHEN own.sex = o.sex THEN -1 ELSE -5 END AS bits
        FROM asked h
        CROSS JOIN LATERAL (SELECT r.* FROM registration_personrecord r WHERE r.person_id = h.person_id OFFSET 0) own
        CROSS JOIN LATERAL unnest(h.others, h.shared, h.what) AS hit(other, shared, what)
        CROSS JOIN LATERAL (SELECT r.* FROM registration_personrecord r WHERE r.person_id = hit.other OFFSET 0) o
        CROSS JOIN LATERAL (SELECT
            CASE WHEN own.birth_date IS NULL OR o.birth_date IS NULL THEN 3
                 WHEN own.birth_date = o.birth_date THEN CASE WHEN date_part('doy', o.birth_date) = 1 THEN 4 ELSE 7 END
                 WHEN date_part('year', own.birth_date) = date_part('year', o.birth_date) THEN
                     CASE WHEN date_part('month', own.birth_date) = date_part('day', o.birth_date)
                               AND date_part('day', own.birth_date) = date_part('month', o.birth_date) THEN 6
                          WHEN date_part('doy', own.birth_date) = 1 OR date_part('doy', o.birth_date) = 1 THEN 0 ELSE -8 END
                 WHEN abs(own.birth_date - o.birth_date) > 731 THEN -12
                 WHEN to_char(own.birth_date, 'MMDD') = to_char(o.birth_date, 'MMDD') THEN 2
                 ELSE -6 END AS bits) birth
        WHERE o.valid_to IS NULL AND o.recorded_to IS NULL AND own.valid_to IS NULL AND own.recorded_to IS NULL
          AND (h.of_few OR h.with_more) AND (h.of_few OR hit.shared > 1 OR hit.what <> 4)
          -- With one key that is no number, nothing else could outweigh another birth: most of those read are done with here.
          AND (hit.shared > 1 OR hit.what >= 32 OR birth.bits > -6)
    )
    SELECT DISTINCT ON (l.person_id) l.person_id, l.other,
           CASE WHEN l.what & 64 > 0 THEN 'cnic' WHEN l.what & 32 > 0 THEN 'mobile' ELSE 'name' END
    FROM alike l
    WHERE l.what & 64 > 0 OR l.shared > 2
       OR l.other_cnic IS NOT TRUE AND (
           l.bits >= 2
           OR l.shared = 2 AND (l.what <> 4 + 32 OR abs(l.apart) > 731 IS NOT TRUE)
           OR l.what & 32 > 0 AND l.same_sounds)
    ORDER BY l.person_id, l.what & 64 DESC, l.shared DESC, l.bits DESC, l.other;
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

-- Employments, of the areas of whoever asks and within the area asked about (a P-code prefix, empty for all of theirs), in which
-- somebody works on a day who is younger than the law lets them be. What the law says comes with the question: for an area (the
-- longest prefix that fits the place of the work counts), of domestic work or of all other, the least age in completed years.
-- Row-level security would be asked of every person of the register; so this runs as the owner, reads the index of areas, and
-- holds to the officer's areas itself. The children of districts are few, and the work of each is looked up by itself; of a
-- province or the country the work of everybody is read once.
DROP FUNCTION IF EXISTS registration.children_at_work(date, text, text[], boolean[], integer[]);
CREATE FUNCTION registration.children_at_work(on_day date, within text, laws text[], domestic boolean[], years integer[])
RETURNS TABLE (employment_id bigint, person_id bigint, area_code text, age integer, least_age integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_hashjoin = on SET enable_mergejoin = on AS $$
#variable_conflict use_column
DECLARE
    areas text := coalesce(current_setting('mazdoor.areas', true), '');
    everywhere boolean := areas = '*' AND within = '';
    prefixes text[] := ARRAY(
        SELECT DISTINCT CASE WHEN starts_with(within, mine) THEN within ELSE mine END
        FROM unnest(CASE WHEN areas = '*' THEN ARRAY[within] ELSE array_remove(string_to_array(areas, ','), '') END) AS mine
        WHERE NOT everywhere AND (starts_with(within, mine) OR starts_with(mine, within)));
    born_after date := on_day - make_interval(years => (SELECT max(each) FROM unnest(years) AS each));
BEGIN
    IF (SELECT bool_and(length(prefix) >= 5) FROM unnest(prefixes) AS prefix) THEN
        PERFORM set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true);
    END IF;
    RETURN QUERY
    WITH young AS (
        SELECT r.person_id, r.area_code, r.birth_date FROM registration_personrecord r
        WHERE everywhere AND r.birth_date > born_after AND r.died_on IS NULL AND r.valid_to IS NULL AND r.recorded_to IS NULL
        UNION ALL
        SELECT DISTINCT of_one.* FROM unnest(prefixes) AS prefix CROSS JOIN LATERAL (
            SELECT r.person_id, r.area_code, r.birth_date FROM registration_personrecord r
            WHERE r.area_code >= prefix AND r.area_code < prefix || '~' AND r.birth_date > born_after
              AND r.died_on IS NULL AND r.valid_to IS NULL AND r.recorded_to IS NULL) of_one
    )
    SELECT e.employment_id, y.person_id, y.area_code::text, date_part('year', age(on_day, y.birth_date))::integer, law.years
    FROM young y
    JOIN registration_employment j ON j.person_id = y.person_id
    JOIN registration_employmentrecord e ON e.employment_id = j.id AND e.valid_to IS NULL AND e.recorded_to IS NULL
    CROSS JOIN LATERAL (
        SELECT known.years FROM unnest(laws, domestic, years) AS known(area_code, domestic, years)
        WHERE known.domestic = (e.category = 'domestic')
          AND starts_with(coalesce(nullif(e.work_area_code, ''), y.area_code), known.area_code)
        ORDER BY length(known.area_code) DESC LIMIT 1) law
    WHERE (e.ended_on IS NULL OR e.ended_on > on_day) AND j.started_on <= on_day
      AND date_part('year', age(on_day, y.birth_date)) < law.years;
END $$;
REVOKE ALL ON FUNCTION registration.children_at_work(date, text, text[], boolean[], integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registration.children_at_work(date, text, text[], boolean[], integer[]) TO mazdoor_app;
