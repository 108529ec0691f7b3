-- name: account_get :one
SELECT id, name, email, timezone, theme, admin, dashboard, shortcuts, disabled_at IS NOT NULL AS disabled,
       password_changed_at IS NULL AS password_first, us(created_at) AS created_us
  FROM account WHERE id = $1;

-- name: account_named :one
SELECT id, name, email, timezone, theme, admin, dashboard, shortcuts, disabled_at IS NOT NULL AS disabled,
       password_changed_at IS NULL AS password_first, us(created_at) AS created_us
  FROM account WHERE name = $1;

-- name: account_list :many
SELECT id, name, email, timezone, theme, admin, dashboard, shortcuts, disabled_at IS NOT NULL AS disabled,
       password_changed_at IS NULL AS password_first, us(created_at) AS created_us
  FROM account ORDER BY name;

-- name: account_add :one
-- No row: the name is taken.
INSERT INTO account (name, email, password_hash, admin, dashboard) VALUES ($1, $2, $3, $4, $4)
ON CONFLICT (name) DO NOTHING
RETURNING id, name, email, timezone, theme, admin, dashboard, shortcuts, disabled_at IS NOT NULL AS disabled,
       password_changed_at IS NULL AS password_first, us(created_at) AS created_us;

-- name: account_password :one
-- For whoever is about to compare it: NULL when nobody may sign in with it.
SELECT id, name, admin, dashboard, CASE WHEN disabled_at IS NULL THEN password_hash END AS password_hash
  FROM account WHERE name = $1;

-- name: account_set_password :one
-- All sessions end, but for the one that changed it.
WITH changed AS (
    UPDATE account SET password_hash = $2, password_changed_at = at($4::bigint) WHERE id = $1 RETURNING id, name
), ended AS (
    UPDATE session SET revoked_at = at($4::bigint) FROM changed
     WHERE session.account_id = changed.id AND session.id <> $3 AND revoked_at IS NULL
)
SELECT id, name FROM changed;

-- name: account_set_disabled :one
-- `was` tells whether anything changed.
WITH before AS (SELECT id, disabled_at IS NOT NULL AS was FROM account WHERE name = $1 FOR UPDATE)
UPDATE account SET disabled_at = CASE WHEN $2::boolean THEN coalesce(disabled_at, at($3::bigint)) END
  FROM before WHERE account.id = before.id RETURNING account.id, before.was;

-- name: account_preferences :exec
UPDATE account SET timezone = $2, theme = $3, shortcuts = $4 WHERE id = $1;

-- name: knock :many
-- Counts one more knock at each of these keys, and sweeps up what is over. In the order given, so that two
-- people at the same door never wait for each other crosswise.
WITH swept AS (
    DELETE FROM knock WHERE ctid IN (SELECT ctid FROM knock WHERE window_start < at($3::bigint) - interval '1 hour'
                                      LIMIT 100 FOR UPDATE SKIP LOCKED)
)
INSERT INTO knock (key, window_start) VALUES ($1, at($3::bigint)), ($2, at($3::bigint))
ON CONFLICT (key, window_start) DO UPDATE SET count = least(knock.count + 1, 1000000)
RETURNING key, count;

-- name: knock_forget :exec
DELETE FROM knock WHERE key = $1;
