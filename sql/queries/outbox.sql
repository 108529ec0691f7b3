-- name: outbox_put :exec
-- A name that another job takes over begins anew; what is deleted here is known to be ours there as far as we wrote it. Who holds the lease finishes first; then this is due.
INSERT INTO outbox AS o (job_name, job_id, wanted, changed_at, try_at) VALUES ($1, $2, $3, clock_timestamp(), now())
ON CONFLICT (job_name) DO UPDATE SET job_id = excluded.job_id, wanted = excluded.wanted, state = 'pending', reason = NULL,
       attempts = 0, try_at = now(), changed_at = excluded.changed_at,
       done = CASE WHEN excluded.job_id IS NOT NULL AND o.job_id IS DISTINCT FROM excluded.job_id THEN 0 ELSE o.done END;

-- name: outbox_wake :exec
SELECT pg_notify('outbox', '');

-- The numbers that stand on every page: what is not in sync is few and has an index, and the rest is what is left of all. One
-- statement for whoever sees all and one for whoever does not, so that neither is planned anew each time.

-- name: outbox_counts_all :one
SELECT n.*, (SELECT count(*) FROM outbox) - n.pending - n.failing - n.drifted AS in_sync
  FROM (SELECT count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'failing') AS failing,
               count(*) FILTER (WHERE state = 'drifted') AS drifted
          FROM outbox WHERE state <> 'in_sync') n;

-- name: outbox_counts_seen :one
-- Of the jobs that account $1 may see, each of which has its row.
SELECT n.*, (SELECT count(*) FROM job j JOIN membership m USING (team_id) WHERE m.account_id = $1) - n.pending - n.failing - n.drifted AS in_sync
  FROM (SELECT count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'failing') AS failing,
               count(*) FILTER (WHERE state = 'drifted') AS drifted
          FROM outbox o
         WHERE state <> 'in_sync' AND EXISTS (SELECT FROM job j JOIN membership m USING (team_id) WHERE j.id = o.job_id AND m.account_id = $1)) n;

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
-- What is due, at most $1 rows, leased for $2 ms or until we are gone. A child waits until its parent stands on the engine,
-- a parent that goes until its children there are gone or stand under another one. New children of one parent are written
-- in the order in which they were tied to it: in that order Dkron runs them.
-- Its commit does not wait for the disk, where the engine's own writes stand in line: a lease that is lost is taken again.
-- No try is put off and no lease given for longer than about a minute: what says so is from before the clock was put back.
-- Only for who writes under the prefix $3; a name that another one of ours is about to leave there is not free yet.
WITH due AS (
    SELECT o.job_name FROM outbox o
     WHERE o.state IN ('pending', 'failing') AND (o.try_at <= now() OR o.try_at > now() + interval '2 min')
       AND NOT EXISTS (SELECT FROM namespace WHERE prefix <> $3) AND NOT EXISTS (SELECT FROM takeover t WHERE t.engine_name = $3 || o.job_name AND t.moved)
       AND (o.leased_until IS NULL OR o.leased_until < now() OR o.leased_until > now() + 2 * $2::bigint * interval '1 ms' OR NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = o.leased_by))
       AND NOT EXISTS (SELECT FROM job j JOIN outbox p ON p.job_name = j.parent_job WHERE j.id = o.job_id AND p.done = 0)
       AND NOT EXISTS (SELECT FROM job j JOIN job s ON s.parent_job = j.parent_job AND s.tied < j.tied JOIN outbox e ON e.job_name = s.name
                        WHERE j.id = o.job_id AND o.done = 0 AND e.done = 0 AND e.state = 'pending')
       AND NOT (o.job_id IS NULL AND EXISTS (SELECT FROM outbox k WHERE k.parent_job = o.job_name AND k.done > 0))
     ORDER BY o.try_at, o.changed_at LIMIT $1 FOR UPDATE OF o SKIP LOCKED
)
UPDATE outbox o SET leased_until = now() + $2::bigint * interval '1 ms', leased_by = pg_backend_pid()
  FROM due LEFT JOIN job j ON j.name = due.job_name, (SELECT set_config('synchronous_commit', 'off', true)) hurried
 WHERE o.job_name = due.job_name
RETURNING o.job_name, o.job_id, o.wanted, o.attempts::bigint AS attempts, o.done, j.spec::text AS spec_text, o.taken_over,
       (SELECT r.spec::text FROM revision r WHERE r.job_id = o.job_id AND r.version = o.done) AS done_text,
       EXISTS (SELECT FROM drift d WHERE d.job_name = o.job_name) AS known,
       o.old_copy, (SELECT json_build_object('name', t.engine_name, 'definition', t.definition, 'moved', t.moved)::text FROM takeover t
                     WHERE t.engine_name = o.old_copy) AS old_text;

-- name: outbox_waiting :exec
-- Says for whom a row waits.
UPDATE outbox o SET reason = w.why
  FROM (SELECT c.job_name, 'waits until its parent ' || j.parent_job || ' is on the engine' AS why
          FROM outbox c JOIN job j ON j.id = c.job_id JOIN outbox p ON p.job_name = j.parent_job
         WHERE p.done = 0 AND c.state <> 'in_sync'
        UNION ALL
        SELECT p.job_name, 'waits until ' || min(k.job_name) || ' does not run after it any more'
          FROM outbox p JOIN outbox k ON k.parent_job = p.job_name AND k.done > 0
         WHERE p.job_id IS NULL GROUP BY p.job_name) w
 WHERE o.job_name = w.job_name AND o.reason IS DISTINCT FROM w.why;

-- name: outbox_done :one
-- The engine has these versions: [{"name","version","job","parent","old"}]. What was wanted meanwhile is due at once; runs that
-- waited for this can go. Its commit does not wait for the disk either: what is lost is looked at again, and found done.
-- "old" is the copy whose place was taken, and is off by now. An errand that does not know of it, or wrote under another prefix
-- than $2 was to be by then, proves nothing.
WITH d AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS d(name text, version bigint, job bigint, parent text, old text)),
     here AS (SELECT NOT EXISTS (SELECT FROM namespace WHERE prefix <> $2) AS ok),
     locked AS MATERIALIZED (SELECT job_name FROM outbox WHERE job_name IN (SELECT name FROM d) ORDER BY job_name FOR NO KEY UPDATE),
     off AS (UPDATE takeover t SET off = true FROM d WHERE t.engine_name = d.old),
     settled AS (
    UPDATE outbox o SET done = CASE WHEN ok AND (o.old_copy IS NULL OR o.old_copy = d.old) THEN d.version ELSE o.done END,
           state = CASE WHEN o.wanted = d.version AND o.job_id = d.job AND ok AND (o.old_copy IS NULL OR o.old_copy = d.old AND x.old IS NULL) THEN 'in_sync' ELSE 'pending' END,
           synced_at = CASE WHEN o.wanted = d.version AND o.job_id = d.job AND ok AND (o.old_copy IS NULL OR o.old_copy = d.old AND x.old IS NULL) THEN clock_timestamp() END,
           reason = NULL, attempts = 0, leased_until = NULL, try_at = now(), taken_over = false, parent_job = nullif(d.parent, ''),
           old_copy = CASE WHEN o.old_copy = d.old THEN x.old ELSE o.old_copy END
      FROM here, d JOIN locked l ON l.job_name = d.name
      LEFT JOIN LATERAL (SELECT min(t.engine_name) AS old FROM takeover t WHERE d.old IS NOT NULL AND t.job_name = d.name AND NOT t.off AND t.engine_name <> d.old) x ON true
     WHERE o.job_name = d.name),
     known AS (DELETE FROM drift x USING d WHERE x.job_name = d.name)
SELECT count(n.*) AS n, set_config('synchronous_commit', 'off', true) AS hurried FROM (
    SELECT pg_notify('run', '') FROM run r WHERE r.job_name IN (SELECT name FROM d) AND r.state = 'queued' AND r.dispatched_at IS NULL LIMIT 1) n;

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
-- at $4: settled are those that the engine had had for a while by then. $5: the policy of whoever says nothing.
SELECT j.name, j.spec::text AS spec_text, o.done, o.state, o.taken_over,
       o.state IN ('in_sync', 'drifted') AND o.done = o.wanted AND (o.try_at < at($4::bigint) - interval '2 s' OR o.try_at > at($4::bigint) + interval '2 min') AS settled,
       (j.spec->>'ephemeral')::boolean AND EXISTS (SELECT FROM run r WHERE r.job_id = j.id AND r.state = 'succeeded' AND r.job_version = o.done) AS spent,
       coalesce(nullif(j.spec->>'drift', ''), t.drift, $5) AS policy,
       d.job_name IS NOT NULL AS known, d.engine::text AS drift_text, d.refused
  FROM job j JOIN team t ON t.id = j.team_id JOIN outbox o ON o.job_name = j.name AND o.job_id = j.id
  LEFT JOIN drift d ON d.job_name = j.name
 WHERE j.name COLLATE "C" > $1 AND ($2 = '' OR j.name COLLATE "C" <= $2)
 ORDER BY j.name COLLATE "C" LIMIT $3;

-- name: outbox_again :exec
-- The engine's copy of version $2 is not what it should be, for reason $3.
UPDATE outbox SET state = 'pending', reason = $3, try_at = now(), attempts = 0
 WHERE job_name = $1 AND state IN ('in_sync', 'drifted') AND done = $2 AND wanted = done;

-- name: outbox_refill :exec
-- The engine has forgotten all of these: ["name", ...].
UPDATE outbox SET state = 'pending', reason = 'the engine had none of our jobs any more', try_at = now(), attempts = 0, done = 0
 WHERE job_name IN (SELECT jsonb_array_elements_text($1::jsonb)) AND state IN ('in_sync', 'drifted') AND wanted = done;

-- name: outbox_is_stray :one
-- A job in the engine that we do not have: it is to go when it was ours once, and either says so itself ($2) or we wrote it.
SELECT (NOT EXISTS (SELECT FROM job WHERE name = $1)
       AND (EXISTS (SELECT FROM outbox WHERE job_name = $1 AND job_id IS NULL AND done > 0) OR $2::boolean AND job_was_ours($1))) AS stray;

-- name: outbox_stray :exec
-- It is to be deleted.
INSERT INTO outbox (job_name, job_id, wanted, done) VALUES ($1, NULL, 1, 1) ON CONFLICT (job_name) DO NOTHING;

-- name: turn_take :one
-- Several hosts run the same loops: the one that gets a row does it, nobody else for $2 ms. One taken in the future was taken
-- before the clock was put back.
INSERT INTO turn AS t (what, taken_at) VALUES ($1, clock_timestamp())
ON CONFLICT (what) DO UPDATE SET taken_at = excluded.taken_at
 WHERE t.taken_at <= excluded.taken_at - $2::bigint * interval '1 ms' OR t.taken_at > excluded.taken_at + interval '1 min'
RETURNING true AS taken;

-- name: outbox_leaving :one
SELECT count(*) > 0 AS there, max(reason) AS reason FROM outbox WHERE job_name = $1 AND job_id IS NULL;
