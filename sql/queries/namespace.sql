-- The prefix of our jobs on the engine.

-- name: namespace_get :one
SELECT prefix FROM namespace;

-- name: namespace_follow :exec
-- As long as none of our jobs stands there, and nobody has said where they are to stand.
INSERT INTO namespace AS n (prefix) VALUES ($1)
ON CONFLICT (only_one) DO UPDATE SET prefix = excluded.prefix, moved_from = NULL
 WHERE n.prefix <> excluded.prefix AND n.moved_from IS NULL AND NOT EXISTS (SELECT FROM outbox WHERE done > 0);

-- name: namespace_under_way :one
-- How many jobs have not left the prefix before yet, unless $1 leads back to it.
SELECT count(*) AS n FROM takeover t WHERE t.moved AND NOT t.off AND t.job_id <> 0 AND $1 <> (SELECT moved_from FROM namespace);

-- name: namespace_collision :one
-- Two jobs of which one would be called there under $1 what the other one is called now.
SELECT a.job_name AS one, b.job_name AS other FROM namespace n, outbox a JOIN outbox b ON true
 WHERE $1 || a.job_name = n.prefix || b.job_name AND n.prefix <> $1 ORDER BY 1, 2 LIMIT 1;

-- name: namespace_move :exec
UPDATE namespace SET moved_from = prefix, prefix = $1 WHERE prefix <> $1;

-- name: namespace_write_all :exec
-- Behind a move none of ours stands there yet, and each takes the place of its old copy. Leases stay: who holds one finishes
-- first, under the old name. What a move before this one left behind under the new prefix is ours again, and no longer to go.
WITH n AS (SELECT prefix, moved_from FROM namespace),
     rows AS (UPDATE outbox o SET done = 0, state = 'pending', reason = 'moves to another namespace on the engine', attempts = 0, try_at = now(),
                     old_copy = n.moved_from || o.job_name FROM n RETURNING o.job_name, o.job_id, n.moved_from || o.job_name AS engine_name),
     again AS (DELETE FROM takeover t USING n WHERE t.engine_name = n.prefix || t.job_name AND t.moved)
INSERT INTO takeover (engine_name, job_name, job_id, definition, moved) SELECT engine_name, job_name, coalesce(job_id, 0), '{}', true FROM rows
ON CONFLICT (engine_name) DO UPDATE SET job_name = excluded.job_name, job_id = excluded.job_id, definition = '{}', moved = true, off = false,
       reason = NULL, try_at = now();

-- name: namespace_old_copy :exec
-- The engine's job $1 bears our label: when it is what one of ours was called before the move, that one takes its place. The move
-- itself has seen to all that stood there then; this one came behind it.
WITH old AS (
    SELECT coalesce(j.id, 0) AS id, x.name FROM namespace n CROSS JOIN LATERAL (SELECT substr($1, length(n.moved_from) + 1) AS name) x LEFT JOIN job j ON j.name = x.name
     WHERE starts_with($1, n.moved_from) AND n.prefix || x.name <> $1 AND (j.id IS NOT NULL OR job_was_ours(x.name))
), put AS (
    INSERT INTO takeover (engine_name, job_name, job_id, definition, moved) SELECT $1, name, id, '{}', true FROM old
    ON CONFLICT (engine_name) DO NOTHING RETURNING job_name
)
UPDATE outbox o SET state = 'pending', attempts = 0, try_at = now(), old_copy = coalesce(o.old_copy, $1) FROM put
 WHERE o.job_name = put.job_name AND o.job_id IS NOT NULL;
