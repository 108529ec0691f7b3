-- What is known beside a definition that matters for its warnings.

-- name: job_lint_facts :one
-- $1 account, $2 whether an admin, $3 the job's name, $4 its parent's, $5 the job's name on the engine. Of jobs that one may not see nothing is told, although
-- anybody may type their names.
SELECT coalesce(e.kind, '') AS engine, coalesce(jsonb_array_length(e.nodes), 0)::bigint AS nodes,
       (SELECT count(*) FROM job WHERE parent_job = $3 AND s.seen) AS children,
       coalesce((SELECT (j.spec->>'retries')::bigint FROM job j
                  WHERE j.name = $4 AND ($2::boolean OR EXISTS (SELECT FROM membership m WHERE m.team_id = j.team_id AND m.account_id = $1))), 0) AS parent_retries,
       (SELECT j.name FROM job j
         WHERE $3 <> '' AND j.name COLLATE "C" > $3 AND j.name COLLATE "C" < $3 || chr(1114111)
           AND ($2 OR EXISTS (SELECT FROM membership m WHERE m.team_id = j.team_id AND m.account_id = $1))
         ORDER BY j.name COLLATE "C" LIMIT 1) AS longer,
       (SELECT max(j.name COLLATE "C") FROM job j
         WHERE j.name = ANY (ARRAY(SELECT left($3, i) FROM generate_series(1, char_length($3) - 1) i))
           AND ($2 OR EXISTS (SELECT FROM membership m WHERE m.team_id = j.team_id AND m.account_id = $1))) AS shorter,
       (SELECT u.name FROM unmanaged u
         WHERE $2 AND $5 <> '' AND u.name COLLATE "C" > $5 AND u.name COLLATE "C" < $5 || chr(1114111)
         ORDER BY u.name COLLATE "C" LIMIT 1) AS their_longer,
       (SELECT max(u.name COLLATE "C") FROM unmanaged u
         WHERE $2 AND u.name = ANY (ARRAY(SELECT left($5, i) FROM generate_series(1, char_length($5) - 1) i))) AS their_shorter,
       t.runs, t.usual_us
  FROM (SELECT EXISTS (SELECT FROM job j
                        WHERE j.name = $3 AND ($2 OR EXISTS (SELECT FROM membership m WHERE m.team_id = j.team_id AND m.account_id = $1))) AS seen) s
 CROSS JOIN LATERAL (SELECT count(*) AS runs, (percentile_disc(0.95) WITHIN GROUP (ORDER BY us(r.finished_at) - us(r.started_at)))::bigint AS usual_us
          FROM (SELECT started_at, finished_at FROM run
                 WHERE s.seen AND job_name = $3 AND started_at IS NOT NULL AND finished_at IS NOT NULL ORDER BY queued_at DESC, id DESC LIMIT 100) r) t
  LEFT JOIN engine_state e ON true;
