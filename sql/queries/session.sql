-- name: session_add :one
-- Only if the account is still what the password was compared with: a change or a lock that came in between wins.
INSERT INTO session (account_id, token_hash, address, agent, created_at, seen_at)
SELECT id, $3, $4, $5, at($6::bigint), at($6::bigint) FROM account
 WHERE id = $1 AND disabled_at IS NULL AND password_hash = $2 FOR SHARE
RETURNING id;

-- name: session_actor :one
-- Runs on every request, so it only reads. $3 and $4: the idle and the absolute limit, microseconds.
SELECT s.id, 4::bigint AS scope, a.id AS account_id, a.name, a.admin, a.dashboard, s.seen_at < at($2::bigint - 60000000) AS unseen
  FROM session s JOIN account a ON a.id = s.account_id
 WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND a.disabled_at IS NULL
   AND s.seen_at > at($2 - $3::bigint) AND s.created_at > at($2 - $4::bigint);

-- name: session_seen :exec
-- Once a minute.
UPDATE session SET seen_at = at($2::bigint) WHERE id = $1 AND seen_at < at($2);

-- name: session_list :many
SELECT id, address, agent, us(created_at) AS created_us, us(seen_at) AS seen_us
  FROM session
 WHERE account_id = $1 AND revoked_at IS NULL AND seen_at > at($2::bigint - $3::bigint) AND created_at > at($2::bigint - $4::bigint)
 ORDER BY id DESC LIMIT 200;

-- name: session_revoke :one
UPDATE session SET revoked_at = at($3::bigint) WHERE id = $2 AND account_id = $1 AND revoked_at IS NULL
RETURNING (SELECT name FROM account WHERE id = account_id) AS account;

-- name: session_revoke_others :exec
UPDATE session SET revoked_at = at($3::bigint) WHERE account_id = $1 AND id <> $2 AND revoked_at IS NULL;
