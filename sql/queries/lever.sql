-- name: lever_recent :many
SELECT j.id AS job_id, r.state, r.took_ms, u.p95_ms
FROM unnest($1::bigint[]) AS j (id)
LEFT JOIN job_usual u ON u.job_id = j.id
CROSS JOIN LATERAL (
    SELECT id, state, (extract(epoch FROM finished_at - started_at) * 1000)::bigint AS took_ms
    FROM run WHERE job_id = j.id AND state <> 'queued' ORDER BY id DESC LIMIT $2::bigint) AS r
ORDER BY j.id, r.id DESC;
