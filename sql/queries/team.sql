-- name: team_add :one
-- No row: the name is taken.
INSERT INTO team (name) VALUES ($1) ON CONFLICT (name) DO NOTHING RETURNING id;

-- name: team_list :many
-- $1 account, $2 whether an admin (who sees all, as a manager).
SELECT id, name, role, description, keep_days, keep_runs, drift FROM team_seen($1, $2::boolean) ORDER BY name;

-- name: team_search :many
-- The same with counts. $3 a LIKE pattern or NULL, $4 the name before the page or NULL, $5 rows.
SELECT * FROM team_seen($1, $2::boolean)
 WHERE ($3::text IS NULL OR name LIKE $3 OR lower(description) LIKE $3) AND ($4::text IS NULL OR name COLLATE "C" > $4)
 ORDER BY name COLLATE "C" LIMIT $5;

-- name: team_named :one
SELECT id, name, role, description, keep_days, keep_runs, drift FROM team_seen($1, $2::boolean) WHERE name = $3;

-- name: team_get :one
SELECT id, name, role, description, keep_days, keep_runs, drift FROM team_seen($1, $2::boolean) WHERE id = $3;

-- name: team_counted :one
SELECT * FROM team_seen($1, $2::boolean) WHERE name = $3;

-- name: team_default :many
-- Where jobs can go that name no team: at most two rows are enough to tell.
SELECT id, name, role, description, keep_days, keep_runs, drift FROM team_seen($1, $2::boolean)
 WHERE role >= 3 ORDER BY id LIMIT 2;

-- name: team_lock :one
-- Until the end of the transaction nobody moves a job or a member into it, nor changes it.
SELECT id FROM team WHERE id = $1 AND gone_at IS NULL FOR UPDATE;

-- name: team_change :exec
UPDATE team SET name = $2, description = $3, keep_days = $4, keep_runs = $5, drift = $6 WHERE id = $1;

-- name: team_drop :exec
-- Its runs stay, and so the row does; its name is free again.
WITH left_alone AS (DELETE FROM membership WHERE team_id = $1)
UPDATE team SET gone_at = at($2::bigint), name = name || '~' || id WHERE id = $1;

-- name: team_members :many
-- $2 the name before the page, or NULL, $3 rows.
SELECT a.name AS account, m.role::bigint AS role, a.admin, a.disabled_at IS NOT NULL AS disabled
  FROM membership m JOIN account a ON a.id = m.account_id
 WHERE m.team_id = $1 AND ($2::text IS NULL OR a.name COLLATE "C" > $2)
 ORDER BY a.name COLLATE "C" LIMIT $3;

-- name: team_member_role :one
-- 0 when he is none. The row of the account is locked, so that two changes of one membership follow each other.
SELECT coalesce((SELECT role FROM membership WHERE account_id = a.id AND team_id = $2), 0)::bigint AS role
  FROM account a WHERE a.id = $1 FOR NO KEY UPDATE OF a;

-- name: team_member_set :exec
INSERT INTO membership (account_id, team_id, role) VALUES ($1, $2, $3)
ON CONFLICT (account_id, team_id) DO UPDATE SET role = excluded.role;

-- name: team_member_drop :exec
DELETE FROM membership WHERE account_id = $1 AND team_id = $2;
