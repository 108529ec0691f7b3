-- What is known beside a definition that matters for its warnings.

-- name: job_lint_facts :one
-- $1 account, $2 whether an admin, $3 the job's name, $4 its parent's. Names are told only of jobs that one may see.
SELECT coalesce(e.kind, '') AS engine, coalesce(jsonb_array_length(e.nodes), 0)::bigint AS nodes,
       (SELECT count(*) FROM job WHERE parent_job = $3) AS children,
       coalesce((SELECT (s.spec_text::jsonb->>'retries')::bigint FROM job_seen($1, $2) s WHERE s.name = $4), 0) AS parent_retries,
       (SELECT CASE WHEN $3 <> '' AND starts_with(s.name, $3) THEN s.name END
          FROM job_seen($1, $2) s WHERE s.name COLLATE "C" > $3 ORDER BY s.name COLLATE "C" LIMIT 1) AS longer,
       (SELECT max(s.name COLLATE "C") FROM job_seen($1, $2) s
         WHERE s.name IN (SELECT left($3, i) FROM generate_series(1, char_length($3) - 1) i)) AS shorter,
       t.runs, t.usual_us
  FROM (SELECT count(*) AS runs, (percentile_disc(0.95) WITHIN GROUP (ORDER BY us(r.finished_at) - us(r.started_at)))::bigint AS usual_us
          FROM (SELECT started_at, finished_at FROM run
                 WHERE job_name = $3 AND started_at IS NOT NULL AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 100) r) t
  LEFT JOIN engine_state e ON true;
