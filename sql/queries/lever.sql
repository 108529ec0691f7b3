-- name: lever_recent :many
-- A row a job with up to $2 runs in it, the newest first: thousands of rows cost as much to sort and hand over as to find.
SELECT j.id AS job_id, u.p95_ms, r.states, r.took
  FROM unnest($1::bigint[]) AS j (id)
  LEFT JOIN job_usual u ON u.job_id = j.id
 CROSS JOIN LATERAL (
    SELECT string_agg(x.state, ' ') AS states, string_agg(coalesce(x.ms::text, '-'), ' ') AS took
      FROM (SELECT state, (extract(epoch FROM finished_at - started_at) * 1000)::bigint AS ms
              FROM run WHERE job_id = j.id AND state <> 'queued' ORDER BY id DESC LIMIT $2::bigint) x) r
 WHERE r.states IS NOT NULL;
