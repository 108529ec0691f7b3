-- Tasks: what was asked for, and what became of it. $1 account, $2 whether an admin, wherever somebody looks. Who manages a team sees what
-- concerns it, whoever asked and whoever decides.

-- name: task_get :one
SELECT t.id::text AS id, t.seq, t.type, t.title, t.about, t.state, t.stage, t.requester, t.reason, t.requester_id, t.team_id, m.name AS team,
       t.data::text AS data_text, t.shared::text AS shared_text, t.hash, t.valid, t.approved, t.completed, t.cancelled,
       t.required_approvals::bigint AS required, (SELECT count(*) FROM task_approval a JOIN account x ON x.id = a.account_id WHERE a.task_id = t.id AND a.hash = t.hash
        AND (t.approved OR (x.disabled_at IS NULL AND task_approver(t, x.id, x.admin)))) AS given,
       t.approver_role::bigint AS approver_role, g.name AS approver_group, t.approved_by, t.failure, us(t.created_at) AS created_us,
       us(t.expires_at) AS expires_us, us(t.approved_at) AS approved_us, us(t.completed_at) AS completed_us, us(t.ended_at) AS ended_us,
       coalesce(t.requester_id = $1, false) AS mine, task_approver(t, $1, $2) AS decider, task_managed(t, $1, $2) AS manages, t.version,
       EXISTS (SELECT FROM task_approval a WHERE a.task_id = t.id AND a.account_id = $1 AND a.hash = t.hash) AS decided
  FROM task t LEFT JOIN team m ON m.id = t.team_id LEFT JOIN approver_group g ON g.id = t.approver_group_id
 WHERE t.id = $3::uuid AND ($2 OR t.requester_id = $1 OR task_approver(t, $1, $2)
        OR EXISTS (SELECT FROM membership x WHERE x.team_id = t.team_id AND x.account_id = $1 AND x.role = 4)
        OR (t.type IN ('job-change', 'job-run') AND EXISTS (SELECT FROM job j JOIN membership x ON x.team_id = j.team_id
              WHERE j.id = (t.data->>'job_id')::bigint AND x.account_id = $1 AND x.role = 4)));

-- name: task_lock :exec
SELECT FROM task WHERE id = $1::uuid FOR UPDATE;

-- name: task_actions :many
SELECT ord::bigint AS ord, name, data::text AS data_text, cache::text AS cache_text, state, token_fields, valid, need_token, auto_approve::text AS auto_approve
  FROM task_action WHERE task_id = $1::uuid ORDER BY ord;

-- name: task_notes :many
-- $2 with what is for admins alone.
SELECT id, us(at) AS at_us, ord::bigint AS ord, kind, actor, text
  FROM (SELECT id, at, ord, kind, actor, text FROM task_note WHERE task_id = $1::uuid
        UNION ALL SELECT id, at, ord, 'note', actor, text FROM task_aside WHERE $2::boolean AND task_id = $1::uuid) AS x
 ORDER BY at, id LIMIT 1000;

-- name: task_aside_add :exec
INSERT INTO task_aside (task_id, ord, actor, text) VALUES ($1::uuid, $2::bigint, $3, $4);

-- name: task_approvals :many
-- Those that count: of what would be applied now, by who may say so still. As what, is fixed once the task is approved.
SELECT a.account, a.comment, a.hash, us(a.at) AS at_us, CASE WHEN t.approved THEN a.capacity ELSE task_capacity(t, x.id) END AS capacity
  FROM task_approval a JOIN task t ON t.id = a.task_id JOIN account x ON x.id = a.account_id
 WHERE a.task_id = $1::uuid AND a.hash = t.hash AND (t.approved OR (x.disabled_at IS NULL AND task_approver(t, x.id, x.admin))) ORDER BY a.at, a.account;

-- name: task_add :one
INSERT INTO task (type, title, about, requester, requester_id, token_id, scope, address, req_id, team_id, reason, data, data_hash,
                  required_approvals, approver_role, approver_group_id, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7::bigint, $8, $9, $10, $11, $12::jsonb, $13, $14::bigint, $15::bigint, $16, at($17::bigint))
RETURNING id::text AS id;

-- name: task_add_action :exec
INSERT INTO task_action (task_id, ord, name, data) VALUES ($1::uuid, $2::bigint, $3, $4::jsonb);

-- name: task_replace :exec
WITH gone AS (DELETE FROM task_action WHERE task_id = $1::uuid), unsaid AS (DELETE FROM task_approval WHERE task_id = $1::uuid)
-- Another team has other approvers, and other fields may need others.
UPDATE task SET title = $2, about = $3, data = $4::jsonb, data_hash = $5, team_id = $6, reason = coalesce($7, reason),
       required_approvals = $8, approver_role = $9::bigint, approver_group_id = $10::bigint, hash = NULL, valid = false, shared = '{}',
       state = 'requested', stage = 'prepare', failure = NULL, due_at = clock_timestamp(), attempts = 0, edited_by = $11, version = version + 1
 WHERE id = $1::uuid;

-- name: task_duplicates :many
-- What has run out stands in nobody's way, also before work has written that down.
SELECT id::text AS id FROM task
 WHERE data_hash = $1 AND NOT completed AND NOT cancelled AND id IS DISTINCT FROM $2::uuid AND (expires_at > clock_timestamp() OR due_at IS NOT NULL)
 ORDER BY seq FOR UPDATE;

-- name: task_data_hash :one
SELECT data_hash FROM task WHERE id = $1::uuid;

-- name: task_duplicates_lock :exec
-- Two requests of the same at the same moment see each other.
SELECT pg_advisory_xact_lock(hashtextextended($1, 7314));

-- name: task_approve :exec
-- Another look at something else replaces one's own former. The same once more: no row.
INSERT INTO task_approval (task_id, account_id, account, comment, hash, capacity)
SELECT t.id, $2::bigint, $3, $4, $5, CASE WHEN t.approved THEN task_capacity(t, $2) ELSE '' END FROM task t WHERE t.id = $1::uuid
ON CONFLICT (task_id, account_id) DO UPDATE SET comment = excluded.comment, hash = excluded.hash, capacity = excluded.capacity, at = clock_timestamp()
 WHERE task_approval.hash <> excluded.hash;

-- name: task_approved :exec
-- $2 who the last was. Nobody has to be told any more that it waits.
WITH told AS (UPDATE notification SET acknowledged_at = clock_timestamp(), acknowledged_by = 'signalbox'
               WHERE task_id = $1::uuid AND NOT error AND acknowledged_at IS NULL),
     fixed AS (UPDATE task_approval a SET capacity = task_capacity(t, a.account_id) FROM task t WHERE t.id = a.task_id AND a.task_id = $1::uuid)
UPDATE task SET approved = true, approved_at = clock_timestamp(), approved_by = $2, state = 'approved', stage = 'approve',
       due_at = clock_timestamp(), attempts = 0
 WHERE id = $1::uuid;

-- name: task_resume :exec
-- An approved one that stands still: it failed, or the token that it waits for ran out, and its last stage makes another. No row: there
-- is nothing to be done again. What the stage has shared so far stays: it goes on, and does not begin anew.
WITH gone AS (DELETE FROM task_token WHERE task_id = $1::uuid AND expires_at <= clock_timestamp())
UPDATE task SET state = 'approved', stage = CASE WHEN stage = 'token' THEN 'approve' ELSE stage END, failure = NULL, due_at = clock_timestamp(), attempts = 0
 WHERE id = $1::uuid AND (state = 'failed' OR (stage = 'token'
       AND NOT EXISTS (SELECT FROM task_token k WHERE k.task_id = $1::uuid AND k.expires_at > clock_timestamp())));

-- name: task_end :exec
-- $2 rejected, cancelled or expired; $3 who asked is to be told.
WITH token AS (DELETE FROM task_token WHERE task_id = $1::uuid),
     told AS (UPDATE notification SET acknowledged_at = clock_timestamp(), acknowledged_by = 'signalbox'
               WHERE task_id = $1::uuid AND NOT error AND acknowledged_at IS NULL)
UPDATE task SET state = $2, stage = 'end', cancelled = true, ended_at = clock_timestamp(), due_at = CASE WHEN $3::boolean THEN clock_timestamp() END,
       attempts = 0, token_data = NULL
 WHERE id = $1::uuid;

-- name: task_note_add :exec
INSERT INTO task_note (task_id, ord, kind, actor, text) VALUES ($1::uuid, $2::bigint, $3, $4, $5);

-- name: task_wake :exec
SELECT pg_notify('task', '');

-- name: task_take :one
-- Others take other ones. $1 no step of an action of $3, $2 none of these types.
SELECT t.id::text AS id, t.attempts::bigint AS attempts, t.token_id, t.scope::bigint AS scope, t.address, t.req_id, t.token_data::text AS token_data,
       a.id IS NOT NULL AND a.disabled_at IS NULL AS there, coalesce(a.admin, false) AS admin,
       t.token_id <= 0 OR EXISTS (SELECT FROM token k WHERE k.id = t.token_id AND k.revoked_at IS NULL AND k.expires_at > now()) AS token_holds
  FROM task t LEFT JOIN account a ON a.id = t.requester_id
 WHERE t.due_at <= clock_timestamp()
   AND NOT (($1::boolean OR t.type = ANY ($2::text[]))
            AND EXISTS (SELECT FROM task_action x WHERE x.task_id = t.id AND x.name = ANY ($3::text[])
                           AND x.state = CASE t.stage WHEN 'prepare' THEN 'pending' WHEN 'approve' THEN 'prepared' ELSE 'approved' END))
 ORDER BY t.due_at LIMIT 1 FOR UPDATE OF t SKIP LOCKED;

-- name: task_claim :exec
-- It need not be on the disk before the step begins: what must be remembered is that a process died, not that the server did.
UPDATE task SET attempts = attempts + 1, due_at = clock_timestamp() + $2::bigint * interval '1 ms' WHERE id = $1::uuid
RETURNING set_config('synchronous_commit', 'off', true);

-- name: task_hold :one
SELECT t.id::text AS id, t.attempts::bigint AS attempts, t.token_id, t.scope::bigint AS scope, t.address, t.req_id, t.token_data::text AS token_data,
       a.id IS NOT NULL AND a.disabled_at IS NULL AS there, coalesce(a.admin, false) AS admin,
       t.token_id <= 0 OR EXISTS (SELECT FROM token k WHERE k.id = t.token_id AND k.revoked_at IS NULL AND k.expires_at > now()) AS token_holds
  FROM task t LEFT JOIN account a ON a.id = t.requester_id
 WHERE t.id = $1::uuid AND t.stage = $2 AND t.due_at IS NOT NULL AND t.attempts = coalesce($3::bigint, t.attempts)
   FOR UPDATE OF t;

-- name: task_action_save :exec
UPDATE task_action SET state = $3, cache = $4::jsonb, valid = $5, auto_approve = $6::boolean, need_token = $7, token_fields = $8
 WHERE task_id = $1::uuid AND ord = $2::bigint;

-- name: task_share :exec
UPDATE task SET shared = $2::jsonb WHERE id = $1::uuid;

-- name: task_move :exec
UPDATE task SET state = $2, shared = CASE WHEN stage = $3 THEN shared ELSE '{}' END, stage = $3,
       due_at = CASE WHEN $4 THEN clock_timestamp() END, hash = coalesce($5, hash), title = coalesce($6, title), valid = $7, attempts = 0
 WHERE id = $1::uuid;

-- name: task_complete :exec
WITH token AS (DELETE FROM task_token WHERE task_id = $1::uuid)
UPDATE task SET state = 'completed', stage = 'end', completed = true, completed_at = moment, ended_at = moment,
       due_at = NULL, token_data = NULL, shared = '{}' FROM (SELECT clock_timestamp() AS moment) m WHERE id = $1::uuid;

-- name: task_fail :exec
UPDATE task SET state = 'failed', failure = $2, due_at = NULL, attempts = 0 WHERE id = $1::uuid;

-- name: task_forget :exec
-- A hash of a password is not kept by what stands still: going on, it asks for one anew.
UPDATE task SET token_data = NULL, stage = 'approve' WHERE id = $1::uuid AND stage = 'submit' AND token_data ? 'password_hash';

-- name: task_rest :exec
-- It has ended, and who is to know of that was told.
UPDATE task SET due_at = NULL, attempts = 0 WHERE id = $1::uuid AND stage = 'end';

-- name: task_ending :one
-- Who ended it, and what he said.
SELECT actor, text FROM task_note WHERE task_id = $1::uuid AND ord IS NULL AND kind = 'step' ORDER BY id DESC LIMIT 1;

-- name: task_told :many
-- Who is told that it waits: whoever may say yes (as task_deciders), as far as his team has it so. $2 addresses that know already.
SELECT DISTINCT ON (lower(a.email)) a.email FROM task t LEFT JOIN team m ON m.id = t.team_id
  JOIN account a ON a.disabled_at IS NULL AND a.email <> '' AND a.id IS DISTINCT FROM t.requester_id
 WHERE t.id = $1::uuid AND coalesce(m.approver_mails, true) AND lower(a.email) <> ALL (SELECT lower(x) FROM unnest($2::text[]) AS x)
   AND CASE WHEN t.approver_group_id IS NOT NULL
            THEN EXISTS (SELECT FROM approver x WHERE x.group_id = t.approver_group_id AND x.account_id = a.id)
            WHEN t.approver_role IS NOT NULL AND t.team_id IS NOT NULL
            THEN EXISTS (SELECT FROM membership x WHERE x.team_id = t.team_id AND x.account_id = a.id AND x.role >= t.approver_role)
            ELSE a.admin END
 ORDER BY lower(a.email), a.id LIMIT $3::bigint;

-- name: task_addresses :many
-- $2 who asked; $3 what its actions name; $4 people with these roles in its team; $5 admins; $6 and these.
SELECT DISTINCT ON (lower(x.email)) x.email FROM task t, LATERAL (
         SELECT a.email FROM account a WHERE $2 AND a.id = t.requester_id
         UNION ALL SELECT s.cache->>'email' FROM task_action s WHERE $3 AND s.task_id = t.id
         UNION ALL SELECT e FROM task_action s, jsonb_array_elements_text(s.cache->'additional_emails') AS e WHERE $3 AND s.task_id = t.id
         UNION ALL SELECT a.email FROM membership m JOIN account a ON a.id = m.account_id AND a.disabled_at IS NULL
                    WHERE m.team_id = t.team_id AND m.role = ANY ($4::bigint[])
         UNION ALL SELECT a.email FROM account a WHERE $5 AND a.admin AND a.disabled_at IS NULL
         UNION ALL SELECT unnest($6::text[])) AS x (email)
 WHERE t.id = $1::uuid AND x.email <> '' ORDER BY lower(x.email), x.email LIMIT $7::bigint;

-- name: task_again :exec
UPDATE task SET attempts = attempts + $3::bigint, due_at = clock_timestamp() + $2::bigint * interval '1 ms' WHERE id = $1::uuid;

-- name: task_later :exec
UPDATE task SET attempts = 0, due_at = clock_timestamp() + $2::bigint * interval '1 ms' WHERE id = $1::uuid;

-- name: task_expired :many
SELECT id::text AS id FROM task WHERE expires_at <= clock_timestamp() AND NOT completed AND NOT cancelled AND due_at IS NULL
 ORDER BY expires_at LIMIT 100 FOR UPDATE SKIP LOCKED;
