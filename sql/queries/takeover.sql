-- What is taken over from outside our namespace: fcgi/model/takeover.h.

-- name: takeover_put :exec
WITH put AS (
    INSERT INTO takeover (engine_name, job_name, job_id, definition)
    SELECT $1, j.name, j.id, $3::jsonb FROM job j WHERE j.name = $2
    ON CONFLICT (engine_name) DO UPDATE SET job_name = excluded.job_name, job_id = excluded.job_id, definition = excluded.definition,
           moved = false, off = false, reason = NULL, try_at = clock_timestamp(), taken_at = clock_timestamp()
    RETURNING job_name, job_id)
UPDATE outbox o SET old_copy = coalesce(o.old_copy, $1) FROM put WHERE o.job_name = put.job_name AND o.job_id = put.job_id;

-- name: takeover_on_again :exec
-- The old one of $1 fires again, or still: ours sees to it.
WITH old AS (UPDATE takeover SET off = false WHERE engine_name = $1 RETURNING job_name, job_id)
UPDATE outbox o SET state = 'pending', reason = 'the job whose place it takes fires there', attempts = 0, try_at = now(),
       old_copy = coalesce(o.old_copy, $1) FROM old
 WHERE o.job_name = old.job_name AND o.job_id = old.job_id;

-- name: takeover_of :one
-- The job of ours that takes the place of the engine's $1.
SELECT job_name FROM takeover WHERE engine_name = $1;

-- name: takeover_children :many
-- Jobs of the engine that are not ours and run after $1, which is not ours either.
SELECT name FROM unmanaged WHERE definition->>'parent_job' = $1 ORDER BY name COLLATE "C";

-- name: takeover_due :many
-- At most $1 whose new one stands, or is gone again; nobody else gets them for a while. Only for who writes under the prefix $2.
WITH due AS (
    SELECT t.engine_name FROM takeover t
     WHERE t.try_at <= clock_timestamp() AND NOT EXISTS (SELECT FROM namespace WHERE prefix <> $2)
       AND NOT EXISTS (SELECT FROM outbox o WHERE o.job_name = t.job_name AND o.job_id = t.job_id AND (o.done = 0 OR o.state IN ('pending', 'failing')))
     ORDER BY t.try_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
UPDATE takeover t SET try_at = clock_timestamp() + interval '60 s' FROM due WHERE t.engine_name = due.engine_name
RETURNING t.engine_name, t.job_name, t.definition::text AS definition_text, t.moved,
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
WITH gone AS (DELETE FROM takeover WHERE engine_name = $1 RETURNING job_name)
UPDATE outbox o SET old_copy = NULL FROM gone WHERE o.job_name = gone.job_name AND o.old_copy = $1;
