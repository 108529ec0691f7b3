-- name: account_get :one
SELECT * FROM account_shown WHERE id = $1;

-- name: account_named :one
SELECT * FROM account_shown WHERE name = $1;

-- name: account_with_email :many
-- As many as $2.
SELECT s.* FROM account a JOIN account_shown s USING (id)
 WHERE lower(a.email) = lower($1) AND a.email <> '' ORDER BY a.id LIMIT $2::bigint;

-- name: account_list :many
SELECT * FROM account_shown ORDER BY name;

-- name: account_search :many
-- $1 a LIKE pattern, $2 enabled, $3 whether admin, $4 whether with the right dashboard, $5 team: NULL any. $6 the name
-- before the page, $7 rows.
SELECT a.*, coalesce((SELECT json_agg(json_build_object('name', t.name, 'role', m.role) ORDER BY t.name)
                        FROM membership m JOIN team t ON t.id = m.team_id WHERE m.account_id = a.id), '[]')::text AS teams
  FROM account_shown a
 WHERE ($1::text IS NULL OR a.name LIKE $1 OR lower(a.email) LIKE $1)
   AND ($2::boolean IS NULL OR a.disabled <> $2)
   AND ($3::boolean IS NULL OR a.admin = $3)
   AND ($4::boolean IS NULL OR a.dashboard = $4)
   AND ($5::text IS NULL OR EXISTS (SELECT FROM membership m JOIN team t ON t.id = m.team_id
                                     WHERE m.account_id = a.id AND t.name = $5))
   AND ($6::text IS NULL OR a.name COLLATE "C" > $6)
 ORDER BY a.name COLLATE "C" LIMIT $7;

-- name: account_counts :one
SELECT count(*) AS all, count(*) FILTER (WHERE disabled) AS disabled, count(*) FILTER (WHERE admin) AS admins,
       count(*) FILTER (WHERE dashboard AND NOT admin) AS dashboards FROM account_shown;

-- name: account_teams :many
SELECT t.name AS team, m.role::bigint AS role FROM membership m JOIN team t ON t.id = m.team_id
 WHERE m.account_id = $1 ORDER BY t.name;

-- name: account_add :one
-- No row: the name is taken.
INSERT INTO account (name, email, password_hash, admin, dashboard) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO NOTHING RETURNING id;

-- name: account_admins :many
-- All who could let the others in, locked: of two admins who strip each other the second finds himself alone.
SELECT id FROM account WHERE admin AND disabled_at IS NULL ORDER BY id FOR NO KEY UPDATE;

-- name: account_locked :one
SELECT id, name, email, admin, dashboard, disabled_at IS NOT NULL AS disabled FROM account WHERE name = $1 FOR NO KEY UPDATE;

-- name: account_change :exec
UPDATE account SET email = $2, admin = $3, dashboard = $4,
       disabled_at = CASE WHEN $5::boolean THEN coalesce(disabled_at, at($6::bigint)) END WHERE id = $1;

-- name: account_password :one
-- For whoever is about to compare it: NULL when nobody may sign in with it.
SELECT id, name, admin, dashboard, CASE WHEN disabled_at IS NULL THEN password_hash END AS password_hash
  FROM account WHERE name = $1;

-- name: account_set_password :one
-- All sessions end, but for the one that changed it. $5: somebody else set it, who knows it now.
WITH changed AS (
    UPDATE account SET password_hash = $2, password_changed_at = CASE WHEN NOT $5::boolean THEN at($4::bigint) END
     WHERE id = $1 RETURNING id, name
), ended AS (
    UPDATE session SET revoked_at = at($4::bigint) FROM changed
     WHERE session.account_id = changed.id AND session.id <> $3 AND revoked_at IS NULL
)
SELECT id, name FROM changed;

-- name: account_preferences :exec
UPDATE account SET timezone = $2, theme = $3, shortcuts = $4 WHERE id = $1;

-- name: account_actor :one
-- Who a JWT of the configured issuer names. $3: the scope that it gets.
SELECT 0::bigint AS id, $3::bigint AS scope, id AS account_id, name, admin, dashboard,
       coalesce(seen_at < at($2::bigint - 60000000), true) AS unseen
  FROM account WHERE name = $1 AND disabled_at IS NULL;

-- name: account_seen :exec
-- Once a minute.
UPDATE account SET seen_at = at($2::bigint) WHERE id = $1 AND (seen_at IS NULL OR seen_at < at($2::bigint - 60000000));

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

-- name: knock_here :one
INSERT INTO knock (key, window_start) VALUES ($1, at($2::bigint))
ON CONFLICT (key, window_start) DO UPDATE SET count = least(knock.count + 1, 1000000)
RETURNING key, count;

-- name: knock_forget :exec
DELETE FROM knock WHERE key = $1;
