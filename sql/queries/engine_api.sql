-- What the API of the embedded engine asks. The clock's statements are in engine_clock.sql.

-- name: engine_job_get :one
SELECT * FROM engine.shown WHERE name = $1;

-- name: engine_job_list :many
-- $4 is a JSON object of metadata that must all be there, or NULL.
SELECT * FROM engine.shown
WHERE ($1 = '' OR strpos(name, $1) > 0 OR strpos(displayname, $1) > 0)
  AND ($2 = '' OR status = $2 OR ($2 = 'untriggered' AND status = ''))
  AND ($3 = '' OR disabled::text = $3)
  AND ($4::jsonb IS NULL OR coalesce(metadata::jsonb @> $4::jsonb, false));

-- name: engine_parents_lock :exec
-- Two saves at once could close a circle that neither of them sees.
SELECT pg_advisory_xact_lock(7305, 2);

-- name: engine_parent_circle :one
WITH RECURSIVE up AS (
    SELECT parent_job FROM engine.job WHERE name = $2
    UNION SELECT j.parent_job FROM up JOIN engine.job j ON j.name = up.parent_job
)
SELECT EXISTS (SELECT FROM up WHERE parent_job = $1) AS found;

-- name: engine_job_save :exec
-- Upsert by name. What runs have recorded stays, unless the caller knows more.
INSERT INTO engine.job AS j (name, displayname, timezone, schedule, owner, owner_email, success_count, error_count,
    last_success, last_error, disabled, tags, metadata, retries, parent_job, linked, processors, concurrency,
    executor, executor_config, status, ephemeral, starts_at, expires_at, here, added_at)
SELECT x.name, x.displayname, x.timezone, x.schedule, x.owner, x.owner_email, x.success_count, x.error_count,
    x.last_success, x.last_error, x.disabled, x.tags::json, x.metadata::json, x.retries, x.parent_job,
    nextval('engine.link'), x.processors::json, x.concurrency, x.executor, x.executor_config::json, x.status,
    x.ephemeral, x.starts_at, x.expires_at, x.here, $2
FROM jsonb_to_record($1::jsonb) AS x (name text, displayname text, timezone text, schedule text, owner text,
    owner_email text, success_count bigint, error_count bigint, last_success bigint, last_error bigint,
    disabled boolean, tags text, metadata text, retries bigint, parent_job text, processors text,
    concurrency text, executor text, executor_config text, status text, ephemeral boolean, starts_at bigint,
    expires_at bigint, here boolean)
ON CONFLICT (name) DO UPDATE SET displayname = excluded.displayname, timezone = excluded.timezone,
    schedule = excluded.schedule, owner = excluded.owner, owner_email = excluded.owner_email,
    success_count = greatest(j.success_count, excluded.success_count),
    error_count = greatest(j.error_count, excluded.error_count),
    last_success = greatest(j.last_success, excluded.last_success),
    last_error = greatest(j.last_error, excluded.last_error),
    disabled = excluded.disabled, tags = excluded.tags, metadata = excluded.metadata, retries = excluded.retries,
    parent_job = excluded.parent_job,
    linked = CASE WHEN j.parent_job IS NOT DISTINCT FROM excluded.parent_job THEN j.linked ELSE excluded.linked END,
    processors = excluded.processors, concurrency = excluded.concurrency, executor = excluded.executor,
    executor_config = excluded.executor_config,
    status = CASE WHEN j.status = '' THEN excluded.status ELSE j.status END,
    ephemeral = excluded.ephemeral, starts_at = excluded.starts_at, expires_at = excluded.expires_at,
    here = excluded.here, added_at = excluded.added_at;

-- name: engine_job_toggle :exec
UPDATE engine.job SET disabled = NOT disabled, added_at = $2 WHERE name = $1;

-- name: engine_job_delete :one
-- Not one that others depend on.
DELETE FROM engine.job j WHERE name = $1 AND NOT EXISTS (SELECT FROM engine.job c WHERE c.parent_job = $1)
RETURNING j.*, NULL::text AS dependent_jobs;

-- name: engine_changed :exec
INSERT INTO engine.change (name) VALUES ($1);

-- name: engine_wake :exec
SELECT pg_notify('engine_wake', '');

-- name: engine_run_gate :one
-- Who counts the workers that wait, until the end of the transaction: two that count at once would both find room.
SELECT pg_try_advisory_xact_lock(7305, 3) AS found;

-- name: engine_run_ask :one
-- At most $4 workers of the API wait for an end at the same time.
INSERT INTO engine.run (job, grp, phase, waits_until)
VALUES ($1, $2, 'queued', CASE WHEN (SELECT count(*) FROM engine.run WHERE phase <> 'done' AND waits_until > now()) < $4
    THEN now() + $3 * interval '1 microsecond' END)
RETURNING id, waits_until IS NOT NULL AS waits;

-- name: engine_run_over :one
-- A run is over, too, when its job is gone.
SELECT NOT EXISTS (SELECT FROM engine.run WHERE id = $1 AND phase <> 'done') AS found;

-- name: engine_leader :one
-- Is a clock at work, and since when?
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 7305 AND objid = 1 AND objsubid = 2 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS found,
    coalesce((SELECT max(led_at) FROM engine.instance), 0) AS led_at;

-- name: engine_executions :many
-- The last $2 bytes of each output (negative: all of it), and of all together not many more than $3.
WITH shown AS (
    SELECT e.*, CASE WHEN finished_at IS NULL THEN ''::bytea ELSE e.output END AS said FROM engine.execution e WHERE job = $1
), bound AS (
    SELECT CASE WHEN $2 >= 0 THEN $2::int WHEN sum(length(said)) > $3 THEN ($3 / count(*))::int ELSE 2147483647 END AS most
    FROM shown
)
SELECT job, started_at, grp, attempt, coalesce(finished_at, carried) AS finished_at, success, length(said) > most AS truncated,
    CASE WHEN length(said) > most THEN substring(said FROM length(said) - most + 1) ELSE said END AS output
FROM shown, bound ORDER BY started_at;

-- name: engine_execution_get :one
SELECT job, started_at, grp, attempt, coalesce(finished_at, carried) AS finished_at, success, false AS truncated,
    CASE WHEN finished_at IS NULL THEN ''::bytea ELSE output END AS output
FROM engine.execution WHERE job = $1 AND started_at = $2;

-- name: engine_busy :many
-- As in Dkron an execution is busy until its retries and its dependent jobs are done. All outputs together
-- are not many more than $1 bytes.
WITH shown AS (
    SELECT e.*, CASE WHEN e.finished_at IS NULL THEN e.chunk ELSE e.output END AS said
    FROM engine.run r JOIN engine.execution e ON e.run = r.id WHERE r.phase IN ('active', 'children')
), bound AS (
    SELECT CASE WHEN sum(length(said)) > $1 THEN ($1 / count(*))::int ELSE 2147483647 END AS most FROM shown
)
SELECT job, started_at, grp, attempt, coalesce(finished_at, carried) AS finished_at, success, length(said) > most AS truncated,
    CASE WHEN length(said) > most THEN substring(said FROM length(said) - most + 1) ELSE said END AS output
FROM shown, bound ORDER BY started_at, job;

-- name: engine_executions_delete :exec
DELETE FROM engine.execution WHERE job = $1 AND finished_at IS NOT NULL;

-- name: engine_counters_reset :exec
UPDATE engine.job SET success_count = 0, error_count = 0, last_success = NULL, last_error = NULL WHERE name = $1;

-- name: engine_stats :many
SELECT to_char(d, 'YYYY-MM-DD') AS day, coalesce(s.success, 0) AS success, coalesce(s.failed, 0) AS failed
FROM generate_series((to_timestamp($2::bigint / 1000000) AT TIME ZONE 'UTC')::date - ($1::int - 1), (to_timestamp($2::bigint / 1000000) AT TIME ZONE 'UTC')::date, interval '1 day') AS d
    LEFT JOIN engine.stat s ON s.day = d::date
ORDER BY d;

-- name: engine_paused :one
SELECT paused AS found FROM engine.setting;

-- name: engine_pause :exec
UPDATE engine.setting SET paused = $1;
