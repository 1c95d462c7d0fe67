-- What every room's tables and policies stand on. Run as the owner before migrations; repeatable.

GRANT USAGE ON SCHEMA public TO mazdoor_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO mazdoor_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO mazdoor_app;

-- Tables of a bulk load in progress: the application may make and drop its own here, and nowhere else.
CREATE SCHEMA IF NOT EXISTS staging;
GRANT USAGE, CREATE ON SCHEMA staging TO mazdoor_app;

CREATE EXTENSION IF NOT EXISTS btree_gist;  -- spells that must not overlap: EXCLUDE (person WITH =, period WITH &&)
CREATE EXTENSION IF NOT EXISTS pg_trgm;     -- search by parts of a name

-- What was installed, so that a command can skip migrations and views that are in place already.
CREATE TABLE IF NOT EXISTS database_installed (
    what text PRIMARY KEY,
    fingerprint text NOT NULL,
    installed_at timestamptz NOT NULL DEFAULT now()
);
REVOKE INSERT, UPDATE, DELETE ON database_installed FROM mazdoor_app;  -- the owner writes it; the application believes it

-- Today, and the day of a moment, where the registry is (settings.TIME_ZONE). Sessions count in UTC: their current_date is
-- yesterday until five in the morning.
CREATE OR REPLACE FUNCTION database_today() RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (now() AT TIME ZONE 'Asia/Karachi')::date;
CREATE OR REPLACE FUNCTION database_day(moment timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (moment AT TIME ZONE 'Asia/Karachi')::date;

-- May the officer of this transaction see something in this area? mazdoor.areas is '*' or a comma list of P-code
-- prefixes (PK6 holds PK603 holds PK60301). Unset sees nothing. Something without an area is seen by '*' alone.
-- One expression without a query of its own, so that PostgreSQL writes it into the statement it stands in.
CREATE OR REPLACE FUNCTION access_sees(area_code text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE coalesce(current_setting('mazdoor.areas', true), '')
    WHEN '*' THEN true
    WHEN '' THEN false
    ELSE coalesce(
        area_code ^@ ANY (array_remove(string_to_array(current_setting('mazdoor.areas', true), ','), '')), false)
END;

-- Is this person the worker of this transaction? mazdoor.person is a comma list of the records of one human being (more
-- than one after a merge). Unset is nobody: for officers and the system this is always false.
CREATE OR REPLACE FUNCTION access_is_own(person_id bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE coalesce(current_setting('mazdoor.person', true), '')
    WHEN '' THEN false
    ELSE coalesce(
        person_id = ANY (string_to_array(current_setting('mazdoor.person', true), ',')::bigint[]), false)
END;

-- Raised by the triggers of append-only tables.
CREATE OR REPLACE FUNCTION database_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

-- The partition of an append-only table for one month. The application may ask for it; the owner makes it.
CREATE OR REPLACE FUNCTION database_month_partition(parent text, month date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    name text := format('%s_%s', parent, to_char(month, 'YYYYMM'));
    by_column text;
    taken boolean;
BEGIN
    IF to_regclass(format('public.%I', name)) IS NOT NULL THEN
        RETURN name;
    END IF;
    SELECT a.attname INTO by_column
    FROM pg_partitioned_table p
    JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
    WHERE p.partrelid = to_regclass(format('public.%I', parent)) AND p.partstrat = 'r';
    IF by_column IS NULL THEN
        RAISE EXCEPTION 'table % is not kept by month', parent;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('database_month_partition'), hashtext(name));
    -- Rows that came before their month was ready lie in the partition for the rest, and the month stays there.
    IF to_regclass(format('public.%I_rest', parent)) IS NOT NULL THEN
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I WHERE %I >= %L AND %I < %L)',
                       parent || '_rest', by_column, first, by_column, (first + interval '1 month')::date) INTO taken;
        IF taken THEN
            RETURN parent || '_rest';
        END IF;
    END IF;
    IF to_regclass(format('public.%I', name)) IS NULL THEN
        EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                       name, parent, first, (first + interval '1 month')::date);
        -- A partition starts with the default privileges; it must allow what its parent allows, and no more.
        EXECUTE format('REVOKE ALL ON public.%I FROM mazdoor_app', name);
    END IF;
    RETURN name;
END
$$;
REVOKE EXECUTE ON FUNCTION database_month_partition(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION database_month_partition(text, date) TO mazdoor_app;

-- Fresh statistics for the planner after a bulk load. ANALYZE is for owners (a MAINTAIN grant needs PostgreSQL 17), and
-- without statistics a plan over a freshly loaded table is a guess: nested loops over millions of rows.
CREATE OR REPLACE FUNCTION database_analyse(name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF to_regclass(format('public.%I', name)) IS NULL THEN
        RAISE EXCEPTION 'there is no table %', name;
    END IF;
    EXECUTE format('ANALYZE public.%I', name);
END
$$;
REVOKE EXECUTE ON FUNCTION database_analyse(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION database_analyse(text) TO mazdoor_app;

-- Rows of a temporary table appended to a table of ours, its foreign keys proved by one question for each key instead of
-- one trigger for each row (half the time of a registration by file). What is refused is the same: row-level security by
-- area, CHECK, UNIQUE and NOT NULL hold as ever, triggers that are ENABLE ALWAYS fire, and a row without its parent raises
-- foreign_key_violation at once. Parents that others may see are locked FOR KEY SHARE, as the triggers would.
-- Where the owner may not set session_replication_role (an external server), PostgreSQL's own triggers do it, row by row.
-- ``written`` is what the same call appended before ([{table, into, from, where}]): a key that names a row which was made
-- of the very same column of the very same row is proved by that, and nothing is asked. Only the two functions below say it,
-- so that nobody can claim what was never written.
CREATE OR REPLACE FUNCTION database_append_proved(
    target text, source text, target_columns text[], source_columns text[], only_where text, written jsonb
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    into_table regclass := to_regclass(format('public.%I', target));
    from_table regclass := to_regclass(format('pg_temp.%I', source));
    kept text := CASE only_where WHEN '' THEN 'true' ELSE format('s.%I', only_where) END;
    own_from bigint := pg_current_xact_id()::text::bigint;
    before text := current_setting('session_replication_role');
    quick boolean;
    seen boolean;
    appended bigint;
    missing bigint;
    others bigint;
    open text;
    fk record;
BEGIN
    -- Lists are read by their places below: one dimension from 1, nothing left out, or a place could mean two columns.
    IF only_where IS NULL OR array_ndims(target_columns) IS DISTINCT FROM 1 OR array_ndims(source_columns) IS DISTINCT FROM 1
       OR array_lower(target_columns, 1) <> 1 OR array_lower(source_columns, 1) <> 1
       OR cardinality(target_columns) <> cardinality(source_columns)
       OR array_position(target_columns, NULL) IS NOT NULL OR array_position(source_columns, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'columns do not answer each other' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF into_table IS NULL OR from_table IS NULL OR NOT has_table_privilege(session_user, into_table, 'INSERT')
       OR NOT EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = into_table AND c.relkind = 'r' AND NOT c.relispartition
           AND NOT c.relhasrules AND NOT c.relforcerowsecurity) THEN
        RAISE EXCEPTION 'nothing can be appended to %', target USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- This runs as the owner: the source must be plain data of the caller's session, nothing that calls functions, neither
    -- when it is read nor when the reading is planned (the expressions of indexes, CHECKs and statistics are computed then),
    -- nor in tables that inherit from it. Locked first, so that no other session changes it between look and use.
    EXECUTE format('LOCK TABLE %s IN ACCESS SHARE MODE', from_table);
    PERFORM 1 FROM pg_class c WHERE c.oid = from_table AND c.relkind = 'r' AND c.relpersistence = 't'
        AND c.relnamespace = pg_my_temp_schema() AND NOT c.relrowsecurity AND NOT c.relhasrules AND NOT c.relhasindex
        AND c.relchecks = 0 AND NOT c.relhassubclass AND NOT c.relhastriggers
        AND NOT EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhrelid = c.oid OR i.inhparent = c.oid)
        AND NOT EXISTS (SELECT 1 FROM pg_statistic_ext e WHERE e.stxrelid = c.oid)
        AND NOT EXISTS (SELECT 1 FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid WHERE a.attrelid = c.oid
            AND a.attnum > 0 AND NOT a.attisdropped
            AND (a.attgenerated <> '' OR y.typnamespace <> 'pg_catalog'::regnamespace));
    IF NOT FOUND THEN
        RAISE EXCEPTION '% is not a plain temporary table', source USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Columns are columns (s.name would else call a function of that name), and what is compared here, areas and keys, has
    -- the type it is written with: a cast could make the value that was proved another than the value that is written.
    PERFORM 1 FROM unnest(target_columns, source_columns) AS pair(t, s)
        LEFT JOIN pg_attribute b ON b.attrelid = into_table AND b.attname = pair.t AND b.attnum > 0 AND NOT b.attisdropped
        LEFT JOIN pg_attribute a ON a.attrelid = from_table AND a.attname = pair.s AND a.attnum > 0 AND NOT a.attisdropped
        WHERE a.attnum IS NULL OR b.attnum IS NULL OR (
            (pair.t = 'area_code' OR EXISTS (SELECT 1 FROM pg_constraint k
                WHERE k.conrelid = into_table AND k.contype = 'f' AND b.attnum = ANY (k.conkey)))
            AND a.atttypid <> b.atttypid
            AND NOT (a.atttypid IN ('text'::regtype, 'varchar'::regtype) AND b.atttypid IN ('text'::regtype, 'varchar'::regtype))
            AND NOT (a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
                     AND b.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)));
    IF FOUND OR (only_where <> '' AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = from_table
            AND a.attname = only_where AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'bool'::regtype)) THEN
        RAISE EXCEPTION 'columns do not answer each other' USING ERRCODE = 'insufficient_privilege';
    END IF;

    IF (SELECT relrowsecurity FROM pg_class WHERE oid = into_table) THEN
        -- The owner is not held by policies, so this function holds the one it knows. A table with a policy that narrows it,
        -- or a trigger that could write another area afterwards, is not for it.
        PERFORM 1 FROM pg_policy WHERE polrelid = into_table AND polname = 'areas' AND polpermissive AND polcmd = '*'
            AND pg_get_expr(polwithcheck, polrelid) LIKE '%access_sees((area_code)::text)%'
            AND NOT EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = into_table AND NOT polpermissive)
            AND NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = into_table AND NOT tgisinternal
                AND (tgtype & 7) = 7);
        IF NOT FOUND OR array_position(target_columns, 'area_code') IS NULL THEN
            RAISE EXCEPTION 'table % is not seen by area', target USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF coalesce(current_setting('mazdoor.areas', true), '') <> '*' THEN
            EXECUTE format('SELECT bool_and(access_sees(d.area::text)) FROM (SELECT DISTINCT s.%I AS area FROM %s s WHERE %s) d',
                source_columns[array_position(target_columns, 'area_code')], from_table, kept) INTO seen;
            IF NOT coalesce(seen, true) THEN
                RAISE EXCEPTION 'new row violates row-level security policy for table "%"', target
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
        END IF;
    END IF;

    quick := has_parameter_privilege(current_user, 'session_replication_role', 'SET')
        AND NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = into_table AND NOT tgisinternal
            AND tgenabled <> 'A' AND tgenabled <> 'D' AND (tgtype & 4) <> 0)
        -- What may wait for the end of the transaction is proved by triggers of PostgreSQL's own.
        AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = into_table AND k.condeferrable AND k.contype <> 'f')
        AND NOT EXISTS (SELECT 1 FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
            WHERE k.conrelid = into_table AND k.contype = 'f'
            AND (cardinality(k.conkey) > 1 OR (a.atthasdef AND a.attname <> ALL (target_columns))));
    IF quick THEN
        PERFORM set_config('session_replication_role', 'replica', true);
    END IF;
    EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM %s s WHERE %s', into_table,
        (SELECT string_agg(quote_ident(c), ', ' ORDER BY n) FROM unnest(target_columns) WITH ORDINALITY AS t(c, n)),
        (SELECT string_agg('s.' || quote_ident(c), ', ' ORDER BY n) FROM unnest(source_columns) WITH ORDINALITY AS t(c, n)),
        from_table, kept);
    GET DIAGNOSTICS appended = ROW_COUNT;
    IF NOT quick THEN
        RETURN appended;
    END IF;
    PERFORM set_config('session_replication_role', before, true);

    FOR fk IN
        SELECT k.conname, k.confrelid::regclass AS parent, p.attname AS parent_column,
               source_columns[array_position(target_columns, a.attname::text)] AS source_column,
               (SELECT relname FROM pg_class WHERE oid = k.confrelid) AS parent_name
        FROM pg_constraint k
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        JOIN pg_attribute p ON p.attrelid = k.confrelid AND p.attnum = k.confkey[1]
        WHERE k.conrelid = into_table AND k.contype = 'f' AND a.attname = ANY (target_columns)
    LOOP
        -- Rows whose parent was appended from the same row by this call are proved; ``open`` are the others.
        SELECT kept || coalesce(string_agg(CASE WHEN w.from_column = fk.source_column AND w.only_when IN ('', only_where)
                                   THEN ' AND false'
                                   ELSE format(' AND (s.%I = s.%I%s) IS NOT TRUE', fk.source_column, w.from_column,
                                        CASE w.only_when WHEN '' THEN '' ELSE format(' AND s.%I', w.only_when) END)
                                   END, ''), ''),
               coalesce(bool_or(w.from_column = fk.source_column AND w.only_when IN ('', only_where)), false)
        INTO open, seen
        FROM (SELECT step->'from'->>(place.n - 1)::int AS from_column, step->>'where' AS only_when
              FROM jsonb_array_elements(written) AS step
              CROSS JOIN LATERAL jsonb_array_elements_text(step->'into') WITH ORDINALITY AS place(c, n)
              WHERE step->>'table' = fk.parent_name AND place.c = fk.parent_column) w;
        CONTINUE WHEN seen;
        -- Parents grouped by the transaction that wrote them: our own are seen by nobody yet and cannot be taken away.
        -- A row keeps the lower 32 bits of its transaction: once four thousand million transactions have gone by (``>> 32``),
        -- they no longer tell an old row from one of ours, and every parent is locked, which is slower and as right.
        EXECUTE format(
            'SELECT coalesce(sum(g.n) FILTER (WHERE g.x IS NULL), 0),'
            ' coalesce(sum(g.n) FILTER (WHERE g.x IS NOT NULL AND ($1 >> 32 > 0 OR g.x::text::bigint < $1 OR'
            ' pg_visible_in_snapshot(g.x::text::xid8, pg_current_snapshot()))), 0)'
            ' FROM (SELECT p.xmin AS x, count(*) AS n FROM %1$s s LEFT JOIN %2$s p ON p.%3$I = s.%4$I'
            ' WHERE s.%4$I IS NOT NULL AND %5$s GROUP BY p.xmin) g',
            from_table, fk.parent, fk.parent_column, fk.source_column, open) INTO missing, others USING own_from;
        IF missing = 0 AND others > 0 THEN
            EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM %2$s p WHERE p.%3$I IN'
                ' (SELECT s.%4$I FROM %1$s s WHERE %5$s) FOR KEY SHARE) held',
                from_table, fk.parent, fk.parent_column, fk.source_column, open) INTO others;
            EXECUTE format('SELECT count(*) FROM %1$s s WHERE s.%4$I IS NOT NULL AND %5$s'
                ' AND NOT EXISTS (SELECT 1 FROM %2$s p WHERE p.%3$I = s.%4$I)',
                from_table, fk.parent, fk.parent_column, fk.source_column, open) INTO missing;
        END IF;
        IF missing > 0 THEN
            RAISE EXCEPTION 'insert on table "%" violates foreign key constraint "%"', target, fk.conname
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END LOOP;
    RETURN appended;
END
$$;
REVOKE EXECUTE ON FUNCTION database_append_proved(text, text, text[], text[], text, jsonb) FROM PUBLIC, mazdoor_app;

CREATE OR REPLACE FUNCTION database_append(
    target text, source text, target_columns text[], source_columns text[], only_where text DEFAULT ''
) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT public.database_append_proved(target, source, target_columns, source_columns, only_where, '[]');
$$;
REVOKE EXECUTE ON FUNCTION database_append(text, text, text[], text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION database_append(text, text, text[], text[], text) TO mazdoor_app;

-- The same for several tables in one call, parents before children: [{table, into: [column…], from: [column…], where}].
-- Returns the rows of each step. A step before which rows pass a trigger of their own proves nothing for later ones.
-- Of a step with ``tell`` the session is told at once, by a message with the step's place: who waits for its rows, and for no
-- more of the call, may go on.
CREATE OR REPLACE FUNCTION database_append_all(source text, steps jsonb) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    step jsonb;
    place bigint;
    written jsonb := '[]';
    appended bigint[] := '{}';
BEGIN
    FOR step, place IN SELECT e.value, e.ordinality FROM jsonb_array_elements(steps) WITH ORDINALITY AS e LOOP
        appended := appended || public.database_append_proved(step->>'table', source,
            ARRAY(SELECT jsonb_array_elements_text(step->'into')), ARRAY(SELECT jsonb_array_elements_text(step->'from')),
            step->>'where', written);
        IF NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = to_regclass(format('public.%I', step->>'table'))
                AND NOT t.tgisinternal AND (t.tgtype & 7) = 7) THEN
            written := written || jsonb_build_array(step);
        END IF;
        IF (step->>'tell')::boolean THEN
            RAISE INFO 'appended step %', place;
        END IF;
    END LOOP;
    RETURN appended;
END
$$;
REVOKE EXECUTE ON FUNCTION database_append_all(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION database_append_all(text, jsonb) TO mazdoor_app;
