-- Tokens of tasks: only their hash is kept, and the nonce that they are derived from.

-- name: task_token_put :exec
-- The task's former one is dead. A mail says until when this one is good: the task waits for it so long.
WITH lives AS (UPDATE task SET expires_at = greatest(expires_at, clock_timestamp() + $4::bigint * interval '1 s') WHERE id = $1::uuid)
INSERT INTO task_token (task_id, token_hash, nonce, expires_at)
VALUES ($1::uuid, $2, $3, clock_timestamp() + $4::bigint * interval '1 s')
ON CONFLICT (task_id) DO UPDATE SET token_hash = excluded.token_hash, nonce = excluded.nonce, expires_at = excluded.expires_at,
       created_at = clock_timestamp();

-- name: task_token_find :one
-- By its hash $1, or that of a task $2.
SELECT k.task_id::text AS task_id, t.type, t.title, t.requester_id, k.token_hash AS hash, us(k.created_at) AS created_us, us(k.expires_at) AS expires_us,
       k.expires_at <= clock_timestamp() AS expired
  FROM task_token k JOIN task t ON t.id = k.task_id
 WHERE k.token_hash = $1 OR k.task_id = $2::uuid;

-- name: task_token_nonce :one
-- For the mail that carries it, as long as it is good.
SELECT nonce FROM task_token WHERE task_id = $1::uuid AND token_hash = $2 AND expires_at > clock_timestamp();

-- name: task_token_expired :exec
DELETE FROM task_token WHERE token_hash = $1 AND expires_at <= clock_timestamp();

-- name: task_token_use :exec
-- The task is locked: of many only the first finds it.
DELETE FROM task_token WHERE task_id = $1::uuid AND token_hash = $2 AND expires_at > clock_timestamp();

-- name: task_token_submit :exec
UPDATE task SET token_data = $2::jsonb, state = 'approved', stage = 'submit', shared = '{}', due_at = clock_timestamp(), attempts = 0
 WHERE id = $1::uuid;

-- name: task_token_purge :exec
DELETE FROM task_token WHERE expires_at <= clock_timestamp();

-- name: task_token_ids :many
-- By the numbers of their tasks, newest first, behind $1 (0: from the newest); $2 how many.
SELECT t.seq AS id FROM task_token k JOIN task t ON t.id = k.task_id
 WHERE ($1::bigint = 0 OR t.seq < $1::bigint) ORDER BY t.seq DESC LIMIT $2::bigint;

-- name: task_token_show :many
-- Of $1 those that fit the conditions $2; at most $3.
SELECT k.task_id::text AS task_id, t.type, t.title, t.seq, us(k.created_at) AS created_us, us(k.expires_at) AS expires_us,
       k.expires_at <= clock_timestamp() AS expired
  FROM task_token k JOIN task t ON t.id = k.task_id
  LEFT JOIN task_filter_of(ARRAY(SELECT x.id FROM task x WHERE x.seq = ANY ($1::bigint[])), $2::jsonb) f ON f.task_id = t.id
 WHERE t.seq = ANY ($1::bigint[])
   AND ($2::jsonb IS NULL OR filter_holds(f.actual || jsonb_build_object('task', k.task_id, 'created_at', us(k.created_at), 'expires_at', us(k.expires_at),
       'expired', k.expires_at <= clock_timestamp()), $2))
 ORDER BY t.seq DESC LIMIT $3::bigint;
