-- What a team demands before its jobs are changed or run.

-- name: approval_team :one
SELECT approvals::bigint AS required, approvals_for AS kinds, approver_role::bigint AS role, coalesce(approver_group_id, 0) AS group_id
  FROM team WHERE id = $1;

-- name: approval_backed :one
-- How many said yes to what a task does now and may say so now: admins, group $3 or, without one, role $2 and above in team $4.
-- Nobody on what he asked for, or made of it.
SELECT count(*) AS n
  FROM task_approval a JOIN task t ON t.id = a.task_id AND t.hash = a.hash JOIN account x ON x.id = a.account_id
 WHERE t.id = $1::uuid AND x.disabled_at IS NULL AND x.id IS DISTINCT FROM t.requester_id AND x.id IS DISTINCT FROM t.edited_by
   AND (x.admin
        OR ($3::bigint <> 0 AND EXISTS (SELECT FROM approver p WHERE p.group_id = $3 AND p.account_id = x.id))
        OR ($3 = 0 AND $2::bigint <> 0 AND EXISTS (SELECT FROM membership m WHERE m.team_id = $4 AND m.account_id = x.id AND m.role >= $2)));

-- name: approval_started :many
-- The teams of jobs that run behind $1 and that have a say in runs, and what the most demanding job of each says.
WITH RECURSIVE down AS (
    SELECT name, team_id, spec, 1 AS step FROM job WHERE parent_job = $1 AND NOT disabled
    UNION ALL
    SELECT j.name, j.team_id, j.spec, d.step + 1 FROM down d JOIN job j ON j.parent_job = d.name WHERE NOT j.disabled AND d.step < 1000
)
SELECT d.team_id, max(coalesce((d.spec->>'approvals')::bigint, 0)) AS own
  FROM down d JOIN team t ON t.id = d.team_id
 WHERE t.approvals_for LIKE '%run%' AND (t.approvals > 0 OR (d.spec->>'approvals')::bigint > 0)
 GROUP BY d.team_id ORDER BY d.team_id;

-- name: approval_done :one
SELECT EXISTS (SELECT FROM task_action WHERE task_id = $1::uuid AND cache ? 'done') AS done;

-- name: team_approval_get :one
SELECT t.approvals::bigint AS required, t.approvals_for AS kinds, t.approver_role::bigint AS role, g.name AS group, t.approver_mails AS mails
  FROM team t LEFT JOIN approver_group g ON g.id = t.approver_group_id WHERE t.id = $1;

-- name: team_approval_own :one
-- Whether jobs of the team demand approvals themselves: of the people that the team names.
SELECT EXISTS (SELECT FROM job WHERE team_id = $1 AND (spec->>'approvals')::bigint > 0) AS yes;

-- name: team_approval_set :exec
-- No row: there is no such group.
UPDATE team SET approvals = $2, approvals_for = $3, approver_role = $4, approver_group_id = (SELECT id FROM approver_group WHERE name = $5),
       approver_mails = $6
 WHERE id = $1 AND ($5::text IS NULL OR EXISTS (SELECT FROM approver_group WHERE name = $5));

-- ---- named groups

-- name: approver_groups :many
-- With the names of their members, a space between: no name of an account has one.
SELECT g.id, g.name, g.description, g.version, count(a.id) AS members, coalesce(string_agg(a.name, ' ' ORDER BY a.name), '') AS names,
       (SELECT count(*) FROM team t WHERE t.approver_group_id = g.id AND t.gone_at IS NULL) AS teams
  FROM approver_group g LEFT JOIN approver p ON p.group_id = g.id LEFT JOIN account a ON a.id = p.account_id
 WHERE $1::text IS NULL OR g.name = $1
 GROUP BY g.id ORDER BY g.name COLLATE "C" LIMIT 500;

-- name: approver_group_lock :exec
SELECT FROM approver_group WHERE name = $1 FOR UPDATE;

-- name: approver_group_put :one
INSERT INTO approver_group (name, description) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET description = excluded.description
RETURNING id, version, xmax = 0 AS made;

-- name: approver_group_changed :exec
UPDATE approver_group SET version = version + 1 WHERE id = $1;

-- name: approver_clear :exec
DELETE FROM approver WHERE group_id = $1;

-- name: approver_put :exec
-- No row: there is no such account.
INSERT INTO approver (group_id, account_id) SELECT $1, id FROM account WHERE name = $2;

-- name: approver_group_delete :exec
DELETE FROM approver_group WHERE id = $1;
