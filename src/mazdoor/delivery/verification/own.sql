-- What a worker learns of how the own claims stand: the kind, the standing and its days. A function as the owner and no
-- policy: the answers themselves, what an authority holds and who looks at it stay closed.
CREATE OR REPLACE FUNCTION verification.own_standing()
RETURNS TABLE (kind text, standing text, method text, verified_at timestamptz, expires_on date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('mazdoor.person', true), '') = '' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT s.kind::text, s.standing::text, coalesce(s.method, '')::text, s.verified_at, s.expires_on
        FROM verification.standing s
        WHERE s.person_id = ANY (string_to_array(current_setting('mazdoor.person', true), ',')::bigint[])
        ORDER BY array_position(ARRAY['verified', 'in_question', 'run_out', 'not_confirmed', 'waiting'], s.standing::text);
END $$;
