-- What an editor saw, as what an approval counts, and what filters can name of all that belongs to a task.

-- Two who change the same never overwrite each other unseen.
ALTER TABLE task ADD version bigint NOT NULL DEFAULT 1;
ALTER TABLE approver_group ADD version bigint NOT NULL DEFAULT 1;

-- "manager of ops", "group dba", "admin": as what it counted when the task was approved; "" of those that are older than this, and
-- while the task waits, when it is what it counts as now.
ALTER TABLE task_approval ADD capacity text NOT NULL DEFAULT '';

CREATE FUNCTION task_capacity(t task, who bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT 'group ' || g.name FROM approver_group g JOIN approver a ON a.group_id = g.id AND a.account_id = who WHERE g.id = t.approver_group_id),
        (SELECT (ARRAY['viewer', 'operator', 'editor', 'manager'])[m.role] || ' of ' || x.name FROM membership m JOIN team x ON x.id = m.team_id
          WHERE t.approver_group_id IS NULL AND m.team_id = t.team_id AND m.account_id = who AND m.role >= t.approver_role),
        'admin')
$$;

-- Whether somebody may end it for others, or have its mail sent again: admins, and who manages the team that it concerns.
CREATE FUNCTION task_managed(t task, who bigint, everything boolean) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT everything OR EXISTS (SELECT FROM membership m WHERE m.team_id = t.team_id AND m.account_id = who AND m.role = 4)
$$;

-- Actions are made with their task, and again whenever it is changed.
ALTER TABLE task_action ADD created_at timestamptz;
UPDATE task_action a SET created_at = t.created_at FROM task t WHERE t.id = a.task_id;
ALTER TABLE task_action ALTER created_at SET DEFAULT clock_timestamp(), ALTER created_at SET NOT NULL;

-- ---- filters

CREATE OR REPLACE FUNCTION task_filter_row(t task) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    team text;
BEGIN
    IF t.team_id IS NOT NULL THEN
        SELECT m.name INTO team FROM team m WHERE m.id = t.team_id;
    END IF;
    RETURN jsonb_build_object('id', t.id, 'type', t.type, 'title', t.title, 'state', t.state, 'about', t.about,
        'requester', nullif(t.requester, ''), 'team', team, 'reason', t.reason, 'hash', t.hash, 'data_hash', t.data_hash,
        'data', t.data::text, 'address', nullif(t.address, ''),
        'valid', t.valid, 'approved', t.approved, 'completed', t.completed, 'cancelled', t.cancelled, 'approved_by', t.approved_by,
        'failure', t.failure, 'required_approvals', t.required_approvals, 'version', t.version, 'created_at', us(t.created_at),
        'approved_at', us(t.approved_at), 'completed_at', us(t.completed_at), 'ended_at', us(t.ended_at), 'expires_at', us(t.expires_at));
END $$;

-- Each relation by itself: what no condition names is not looked up. An action has several notes; they are one text, a line each.
CREATE FUNCTION task_filter_actions(of_task uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('action__name', coalesce(jsonb_agg(a.name), '[]'), 'action__data', coalesce(jsonb_agg(a.data::text), '[]'),
               'action__cache', coalesce(jsonb_agg(a.cache::text), '[]'), 'action__state', coalesce(jsonb_agg(a.state), '[]'),
               'action__valid', coalesce(jsonb_agg(a.valid), '[]'), 'action__auto_approve', coalesce(jsonb_agg(a.auto_approve), '[]'),
               'action__need_token', coalesce(jsonb_agg(a.need_token), '[]'), 'action__order', coalesce(jsonb_agg(a.ord), '[]'),
               'action__created_at', coalesce(jsonb_agg(us(a.created_at)), '[]'),
               'action__notes', coalesce(jsonb_agg((SELECT string_agg(n.text, E'\n' ORDER BY n.id) FROM task_note n
                    WHERE n.task_id = of_task AND n.ord = a.ord)), '[]'))
      FROM task_action a WHERE a.task_id = of_task
$$;
CREATE FUNCTION task_filter_tokens(of_task uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('token__created_at', coalesce(jsonb_agg(us(k.created_at)), '[]'),
               'token__expires_at', coalesce(jsonb_agg(us(k.expires_at)), '[]'),
               'token__expired', coalesce(jsonb_agg(k.expires_at <= clock_timestamp()), '[]'),
               'token__task', coalesce(jsonb_agg(k.task_id), '[]'))
      FROM task_token k WHERE k.task_id = of_task
$$;
CREATE FUNCTION task_filter_notifications(of_task uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('notification__id', coalesce(jsonb_agg(n.id), '[]'), 'notification__task', coalesce(jsonb_agg(n.task_id), '[]'),
               'notification__error', coalesce(jsonb_agg(n.error), '[]'), 'notification__notes', coalesce(jsonb_agg(n.notes::text), '[]'),
               'notification__acknowledged', coalesce(jsonb_agg(n.acknowledged_at IS NOT NULL), '[]'),
               'notification__acknowledged_at', coalesce(jsonb_agg(us(n.acknowledged_at)), '[]'),
               'notification__acknowledged_by', coalesce(jsonb_agg(n.acknowledged_by), '[]'),
               'notification__created_at', coalesce(jsonb_agg(us(n.created_at)), '[]'))
      FROM notification n WHERE n.task_id = of_task
$$;
CREATE OR REPLACE FUNCTION task_filter_more(of_task uuid, conditions jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    named text := conditions::text;
    more jsonb := '{}';
BEGIN
    IF named ~ '"field": "(task__)?notes"' THEN
        more := more || (SELECT jsonb_build_object('notes', coalesce(jsonb_agg(n.text), '[]')) FROM task_note n WHERE n.task_id = of_task);
    END IF;
    IF named ~ '"field": "(task__)?given_approvals"' THEN
        more := more || (SELECT jsonb_build_object('given_approvals', count(*)) FROM task t JOIN task_approval a ON a.task_id = t.id AND a.hash = t.hash
            JOIN account x ON x.id = a.account_id WHERE t.id = of_task AND (t.approved OR (x.disabled_at IS NULL AND task_approver(t, x.id, x.admin))));
    END IF;
    IF named ~ '"field": "(task__)?action__' THEN more := more || task_filter_actions(of_task); END IF;
    IF named ~ '"field": "(task__)?token__' THEN more := more || task_filter_tokens(of_task); END IF;
    IF named ~ '"field": "(task__)?notification__' THEN more := more || task_filter_notifications(of_task); END IF;
    RETURN more;
END $$;
DROP FUNCTION task_filter_related(uuid);
