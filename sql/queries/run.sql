-- name: run_get :one
-- $1 account, $2 whether an admin, as everywhere here.
SELECT * FROM run_seen($1, $2) WHERE id = $3;


-- name: run_executions :many
-- By run and age. The caller has checked that the run may be seen.
SELECT id, engine_id, node, state, reason, attempt::bigint AS attempt, us(started_at) AS started_us, us(finished_at) AS finished_us,
       exit_code::bigint AS exit_code, output_size, output_complete, output_gone_at IS NOT NULL AS output_gone
  FROM execution WHERE run_id = $1 ORDER BY started_at, engine_id LIMIT 1000;

-- name: run_request_job :one
SELECT id, team_id, version, disabled, role, team, coalesce((spec_text::jsonb->>'approvals')::bigint, 0) AS approvals
  FROM job_seen($1, $2) WHERE name = $3;

-- name: run_request :one
INSERT INTO run (job_id, job_name, team_id, job_version, state, trigger, requested_by, queued_at)
SELECT id, name, team_id, version, 'queued', $2, $3, at($4::bigint) FROM job WHERE id = $1
RETURNING id;

-- name: run_request_many :many
-- $1 jobs' ids, $2 trigger, $3 who, $4 now, $5 account, $6 request, $7 address.
WITH made AS (
    INSERT INTO run (job_id, job_name, team_id, job_version, state, trigger, requested_by, queued_at)
    SELECT j.id, j.name, j.team_id, j.version, 'queued', $2, $3, at($4::bigint)
      FROM unnest($1::bigint[]) WITH ORDINALITY AS g (id, place) JOIN job j USING (id) ORDER BY g.place
    RETURNING id, job_id, job_name
), told AS (
    INSERT INTO audit (account_id, actor, verb, object, after, req_id, address)
    SELECT $5, $3, 'run_request', 'run:' || id, jsonb_build_object('job', job_name, 'trigger', $2::text), $6, $7 FROM made ORDER BY id
)
SELECT job_id AS id, id AS run_id FROM made;

-- name: run_stop_many :many
-- Of runs $1 those that the engine was not asked yet, for reason $2, at $3. $4 account, $5 who, $6 request, $7 address.
WITH locked AS MATERIALIZED (SELECT id FROM run WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE),
stopped AS (
    UPDATE run r SET state = 'stopped', reason = $2, finished_at = at($3::bigint)
      FROM locked l WHERE r.id = l.id AND r.state = 'queued' AND r.dispatched_at IS NULL
    RETURNING r.id, r.job_name, r.trigger
), told AS (
    INSERT INTO audit (account_id, actor, verb, object, after, req_id, address)
    SELECT $4, $5, 'run_stop', 'run:' || id, jsonb_build_object('job', job_name, 'trigger', trigger), $6, $7 FROM stopped ORDER BY id
)
SELECT id FROM stopped;

-- name: run_wake :exec
SELECT pg_notify('run', '');

-- name: run_stop :one
-- No row: the engine was asked already, or it has ended.
UPDATE run SET state = 'stopped', reason = $2, finished_at = at($3::bigint)
 WHERE id = $1 AND state = 'queued' AND dispatched_at IS NULL
RETURNING id;

-- name: run_output_of :one
-- The execution that a reader means: the one named, or the last started.
SELECT e.id, e.engine_id, e.output_size AS size, e.output_generation::bigint AS generation, e.output_gone_at IS NOT NULL AS gone,
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
-- $3: a day ago. What has ended is summed by the hour (run_fold()); what has just ended may not be yet.
SELECT o.*, e.*
  FROM (SELECT count(*) FILTER (WHERE r.kind >= 8) AS running, count(*) FILTER (WHERE r.kind < 8) AS queued FROM run r
         WHERE r.kind < 12 AND ($2::boolean OR r.team_id IN (SELECT m.team_id FROM membership m WHERE m.account_id = $1))) o,
       (SELECT coalesce(sum(n) FILTER (WHERE state = 'failed'), 0)::bigint AS failed_day, coalesce(sum(n) FILTER (WHERE state = 'succeeded'), 0)::bigint AS succeeded_day,
               coalesce(sum(n) FILTER (WHERE state <> 'missed'), 0)::bigint AS ended_day, coalesce(sum(n) FILTER (WHERE state = 'lost'), 0)::bigint AS lost_day,
               coalesce(sum(n) FILTER (WHERE state = 'missed'), 0)::bigint AS missed_day
          FROM (SELECT h.team_id, h.state, h.n FROM run_hour h WHERE h.hour = ANY (ARRAY(SELECT date_trunc('hour', at($3::bigint)) + i * interval '1 hour' FROM generate_series(0, 24) i))
                UNION ALL SELECT n.team_id, n.state, 1 FROM run_news n WHERE n.state IS NOT NULL AND n.at >= date_trunc('hour', at($3))
                UNION ALL SELECT n.team_id, n.was, -1 FROM run_news n WHERE n.was IS NOT NULL AND n.was_at >= date_trunc('hour', at($3))) x
         WHERE $2 OR x.team_id IN (SELECT m.team_id FROM membership m WHERE m.account_id = $1)) e;

-- name: run_hear :one
SELECT verdict, schedule, timezone FROM run_hear($1, $2, $3::jsonb, $4, $5, $6, $7, $8);

-- name: hook_counted :exec
SELECT hook_counted($1);

-- name: harvest_soon :one
-- No row when it is not one of ours.
SELECT harvest_soon FROM harvest_soon($1) WHERE harvest_soon;

-- name: metrics :many
SELECT name, label, value FROM metrics();
