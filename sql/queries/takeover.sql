-- What is taken over from outside our namespace: fcgi/model/takeover.h.

-- name: takeover_put :exec
INSERT INTO takeover (engine_name, job_name, job_id, definition)
SELECT $1, j.name, j.id, $3::jsonb FROM job j WHERE j.name = $2
ON CONFLICT (engine_name) DO UPDATE SET job_name = excluded.job_name, job_id = excluded.job_id, definition = excluded.definition,
       reason = NULL, try_at = clock_timestamp(), taken_at = clock_timestamp();

-- name: takeover_of :one
-- The job of ours that takes the place of the engine's $1.
SELECT job_name FROM takeover WHERE engine_name = $1;

-- name: takeover_children :many
-- Jobs of the engine that are not ours and run after $1, which is not ours either.
SELECT name FROM unmanaged WHERE definition->>'parent_job' = $1 ORDER BY name COLLATE "C";

-- name: takeover_due :many
-- At most $1 whose new one stands, or is gone again; nobody else gets them for a while.
WITH due AS (
    SELECT t.engine_name FROM takeover t
     WHERE t.try_at <= clock_timestamp()
       AND NOT EXISTS (SELECT FROM outbox o WHERE o.job_name = t.job_name AND o.job_id = t.job_id AND (o.done = 0 OR o.state IN ('pending', 'failing')))
     ORDER BY t.try_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
UPDATE takeover t SET try_at = clock_timestamp() + interval '60 s' FROM due WHERE t.engine_name = due.engine_name
RETURNING t.engine_name, t.job_name, t.definition::text AS definition_text,
       EXISTS (SELECT FROM job j WHERE j.name = t.job_name AND j.id = t.job_id) AS there;

-- name: takeover_neighbour :one
-- A job of the engine whose name begins with $1: deleting that one there deletes the history of this one too.
SELECT n.name AS job_name
  FROM (SELECT name FROM unmanaged UNION SELECT engine_name FROM takeover) n
 WHERE starts_with(n.name, $1) AND n.name <> $1 ORDER BY n.name COLLATE "C" LIMIT 1;

-- name: takeover_later :exec
-- In $2 ms; $3 why it still stands.
UPDATE takeover SET try_at = clock_timestamp() + $2::bigint * interval '1 ms', reason = $3 WHERE engine_name = $1;

-- name: takeover_end :exec
DELETE FROM takeover WHERE engine_name = $1;
