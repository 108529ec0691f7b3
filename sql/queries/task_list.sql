-- Lists of tasks and their counts. $1 account, $2 whether an admin. Who decides is said again here as task_approver() says it, in a
-- way that the planner sees through.

-- name: task_plans :exec
SELECT set_config('plan_cache_mode', 'force_custom_plan', true);

-- name: task_reach :one
-- Whose tasks account $1 may decide: of teams by its role there, and of groups.
SELECT coalesce(array_agg(m.team_id) FILTER (WHERE m.role = 2), '{}')::text AS operated, coalesce(array_agg(m.team_id) FILTER (WHERE m.role = 3), '{}')::text AS edited,
       coalesce(array_agg(m.team_id) FILTER (WHERE m.role = 4), '{}')::text AS managed,
       coalesce((SELECT array_agg(a.group_id) FROM approver a WHERE a.account_id = $1), '{}')::text AS groups
  FROM membership m WHERE m.account_id = $1;

-- A list in two steps: which tasks, planned for its filters; then what is shown of them.

-- name: task_ids :many
-- $3 "me", "mine" or "all"; $4 states; $5 type; $6 team; $7 who asked; $8 about what; $9 words (a LIKE pattern); $10 behind which; $11 how
-- many; $12 to $15 what task_reach says of the account.
SELECT t.seq FROM task t
 WHERE t.seq < $10::bigint
   AND ($2::boolean OR t.requester_id = $1 OR t.approver_group_id = ANY ($15::bigint[])
        OR t.team_id = ANY ($14::bigint[])
        OR (t.type IN ('job-change', 'job-run') AND EXISTS (SELECT FROM job j WHERE j.id = (t.data->>'job_id')::bigint AND j.team_id = ANY ($14::bigint[])))
        OR (t.approver_group_id IS NULL AND (t.team_id = ANY ($12::bigint[]) AND t.approver_role <= 2
            OR t.team_id = ANY ($13::bigint[]) AND t.approver_role <= 3)))
   AND ($3::text <> 'mine' OR t.requester_id = $1)
   AND ($3 <> 'me' OR ((t.stage = 'wait' OR (t.state = 'failed' AND t.hash IS NOT NULL)) AND t.requester_id IS DISTINCT FROM $1
        AND (t.state = 'failed' OR NOT EXISTS (SELECT FROM task_approval a WHERE a.task_id = t.id AND a.account_id = $1 AND a.hash = t.hash))
        -- Who manages the team sees it; he may not decide on all of it.
        AND ($2::boolean OR t.approver_group_id = ANY ($15::bigint[])
             OR (t.approver_group_id IS NULL AND (t.team_id = ANY ($12::bigint[]) AND t.approver_role <= 2
                 OR t.team_id = ANY ($13::bigint[]) AND t.approver_role <= 3 OR t.team_id = ANY ($14::bigint[]) AND t.approver_role <= 4)))))
   AND ($4::text[] IS NULL OR t.state = ANY ($4))
   AND ($5::text IS NULL OR t.type = $5)
   AND ($6::text IS NULL OR t.team_id = (SELECT m.id FROM team m WHERE m.name = $6))
   AND ($7::text IS NULL OR t.requester = $7)
   AND ($8::text IS NULL OR t.about = $8)
   AND ($9::text IS NULL OR lower(t.title || ' ' || t.requester || ' ' || t.reason) LIKE lower($9))
 ORDER BY t.seq DESC LIMIT $11::bigint;

-- name: task_show :many
-- Of $3, newest first, those that fit the conditions $4; at most $5.
SELECT t.id::text AS id, t.seq, t.type, t.title, t.about, t.state, t.stage, t.requester, t.reason, t.requester_id, t.team_id, m.name AS team,
       t.data::text AS data_text, t.shared::text AS shared_text, t.hash, t.valid, t.approved, t.completed, t.cancelled,
       t.required_approvals::bigint AS required, (SELECT count(*) FROM task_approval a JOIN account x ON x.id = a.account_id WHERE a.task_id = t.id AND a.hash = t.hash
        AND (t.approved OR (x.disabled_at IS NULL AND task_approver(t, x.id, x.admin)))) AS given,
       t.approver_role::bigint AS approver_role, g.name AS approver_group, t.approved_by, t.failure, us(t.created_at) AS created_us,
       us(t.expires_at) AS expires_us, us(t.approved_at) AS approved_us, us(t.completed_at) AS completed_us, us(t.ended_at) AS ended_us,
       coalesce(t.requester_id = $1, false) AS mine, task_approver(t, $1, $2) AS decider, task_managed(t, $1, $2) AS manages, t.version,
       EXISTS (SELECT FROM task_approval a WHERE a.task_id = t.id AND a.account_id = $1 AND a.hash = t.hash) AS decided
  FROM task t LEFT JOIN team m ON m.id = t.team_id LEFT JOIN approver_group g ON g.id = t.approver_group_id
 WHERE t.seq = ANY ($3::bigint[]) AND ($4::jsonb IS NULL OR t.id IN (SELECT r.task_id
        FROM task_filter_rows(ARRAY(SELECT x.id FROM task x WHERE x.seq = ANY ($3::bigint[])), $4) r WHERE filter_holds(r.actual, $4)))
 ORDER BY t.seq DESC LIMIT $5::bigint;

-- name: task_last_created :one
-- Of those that are not completed, whatever else became of them.
SELECT id::text AS id FROM task WHERE NOT completed ORDER BY seq DESC LIMIT 1;

-- name: task_last_completed :one
SELECT id::text AS id FROM task WHERE completed ORDER BY completed_at DESC LIMIT 1;

-- name: task_waits :one
-- For the rail of every page: a look at one small index.
SELECT count(*) AS n FROM (
    SELECT FROM task t
     WHERE (t.stage = 'wait' OR (t.state = 'failed' AND t.hash IS NOT NULL)) AND t.requester_id IS DISTINCT FROM $1
       AND ($2::boolean OR t.approver_group_id IN (SELECT x.group_id FROM approver x WHERE x.account_id = $1)
            OR (t.approver_group_id IS NULL
                AND t.approver_role <= (SELECT x.role FROM membership x WHERE x.team_id = t.team_id AND x.account_id = $1)))
       AND (t.state = 'failed' OR NOT EXISTS (SELECT FROM task_approval a WHERE a.task_id = t.id AND a.account_id = $1 AND a.hash = t.hash))
     LIMIT 1000) AS waits;

-- name: task_counts :one
SELECT (SELECT count(*) FROM (SELECT FROM task t WHERE t.requester_id = $1 AND NOT t.completed AND NOT t.cancelled LIMIT 1000) AS x) AS mine,
       (SELECT count(*) FROM (SELECT FROM notification n WHERE $2::boolean AND n.acknowledged_at IS NULL LIMIT 1000) AS x) AS notifications;

-- name: task_deciders :many
-- Who may still say yes: of the group, or of the role; admins where nobody else is asked.
SELECT a.name FROM task t JOIN account a ON a.disabled_at IS NULL AND a.id IS DISTINCT FROM t.requester_id
 WHERE t.id = $1::uuid
   AND CASE WHEN t.approver_group_id IS NOT NULL
            THEN EXISTS (SELECT FROM approver x WHERE x.group_id = t.approver_group_id AND x.account_id = a.id)
            WHEN t.approver_role IS NOT NULL AND t.team_id IS NOT NULL
            THEN EXISTS (SELECT FROM membership x WHERE x.team_id = t.team_id AND x.account_id = a.id AND x.role >= t.approver_role)
            ELSE a.admin END
   AND NOT EXISTS (SELECT FROM task_approval p WHERE p.task_id = t.id AND p.account_id = a.id AND p.hash = t.hash)
 ORDER BY a.name LIMIT 9;
