-- How a job has done: $1 job, $2 now, $3 days.

-- name: job_stats_days :many
SELECT us(day::timestamp AT TIME ZONE 'UTC') AS day_us, succeeded::bigint AS succeeded, failed::bigint AS failed, stopped::bigint AS stopped,
       lost::bigint AS lost, missed::bigint AS missed
  FROM job_day WHERE job_id = $1 AND day > (at($2::bigint) AT TIME ZONE 'UTC')::date - $3::bigint::integer
   AND (succeeded, failed, stopped, lost, missed) <> (0, 0, 0, 0, 0)
 ORDER BY day;

-- name: job_stats_usual :one
WITH h AS (SELECT bucket, sum(n) AS n FROM job_hist
            WHERE job_id = $1 AND day > (at($2::bigint) AT TIME ZONE 'UTC')::date - $3::bigint::integer GROUP BY bucket HAVING sum(n) > 0),
     c AS (SELECT bucket, sum(n) OVER (ORDER BY bucket) AS up_to, sum(n) OVER () AS n FROM h)
SELECT bucket_ms(min(bucket) FILTER (WHERE up_to * 2 >= n)) AS p50_ms, bucket_ms(min(bucket) FILTER (WHERE up_to * 20 >= n * 19)) AS p95_ms FROM c;

-- name: job_stats_failure :one
-- $1 name, $2 job: the newest of those kinds, each from its end of the index. Of a job of this name that is gone the runs have no job; nothing
-- that an index could answer, or the planner reads all of the job's runs to be sure.
SELECT x.id AS failure_id, us(coalesce(x.started_at, x.queued_at)) AS failure_us, x.state AS failure_state
  FROM unnest(ARRAY['failed', 'lost', 'missed']) s (state) CROSS JOIN unnest(ARRAY['schedule', 'manual', 'parent', 'api']) t (trigger)
 CROSS JOIN LATERAL (SELECT r.id, r.queued_at, r.started_at, r.state FROM run r
                      WHERE r.job_name = $1 AND r.kind = run_kind(s.state, t.trigger) AND r.job_id IS NOT DISTINCT FROM $2 ORDER BY r.queued_at DESC, r.id DESC LIMIT 1) x
 ORDER BY x.queued_at DESC, x.id DESC LIMIT 1;
