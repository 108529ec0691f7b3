-- name: outbox_put :exec
-- A name that another job takes over begins anew. Who holds the lease finishes first; then this is due.
INSERT INTO outbox AS o (job_name, job_id, wanted, changed_at, try_at) VALUES ($1, $2, $3, clock_timestamp(), now())
ON CONFLICT (job_name) DO UPDATE SET job_id = excluded.job_id, wanted = excluded.wanted, state = 'pending', reason = NULL,
       attempts = 0, try_at = now(), changed_at = excluded.changed_at,
       done = CASE WHEN o.job_id IS DISTINCT FROM excluded.job_id THEN 0 ELSE o.done END;

-- name: outbox_wake :exec
SELECT pg_notify('outbox', '');

-- name: outbox_counts :one
SELECT count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'failing') AS failing,
       count(*) FILTER (WHERE state = 'in_sync') AS in_sync, count(*) FILTER (WHERE state = 'drifted') AS drifted
  FROM outbox;

-- name: engine_state_get :one
SELECT version, leader, nodes::text AS nodes, kind, reachable, reason, us(checked_at) AS checked_us FROM engine_state;

-- name: engine_state_put :one
-- was: whether it was reachable before.
WITH old AS (SELECT reachable FROM engine_state)
INSERT INTO engine_state AS e (kind, version, leader, nodes, reachable, reason, checked_at)
VALUES ($1, $2, $3, $4::jsonb, $5, $6, at($7::bigint))
ON CONFLICT (only_one) DO UPDATE SET kind = excluded.kind, reachable = excluded.reachable, reason = excluded.reason,
       checked_at = excluded.checked_at, leader = excluded.leader,
       version = CASE WHEN excluded.reachable THEN excluded.version ELSE e.version END,
       nodes = CASE WHEN excluded.reachable THEN excluded.nodes ELSE e.nodes END
RETURNING coalesce((SELECT reachable FROM old), false) AS was;

-- name: outbox_take :many
-- What is due, at most $1 rows, leased for $2 ms or until we are gone. A child waits until its parent stands on the engine.
WITH due AS (
    SELECT o.job_name FROM outbox o
     WHERE o.state IN ('pending', 'failing') AND o.try_at <= now() AND (o.leased_until IS NULL OR o.leased_until < now() OR NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = o.leased_by))
       AND NOT EXISTS (SELECT FROM job j JOIN outbox p ON p.job_name = j.parent_job WHERE j.id = o.job_id AND p.done = 0)
     ORDER BY o.try_at, o.changed_at LIMIT $1 FOR UPDATE OF o SKIP LOCKED
)
UPDATE outbox o SET leased_until = now() + $2::bigint * interval '1 ms', leased_by = pg_backend_pid()
  FROM due LEFT JOIN job j ON j.name = due.job_name
 WHERE o.job_name = due.job_name
RETURNING o.job_name, o.job_id, o.wanted, o.attempts::bigint AS attempts, o.done, j.spec::text AS spec_text;

-- name: outbox_waiting :exec
-- Says of which parent a child waits.
UPDATE outbox o SET reason = 'waits until its parent ' || j.parent_job || ' is on the engine'
  FROM job j JOIN outbox p ON p.job_name = j.parent_job
 WHERE j.id = o.job_id AND p.done = 0 AND o.state <> 'in_sync' AND o.reason IS DISTINCT FROM 'waits until its parent ' || j.parent_job || ' is on the engine';

-- name: outbox_done :exec
-- The engine has version $2. What was wanted meanwhile is due at once; runs that waited for this can go.
UPDATE outbox SET done = $2, state = CASE WHEN wanted = $2 AND job_id = $3 THEN 'in_sync' ELSE 'pending' END,
       reason = NULL, attempts = 0, leased_until = NULL, try_at = now()
 WHERE job_name = $1
RETURNING state, (SELECT count(n.*) FROM (SELECT pg_notify('run', '') FROM run WHERE job_name = $1 AND state = 'queued' AND dispatched_at IS NULL LIMIT 1) n) AS woken;

-- name: outbox_gone :exec
-- The engine has it no more.
WITH gone AS (DELETE FROM outbox WHERE job_name = $1 AND job_id IS NULL RETURNING job_name)
UPDATE outbox SET done = 0, state = 'pending', leased_until = NULL, try_at = now()
 WHERE job_name = $1 AND job_id IS NOT NULL AND NOT EXISTS (SELECT FROM gone);

-- name: outbox_failed :exec
-- $2 the version that was tried, $3 why, $4 ms until the next try.
UPDATE outbox SET leased_until = NULL,
       state = CASE WHEN wanted = $2 THEN 'failing' ELSE state END, reason = CASE WHEN wanted = $2 THEN $3 ELSE reason END,
       attempts = CASE WHEN wanted = $2 THEN attempts + 1 ELSE attempts END,
       try_at = CASE WHEN wanted = $2 THEN now() + $4::bigint * interval '1 ms' ELSE now() END
 WHERE job_name = $1;

-- name: outbox_engine_away :exec
-- No attempt was made: the engine does not answer, for reason $1.
UPDATE outbox SET state = 'failing', reason = $1 WHERE state = 'pending' OR state = 'failing' AND reason IS DISTINCT FROM $1;

-- name: outbox_engine_back :exec
UPDATE outbox SET try_at = now(), attempts = 0 WHERE state = 'failing';

-- name: outbox_page :many
-- Our jobs by name behind $1 and up to $2 ('' = the end), for comparing with a page of the engine's list that was read
-- at $4: settled are those that the engine had had for a while by then.
SELECT j.name, j.spec::text AS spec_text, o.done,
       o.state = 'in_sync' AND o.done = o.wanted AND o.try_at < at($4::bigint) - interval '2 s' AS settled,
       (j.spec->>'ephemeral')::boolean AND EXISTS (SELECT FROM run r WHERE r.job_id = j.id AND r.state = 'succeeded' AND r.job_version = o.done) AS spent
  FROM job j JOIN outbox o ON o.job_name = j.name AND o.job_id = j.id
 WHERE j.name COLLATE "C" > $1 AND ($2 = '' OR j.name COLLATE "C" <= $2)
 ORDER BY j.name COLLATE "C" LIMIT $3;

-- name: outbox_again :exec
-- The engine's copy of version $2 is not what it should be, for reason $3.
UPDATE outbox SET state = 'pending', reason = $3, try_at = now(), attempts = 0 WHERE job_name = $1 AND state = 'in_sync' AND done = $2;

-- name: outbox_stray :exec
-- A job in the engine that carries our label and that we do not have: to be deleted when it was ours once.
INSERT INTO outbox (job_name, job_id, wanted)
SELECT $1, NULL, 1 WHERE NOT EXISTS (SELECT FROM job WHERE name = $1) AND job_was_ours($1)
ON CONFLICT (job_name) DO NOTHING;

-- name: turn_take :one
-- Several hosts run the same loops: the one that gets a row does it, nobody else for $2 ms.
INSERT INTO turn AS t (what, taken_at) VALUES ($1, clock_timestamp())
ON CONFLICT (what) DO UPDATE SET taken_at = excluded.taken_at WHERE t.taken_at <= excluded.taken_at - $2::bigint * interval '1 ms'
RETURNING true AS taken;
