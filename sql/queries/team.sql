-- name: team_add :one
-- No row: the name is taken.
INSERT INTO team (name) VALUES ($1) ON CONFLICT (name) DO NOTHING RETURNING id, name, 4::bigint AS role;

-- name: team_list :many
-- $1 account, $2 whether an admin (who sees all, as a manager).
SELECT t.id, t.name, CASE WHEN $2::boolean THEN 4 ELSE m.role END::bigint AS role
  FROM team t LEFT JOIN membership m ON m.team_id = t.id AND m.account_id = $1
 WHERE $2 OR m.role IS NOT NULL ORDER BY t.name;

-- name: team_named :one
SELECT t.id, t.name, CASE WHEN $2::boolean THEN 4 ELSE m.role END::bigint AS role
  FROM team t LEFT JOIN membership m ON m.team_id = t.id AND m.account_id = $1
 WHERE ($2 OR m.role IS NOT NULL) AND t.name = $3;

-- name: team_default :many
-- Where jobs can go that name no team: at most two rows are enough to tell.
SELECT t.id, t.name, CASE WHEN $2::boolean THEN 4 ELSE m.role END::bigint AS role
  FROM team t LEFT JOIN membership m ON m.team_id = t.id AND m.account_id = $1
 WHERE $2 OR m.role >= 3 ORDER BY t.id LIMIT 2;

-- name: team_member_role :one
-- 0 when he is none. The row of the account is locked, so that two changes of one membership follow each other.
SELECT coalesce((SELECT role FROM membership WHERE account_id = a.id AND team_id = $2), 0)::bigint AS role
  FROM account a WHERE a.id = $1 FOR NO KEY UPDATE OF a;

-- name: team_member_set :exec
INSERT INTO membership (account_id, team_id, role) VALUES ($1, $2, $3)
ON CONFLICT (account_id, team_id) DO UPDATE SET role = excluded.role;

-- name: team_member_drop :exec
DELETE FROM membership WHERE account_id = $1 AND team_id = $2;
