-- What a team demands before its jobs are changed or run.

-- name: approval_team :one
SELECT approvals::bigint AS required, approvals_for AS kinds, approver_role::bigint AS role, coalesce(approver_group_id, 0) AS group_id
  FROM team WHERE id = $1;

-- name: approval_asked :one
-- Who was asked for a task, and how many said yes to what it would do now.
SELECT (SELECT count(*) FROM task_approval a WHERE a.task_id = t.id AND a.hash = t.hash) AS required,
       coalesce(approver_role, 0)::bigint AS role, coalesce(approver_group_id, 0) AS group_id, coalesce(team_id, 0) AS team_id
  FROM task t WHERE id = $1::uuid;

-- name: approval_done :one
SELECT EXISTS (SELECT FROM task_action WHERE task_id = $1::uuid AND cache ? 'done') AS done;

-- name: team_approval_get :one
SELECT t.approvals::bigint AS required, t.approvals_for AS kinds, t.approver_role::bigint AS role, g.name AS group
  FROM team t LEFT JOIN approver_group g ON g.id = t.approver_group_id WHERE t.id = $1;

-- name: team_approval_set :exec
-- No row: there is no such group.
UPDATE team SET approvals = $2, approvals_for = $3, approver_role = $4, approver_group_id = (SELECT id FROM approver_group WHERE name = $5)
 WHERE id = $1 AND ($5::text IS NULL OR EXISTS (SELECT FROM approver_group WHERE name = $5));

-- ---- named groups

-- name: approver_groups :many
-- With the names of their members, a space between: no name of an account has one.
SELECT g.id, g.name, g.description, count(a.id) AS members, coalesce(string_agg(a.name, ' ' ORDER BY a.name), '') AS names,
       (SELECT count(*) FROM team t WHERE t.approver_group_id = g.id AND t.gone_at IS NULL) AS teams
  FROM approver_group g LEFT JOIN approver p ON p.group_id = g.id LEFT JOIN account a ON a.id = p.account_id
 WHERE $1::text IS NULL OR g.name = $1
 GROUP BY g.id ORDER BY g.name COLLATE "C" LIMIT 500;

-- name: approver_group_put :one
INSERT INTO approver_group (name, description) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET description = excluded.description RETURNING id;

-- name: approver_clear :exec
DELETE FROM approver WHERE group_id = $1;

-- name: approver_put :exec
-- No row: there is no such account.
INSERT INTO approver (group_id, account_id) SELECT $1, id FROM account WHERE name = $2;

-- name: approver_group_delete :exec
DELETE FROM approver_group WHERE id = $1;
