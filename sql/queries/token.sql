-- name: token_add :one
INSERT INTO token (account_id, name, token_hash, scope, created_at, expires_at)
VALUES ($1, $2, $3, $4, at($5::bigint), at($6::bigint)) RETURNING id;

-- name: token_manages :one
SELECT EXISTS (SELECT FROM membership WHERE account_id = $1 AND role = 4) AS manages;

-- name: token_actor :one
-- Runs on every request of a program, so it only reads.
SELECT t.id, t.scope::bigint, a.id AS account_id, a.name, a.admin, a.dashboard,
       coalesce(t.used_at < at($2::bigint - 60000000), true) AS unseen
  FROM token t JOIN account a ON a.id = t.account_id
 WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND a.disabled_at IS NULL AND t.expires_at > at($2);

-- name: token_seen :exec
-- Once a minute.
UPDATE token SET used_at = at($2::bigint) WHERE id = $1 AND (used_at IS NULL OR used_at < at($2));

-- name: token_list :many
SELECT t.id, t.name, a.name AS account, t.scope::bigint, us(t.created_at) AS created_us,
       us(t.expires_at) AS expires_us, us(t.used_at) AS used_us
  FROM token t JOIN account a ON a.id = t.account_id
 WHERE ($1::bigint = 0 OR t.account_id = $1) AND t.revoked_at IS NULL AND t.expires_at > at($2::bigint)
 ORDER BY a.name, t.id LIMIT 1000;

-- name: token_revoke :one
UPDATE token SET revoked_at = at($3::bigint) WHERE id = $2 AND ($1::bigint = 0 OR account_id = $1) AND revoked_at IS NULL
RETURNING id, name;
