-- Runs at the same time: those that the engine was asked for or has begun.
CREATE FUNCTION team_busy(team bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM run WHERE team_id = team AND state IN ('queued', 'running') AND (state = 'running' OR dispatched_at IS NOT NULL)
$$;

-- Whether one more of this run's team may begin. Of two that ask at once the second counts the first.
CREATE FUNCTION run_has_room(which bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE t record;
BEGIN
    SELECT m.id, m.max_running INTO t FROM run r JOIN team m ON m.id = r.team_id WHERE r.id = which;
    IF NOT FOUND OR t.max_running IS NULL THEN
        RETURN true;
    END IF;
    PERFORM pg_advisory_xact_lock(7315, t.id::integer);
    RETURN team_busy(t.id) < t.max_running;
END $$;
