-- name: alert_turn :one
-- One worker looks at a time, so that nobody tells twice.
SELECT pg_try_advisory_xact_lock(7310) AS mine;

-- name: alert_taken :many
-- What has happened to runs since, oldest first.
WITH taken AS (
    DELETE FROM run_turned WHERE ctid = ANY (ARRAY(SELECT q.ctid FROM run_turned q ORDER BY q.seq LIMIT $1::bigint FOR UPDATE SKIP LOCKED))
    RETURNING seq, run_id, job_id, was, state)
SELECT t.run_id, t.job_id, coalesce(t.was, '') AS was, t.state FROM taken t ORDER BY t.seq;

-- name: alert_look :one
-- No row: the job is gone, or none of its runs has ended.
SELECT l.event, l.state, l.healed, l.failures, l.since_us, l.job, l.team, l.team_id, l.run_id, r.state AS run_state, r.reason AS run_reason,
       r.trigger AS run_trigger, us(r.started_at) AS run_started_us, us(coalesce(r.finished_at, r.queued_at)) AS run_finished_us,
       (SELECT e.exit_code::bigint FROM execution e WHERE e.run_id = r.id ORDER BY e.started_at DESC, e.engine_id DESC LIMIT 1) AS exit_code
  FROM alert_look($1, $2) l JOIN run r ON r.id = l.run_id;

-- name: alert_starts :exec
UPDATE notify_setting SET starts = $1 WHERE starts <> $1;

-- name: alert_state_get :one
SELECT state, told, failures, us(since) AS since_us FROM alert_state WHERE job_id = $1;

-- name: alert_sentry_jobs :many
-- A job and all that stand above it, from itself upwards.
WITH RECURSIVE up AS (
    SELECT j.id, j.name, j.parent_job, j.disabled, j.spec, 1 AS depth FROM job j WHERE j.id = $1
    UNION ALL
    SELECT p.id, p.name, p.parent_job, p.disabled, p.spec, up.depth + 1 FROM up JOIN job p ON p.name = up.parent_job WHERE up.depth < 50)
SELECT name, disabled, coalesce(parent_job, '') AS parent, coalesce(spec->>'schedule', '') AS schedule, coalesce(spec->>'timezone', '') AS timezone,
       coalesce(spec->'metadata'->>'sentry_margin', '') AS margin, coalesce(spec->'metadata'->>'sentry_runtime', '') AS runtime
  FROM up ORDER BY depth;
