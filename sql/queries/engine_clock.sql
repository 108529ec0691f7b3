-- What the clock and the child processes of the embedded engine need. Whoever holds the advisory lock
-- (7305, 1) in its session is the clock; statements that begin something take it again, so that a
-- session which lost it begins nothing.

-- name: engine_instance_add :one
INSERT INTO engine.instance (boot, pid, pid_start) VALUES ($1, $2, $3) RETURNING id;

-- name: engine_instance_seen :exec
UPDATE engine.instance SET seen_at = now() WHERE id = $1;

-- name: engine_instance_gone :exec
DELETE FROM engine.instance i WHERE id = $1
  AND NOT EXISTS (SELECT FROM engine.run r WHERE r.owner = i.id AND r.phase IN ('active', 'children'))
  AND NOT EXISTS (SELECT FROM engine.execution e WHERE e.owner = i.id AND e.finished_at IS NULL);

-- name: engine_instances :many
-- The others.
SELECT id, boot, pid, pid_start, seen_at < now() - interval '60 seconds' AS silent FROM engine.instance WHERE id <> $1;

-- name: engine_lead :one
SELECT pg_try_advisory_lock(7305, 1) AS found;

-- name: engine_release :exec
-- The lock was taken as often as somebody asked.
SELECT pg_advisory_unlock_all();

-- name: engine_led :exec
-- Dkron forgets a pause when it restarts.
WITH forgotten AS (UPDATE engine.setting SET paused = false)
UPDATE engine.instance SET led_at = $2 WHERE id = $1;

-- name: engine_changes_forget :exec
DELETE FROM engine.change;

-- name: engine_changes :many
-- Names written since the last time, with what the clock needs where there is something to schedule.
WITH gone AS (DELETE FROM engine.change RETURNING name)
SELECT DISTINCT g.name, j.schedule, j.timezone, coalesce(j.added_at, 0) AS added_at
FROM gone g LEFT JOIN engine.job j
    ON j.name = g.name AND j.parent_job IS NULL AND NOT j.disabled AND j.here AND j.schedule <> '@manually';

-- name: engine_schedules :many
SELECT name, schedule, timezone, added_at FROM engine.job
WHERE parent_job IS NULL AND NOT disabled AND here AND schedule <> '@manually' ORDER BY name;

-- name: engine_fire :many
-- $1: [{"job","fire_at","grp"}]. Claims each firing and begins its first attempt, in one statement.
WITH lead AS MATERIALIZED (SELECT pg_try_advisory_lock(7305, 1) AS held),
claimed AS (
    INSERT INTO engine.run (job, grp, fire_at, phase, owner)
    SELECT j.name, i.grp, i.fire_at, 'active', $2
    FROM lead, jsonb_to_recordset($1::jsonb) AS i (job text, fire_at bigint, grp bigint) JOIN engine.job j ON j.name = i.job
    WHERE lead.held AND j.parent_job IS NULL AND NOT j.disabled AND j.here
      AND coalesce(j.starts_at, $4) <= $4 AND coalesce(j.expires_at, $4) >= $4
      AND NOT (j.concurrency = 'forbid' AND EXISTS (
          SELECT FROM engine.run r WHERE r.job = j.name AND r.phase IN ('active', 'children')))
    ON CONFLICT DO NOTHING
    RETURNING id, job, grp
), begun AS (
    INSERT INTO engine.execution (job, started_at, run, grp, attempt, owner)
    SELECT job, $3 + row_number() OVER (), id, grp, 1, $2 FROM claimed
    RETURNING run, job, started_at, grp
), old AS (
    DELETE FROM engine.execution x USING begun b WHERE x.job = b.job AND x.finished_at IS NOT NULL AND x.started_at <
        (SELECT y.started_at FROM engine.execution y WHERE y.job = b.job ORDER BY y.started_at DESC OFFSET 98 LIMIT 1)
)
SELECT b.run, b.job, b.grp, b.started_at, 1::bigint AS attempt, 0::bigint AS carried, 0::bigint AS parent_run,
    j.timezone, j.executor, j.executor_config
FROM begun b JOIN engine.job j ON j.name = b.job ORDER BY b.started_at;

-- name: engine_take :many
-- Begins what the API asked for.
WITH lead AS MATERIALIZED (SELECT pg_try_advisory_lock(7305, 1) AS held),
due AS (
    SELECT id FROM engine.run WHERE phase = 'queued' ORDER BY id LIMIT 64 FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE engine.run r SET phase = 'active', owner = $1 FROM due, lead WHERE lead.held AND r.id = due.id
    RETURNING r.id, r.job, r.grp
), begun AS (
    INSERT INTO engine.execution (job, started_at, run, grp, attempt, owner)
    SELECT job, $2 + row_number() OVER (), id, grp, 1, $1 FROM taken
    RETURNING run, job, started_at, grp
), old AS (
    DELETE FROM engine.execution x USING begun b WHERE x.job = b.job AND x.finished_at IS NOT NULL AND x.started_at <
        (SELECT y.started_at FROM engine.execution y WHERE y.job = b.job ORDER BY y.started_at DESC OFFSET 98 LIMIT 1)
)
SELECT b.run, b.job, b.grp, b.started_at, 1::bigint AS attempt, 0::bigint AS carried, 0::bigint AS parent_run,
    j.timezone, j.executor, j.executor_config
FROM begun b JOIN engine.job j ON j.name = b.job ORDER BY b.started_at;

-- name: engine_child :many
-- Begins job $2 because run $1 succeeded, unless it may not run now or did so already.
WITH claimed AS (
    INSERT INTO engine.run (job, grp, parent_run, phase, owner)
    SELECT j.name, $3, $1, 'active', $4 FROM engine.job j
    WHERE j.name = $2 AND NOT j.disabled AND j.here
      AND coalesce(j.starts_at, $6) <= $6 AND coalesce(j.expires_at, $6) >= $6
      AND NOT (j.concurrency = 'forbid' AND EXISTS (
          SELECT FROM engine.run r WHERE r.job = j.name AND r.phase IN ('active', 'children')))
    ON CONFLICT DO NOTHING
    RETURNING id, job, grp
), begun AS (
    INSERT INTO engine.execution (job, started_at, run, grp, attempt, owner)
    SELECT job, $5, id, grp, 1, $4 FROM claimed
    RETURNING run, job, started_at, grp
), old AS (
    DELETE FROM engine.execution x USING begun b WHERE x.job = b.job AND x.finished_at IS NOT NULL AND x.started_at <
        (SELECT y.started_at FROM engine.execution y WHERE y.job = b.job ORDER BY y.started_at DESC OFFSET 98 LIMIT 1)
)
SELECT b.run, b.job, b.grp, b.started_at, 1::bigint AS attempt, 0::bigint AS carried, $1::bigint AS parent_run,
    j.timezone, j.executor, j.executor_config
FROM begun b JOIN engine.job j ON j.name = b.job;

-- name: engine_retry :many
-- Begins the next attempt of run $1, with the definition as it is now; nothing when the job was switched off.
WITH begun AS (
    INSERT INTO engine.execution (job, started_at, run, grp, attempt, carried, owner)
    SELECT r.job, $2, r.id, r.grp, $3, $4, $5 FROM engine.run r JOIN engine.job j ON j.name = r.job
    WHERE r.id = $1 AND (j.parent_job IS NOT NULL OR NOT j.disabled)
    ON CONFLICT DO NOTHING
    RETURNING run, job, started_at, grp, attempt, carried
), old AS (
    DELETE FROM engine.execution x USING begun b WHERE x.job = b.job AND x.finished_at IS NOT NULL AND x.started_at <
        (SELECT y.started_at FROM engine.execution y WHERE y.job = b.job ORDER BY y.started_at DESC OFFSET 98 LIMIT 1)
)
SELECT b.run, b.job, b.grp, b.started_at, b.attempt, b.carried, coalesce(r.parent_run, 0) AS parent_run,
    j.timezone, j.executor, j.executor_config
FROM begun b JOIN engine.job j ON j.name = b.job JOIN engine.run r ON r.id = b.run;

-- name: engine_strays :many
-- Mine and not finished. Those that I do not know were begun by a statement whose answer was lost.
SELECT e.run, e.job, e.grp, e.started_at, e.attempt, e.carried, coalesce(r.parent_run, 0) AS parent_run,
    j.timezone, j.executor, j.executor_config
FROM engine.execution e JOIN engine.run r ON r.id = e.run JOIN engine.job j ON j.name = e.job
WHERE e.owner = $1 AND e.finished_at IS NULL ORDER BY e.started_at;

-- name: engine_pids :exec
-- $1: [{"job","started_at","pid","pid_start"}]
UPDATE engine.execution e SET pid = x.pid, pid_start = x.pid_start
FROM jsonb_to_recordset($1::jsonb) AS x (job text, started_at bigint, pid bigint, pid_start bigint)
WHERE e.job = x.job AND e.started_at = x.started_at;

-- name: engine_progress :exec
UPDATE engine.execution SET chunk = $3, output = $4 WHERE job = $1 AND started_at = $2 AND finished_at IS NULL;

-- name: engine_finish :one
-- $1 job, $2 started, $3 finished, $4 success, $5 output, $6 run, whose owner is $7 from now on. Says the same
-- when it is asked twice. No row: the job was deleted meanwhile.
WITH target AS (
    SELECT e.job, e.started_at, e.grp, e.attempt, e.finished_at IS NULL AS fresh
    FROM engine.execution e WHERE e.job = $1 AND e.started_at = $2 FOR UPDATE
), done AS (
    UPDATE engine.execution e SET finished_at = $3, success = $4, output = $5, chunk = '' FROM target t
    WHERE e.job = t.job AND e.started_at = t.started_at AND t.fresh
), others AS (
    SELECT count(*) FILTER (WHERE x.success) AS good, count(*) FILTER (WHERE NOT x.success) AS bad
    FROM target t JOIN engine.execution x ON x.job = t.job AND x.grp = t.grp AND x.started_at <> t.started_at
), counted AS (
    UPDATE engine.job j SET
        success_count = success_count + ($4 AND t.fresh)::int,
        error_count = error_count + (NOT $4 AND t.fresh)::int,
        last_success = CASE WHEN $4 THEN $3 ELSE last_success END,
        last_error = CASE WHEN $4 THEN last_error ELSE $3 END,
        status = CASE WHEN $4 AND o.bad = 0 THEN 'success' WHEN NOT $4 AND o.good = 0 THEN 'failed' ELSE 'partially_failed' END
    FROM target t, others o WHERE j.name = t.job
    RETURNING j.name, j.status, j.ephemeral, t.fresh, NOT $4 AND t.attempt <= j.retries AS again
), daily AS (
    INSERT INTO engine.stat AS s (day, success, failed)
    SELECT (to_timestamp($3::bigint / 1000000000) AT TIME ZONE 'UTC')::date, $4::int, (NOT $4)::int FROM counted WHERE fresh
    ON CONFLICT (day) DO UPDATE SET success = s.success + excluded.success, failed = s.failed + excluded.failed
), moved AS (
    UPDATE engine.run r SET owner = $7, phase = CASE WHEN c.again THEN 'active'
        WHEN c.status = 'success' AND EXISTS (SELECT FROM engine.job d WHERE d.parent_job = c.name) THEN 'children'
        ELSE 'done' END
    FROM counted c WHERE r.id = $6
    RETURNING r.phase
)
SELECT c.again, m.phase = 'children' AS dependents, c.status = 'success' AND c.ephemeral AS expendable FROM counted c, moved m;

-- name: engine_group :many
SELECT e.started_at, coalesce(e.finished_at, e.carried) AS finished_at, e.success FROM engine.execution e
WHERE e.job = $1 AND e.grp = $2 ORDER BY e.started_at;

-- name: engine_dependents :many
-- Whom run $2 of job $1 has still to start, behind position $3.
SELECT j.name, j.linked FROM engine.job j
WHERE j.parent_job = $1 AND j.linked > $3
  AND NOT EXISTS (SELECT FROM engine.run r WHERE r.parent_run = $2 AND r.job = j.name)
ORDER BY j.linked;

-- name: engine_run_end :exec
UPDATE engine.run SET phase = 'done' WHERE id = $1;

-- name: engine_job_expend :exec
-- An ephemeral job goes after its first success, unless others depend on it.
WITH gone AS (
    DELETE FROM engine.job WHERE name = $1 AND ephemeral AND NOT EXISTS (SELECT FROM engine.job c WHERE c.parent_job = $1)
    RETURNING name
)
INSERT INTO engine.change (name) SELECT name FROM gone;

-- name: engine_orphans :many
-- What a dead engine was running.
SELECT e.run, e.job, e.grp, e.started_at, e.attempt, e.carried, coalesce(r.parent_run, 0) AS parent_run,
    j.timezone, e.output, coalesce(e.pid, 0) AS pid, coalesce(e.pid_start, 0) AS pid_start
FROM engine.execution e JOIN engine.run r ON r.id = e.run JOIN engine.job j ON j.name = e.job
WHERE e.owner = $1 AND e.finished_at IS NULL ORDER BY e.started_at;

-- name: engine_inherit :exec
-- Runs of a dead engine ($1) that wait for a retry or for their dependent jobs become mine ($2).
UPDATE engine.run r SET owner = $2 WHERE r.owner = $1 AND r.phase IN ('active', 'children')
  AND NOT EXISTS (SELECT FROM engine.execution e WHERE e.run = r.id AND e.finished_at IS NULL);

-- name: engine_waiting :many
-- Mine, and not running.
SELECT r.id AS run, r.job, r.grp, r.phase = 'children' AS dependents, coalesce(r.parent_run, 0) AS parent_run, j.timezone,
    coalesce(e.attempt, 0) AS attempt, coalesce(e.started_at, 0) AS started_at, coalesce(e.finished_at, 0) AS finished_at,
    j.ephemeral AND j.status = 'success' AS expendable
FROM engine.run r JOIN engine.job j ON j.name = r.job
    LEFT JOIN LATERAL (SELECT x.attempt, x.started_at, x.finished_at FROM engine.execution x WHERE x.run = r.id ORDER BY x.started_at DESC LIMIT 1) e ON true
WHERE r.owner = $1 AND r.phase IN ('active', 'children')
  AND NOT EXISTS (SELECT FROM engine.execution x WHERE x.run = r.id AND x.finished_at IS NULL)
ORDER BY r.id;

-- name: engine_tidy :exec
-- Claims are kept for an hour after their end.
DELETE FROM engine.run WHERE phase = 'done' AND made_at < now() - interval '1 hour';
