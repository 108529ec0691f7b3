-- name: run_get :one
-- $1 account, $2 whether an admin, as everywhere here.
SELECT * FROM run_seen($1, $2) WHERE id = $3;

-- name: run_list :many
-- Newest first. $3 job, $4 team, $5 state, $6 trigger, $7 words in job, who asked or why (a LIKE pattern); $8, $9 from and
-- until, microseconds, 0 = open; $10 behind this id, 0 = from the newest; $11 how many.
SELECT * FROM run_seen($1, $2)
 WHERE ($3::text IS NULL OR job_name = $3) AND ($4::text IS NULL OR team = $4) AND ($5::text IS NULL OR state = $5)
   AND ($6::text IS NULL OR trigger = $6)
   AND ($7::text IS NULL OR job_name ILIKE $7 OR requested_by ILIKE $7 OR reason ILIKE $7)
   AND ($8::bigint = 0 OR queued_at >= at($8::bigint)) AND ($9::bigint = 0 OR queued_at < at($9::bigint))
   AND ($10::bigint = 0 OR id < $10::bigint)
 ORDER BY id DESC LIMIT $11::bigint;

-- name: run_executions :many
-- By run and age. The caller has checked that the run may be seen.
SELECT id, engine_id, node, state, reason, attempt::bigint AS attempt, us(started_at) AS started_us, us(finished_at) AS finished_us,
       exit_code::bigint AS exit_code, output_size, output_complete
  FROM execution WHERE run_id = $1 ORDER BY started_at, engine_id LIMIT 1000;

-- name: run_request_job :one
SELECT id, team_id, version, disabled, role, team FROM job_seen($1, $2) WHERE name = $3;

-- name: run_request :one
INSERT INTO run (job_id, job_name, team_id, job_version, state, trigger, requested_by, queued_at)
SELECT id, name, team_id, version, 'queued', $2, $3, at($4::bigint) FROM job WHERE id = $1
RETURNING id;

-- name: run_wake :exec
SELECT pg_notify('run', '');

-- name: run_stop :one
-- No row: the engine was asked already, or it has ended.
UPDATE run SET state = 'stopped', reason = $2, finished_at = at($3::bigint)
 WHERE id = $1 AND state = 'queued' AND dispatched_at IS NULL
RETURNING id;

-- name: run_output_of :one
-- The execution that a reader means: the one named, or the last started.
SELECT e.id, e.engine_id, e.output_size AS size,
       e.output_complete OR (e.state <> 'running' AND r.heard_at < now() - interval '2 min') AS complete
  FROM execution e JOIN run r ON r.id = e.run_id
 WHERE e.run_id = $1 AND ($2::text IS NULL OR e.engine_id = $2)
 ORDER BY e.started_at DESC, e.engine_id DESC LIMIT 1;

-- name: run_output_bytes :many
-- Pieces that hold bytes from $2 on, cut to $3 bytes each.
SELECT o.start, length(o.bytes)::bigint AS whole, substring(o.bytes FROM greatest($2 - o.start, 0)::int + 1 FOR $3::int) AS bytes
  FROM output o
 WHERE o.execution_id = $1 AND o.start < $2::bigint + $3::bigint
   AND o.start >= coalesce((SELECT max(p.start) FROM output p WHERE p.execution_id = $1 AND p.start <= $2::bigint), 0)
 ORDER BY o.start;

-- name: run_counts :one
-- $3: a day ago.
SELECT count(*) FILTER (WHERE state = 'running') AS running, count(*) FILTER (WHERE state = 'queued') AS queued,
       count(*) FILTER (WHERE state = 'failed') AS failed_day, count(*) FILTER (WHERE state = 'succeeded') AS succeeded_day,
       count(*) FILTER (WHERE state NOT IN ('running', 'queued')) AS ended_day, count(*) FILTER (WHERE state = 'lost') AS lost_day
  FROM run r
 WHERE ($2::boolean OR r.team_id IN (SELECT m.team_id FROM membership m WHERE m.account_id = $1))
   AND (r.state IN ('running', 'queued') OR r.finished_at >= at($3::bigint));

-- name: run_hear :one
SELECT verdict, schedule, timezone FROM run_hear($1, $2, $3::jsonb, $4, $5, $6, $7, $8);

-- name: hook_counted :exec
SELECT hook_counted($1);

-- name: harvest_soon :one
-- No row when it is not one of ours.
SELECT harvest_soon FROM harvest_soon($1) WHERE harvest_soon;

-- name: metrics :many
SELECT name, label, value FROM metrics();
