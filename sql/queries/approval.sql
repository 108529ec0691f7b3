-- What a team demands before its jobs are changed or run.

-- name: approval_team :one
SELECT approvals::bigint AS required, approvals_for AS kinds, approver_role::bigint AS role, coalesce(approver_group_id, 0) AS group_id
  FROM team WHERE id = $1;

-- name: approval_asked :one
-- Who was asked for a task, and how many said yes to what it would do now.
SELECT (SELECT count(*) FROM task_approval a WHERE a.task_id = t.id AND a.hash = t.hash) AS required,
       coalesce(approver_role, 0)::bigint AS role, coalesce(approver_group_id, 0) AS group_id, coalesce(team_id, 0) AS team_id
  FROM task t WHERE id = $1::uuid;
