-- Since when the engine's copy of a job is known to be as it stands here. Written with the change of state alone: a pass that
-- finds everything as it was writes nothing. NULL of what was in sync before this came.
ALTER TABLE outbox ADD synced_at timestamptz;

DROP FUNCTION job_seen(bigint, boolean);
CREATE FUNCTION job_seen(who bigint, everything boolean) RETURNS TABLE (
    id bigint, version bigint, team_id bigint, name text, team text, spec_text text, disabled boolean, created_us bigint,
    updated_us bigint, updated_by text, from_us bigint, next_us bigint, sync text, sync_reason text, synced_us bigint, run_id bigint,
    run_state text, run_began_us bigint, run_started_us bigint, run_finished_us bigint, role bigint)
LANGUAGE sql STABLE AS $$
    SELECT j.id, j.version, j.team_id, j.name, t.name, j.spec::text, j.disabled, us(j.created_at),
           us(j.updated_at), j.updated_by, us(j.next_from), us(n.next_at), coalesce(o.state, 'pending'), o.reason,
           CASE WHEN o.state = 'in_sync' THEN us(o.synced_at) END, n.run_id,
           n.run_state, us(n.run_began_at), us(n.run_started_at), us(n.run_finished_at),
           CASE WHEN everything THEN 4 ELSE m.role END::bigint
      FROM job j
      JOIN team t ON t.id = j.team_id
      JOIN job_now n ON n.job_id = j.id
      LEFT JOIN outbox o ON o.job_name = j.name
      LEFT JOIN membership m ON m.team_id = j.team_id AND m.account_id = who
     WHERE everything OR m.role IS NOT NULL
$$;
