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

-- May the officer of this transaction see something in this area? mazdoor.areas is '*' or a comma list of P-code
-- prefixes (PK6 holds PK603 holds PK60301). Unset sees nothing. Something without an area is seen by '*' alone.
CREATE OR REPLACE FUNCTION access_sees(area_code text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE coalesce(current_setting('mazdoor.areas', true), '')
    WHEN '*' THEN true
    WHEN '' THEN false
    ELSE coalesce((
        SELECT bool_or(prefix <> '' AND starts_with(area_code, prefix))
        FROM unnest(string_to_array(current_setting('mazdoor.areas', true), ',')) AS prefix
    ), false)
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
