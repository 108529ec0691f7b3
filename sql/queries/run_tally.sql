-- What work does behind the runs that have ended: counting them, making them searchable, letting old ones go.

-- name: run_fold :one
SELECT taken, runs::text AS runs FROM run_fold($1::bigint);

-- name: run_texts :many
-- What is searched of the outputs of these runs: $2 bytes at each end.
SELECT e.run_id, substring(o.bytes FROM 1 FOR greatest($2::bigint - o.start, 0)::int) || '\x0a'::bytea
       || substring(o.bytes FROM (greatest(e.output_size - $2, $2, o.start) - o.start)::int + 1) AS bytes
  FROM execution e JOIN output o ON o.execution_id = e.id
 WHERE e.run_id = ANY ($1::bigint[]) AND (o.start < $2 OR o.start + length(o.bytes) > e.output_size - $2)
 ORDER BY e.run_id, e.started_at, e.id, o.start;

-- name: run_reasons :many
SELECT id AS run_id, state IN ('failed', 'lost', 'missed') AS bad, reason FROM run WHERE id = ANY ($1::bigint[]) ORDER BY id;

-- name: run_text_put :exec
INSERT INTO run_text (run_id, queued_at, words, error, error_key)
SELECT id, queued_at, run_vector($2, team_id, job_name), $3, $4 FROM run WHERE id = $1
ON CONFLICT (run_id) DO UPDATE SET words = excluded.words, error = excluded.error, error_key = excluded.error_key;

-- name: retain_jobs :many
-- The next $2 names behind $1, with how long their runs are kept: the job says, or its team, or $3 and $4. `due`: there is
-- something to remove.
WITH RECURSIVE n AS (
    (SELECT job_name, 1 AS i FROM run WHERE job_name > $1 ORDER BY job_name LIMIT 1)
    UNION ALL
    SELECT (SELECT r.job_name FROM run r WHERE r.job_name > n.job_name ORDER BY r.job_name LIMIT 1), i + 1
      FROM n WHERE n.job_name IS NOT NULL AND i < $2::bigint)
SELECT p.job_name, p.days, p.runs,
       (p.days > 0 AND (SELECT x.queued_at FROM run x WHERE x.job_name = p.job_name ORDER BY x.queued_at, x.id LIMIT 1) < now() - p.days * interval '1 day')
       OR (p.runs > 0 AND EXISTS (SELECT FROM run x WHERE x.job_name = p.job_name ORDER BY x.queued_at DESC, x.id DESC OFFSET p.runs)) AS due
  FROM (SELECT n.job_name, coalesce(nullif((j.spec->>'keep_days')::bigint, 0), t.keep_days, $3::bigint) AS days, coalesce(t.keep_runs, $4::bigint) AS runs
          FROM n
         CROSS JOIN LATERAL (SELECT r.team_id, r.job_id FROM run r WHERE r.job_name = n.job_name ORDER BY r.queued_at DESC, r.id DESC LIMIT 1) r
          JOIN team t ON t.id = r.team_id LEFT JOIN job j ON j.id = r.job_id) p
 ORDER BY p.job_name;

-- name: run_retain :one
SELECT run_retain($1, $2::bigint::integer, $3::bigint::integer, $4::bigint::integer) AS gone;

-- name: run_retain_outputs :one
SELECT run_retain_outputs($1::bigint::integer, $2::bigint::integer) AS gone;

-- name: retain_untold :many
UPDATE run_retained SET told = true WHERE NOT told AND day < (at($1::bigint) AT TIME ZONE 'UTC')::date RETURNING day::text, runs, outputs;

-- name: retain_tidy :exec
-- Of what is counted by hour and bucket only the last weeks are asked for.
WITH hours AS (DELETE FROM run_hour WHERE hour < now() - interval '3 days'), days AS (DELETE FROM job_day WHERE day < now() - interval '800 days')
DELETE FROM job_hist WHERE day < now() - interval '62 days';
