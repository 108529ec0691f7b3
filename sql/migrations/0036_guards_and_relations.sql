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

-- Of many tasks at once, each relation by itself: what no condition names is not looked up. An action has several notes; they are one
-- text, a line each. Where there is none of a relation, its lists are empty.
CREATE FUNCTION task_filter_rows(ids uuid[], conditions jsonb) RETURNS TABLE (task_id uuid, actual jsonb) LANGUAGE plpgsql STABLE ROWS 300 AS $$
#variable_conflict use_column
DECLARE
    named text := coalesce(conditions::text, '');
    notes boolean := named ~ '"field": "(task__)?notes"';
    given boolean := named ~ '"field": "(task__)?given_approvals"';
    actions boolean := named ~ '"field": "(task__)?action__';
    action_notes boolean := named ~ '"field": "(task__)?action__notes"';
    tokens boolean := named ~ '"field": "(task__)?token__';
    notifications boolean := named ~ '"field": "(task__)?notification__';
BEGIN
    IF conditions IS NULL THEN RETURN; END IF;
    RETURN QUERY
    SELECT t.id, task_filter_row(t)
           || CASE WHEN notes THEN coalesce(o.more, '{"notes": []}') ELSE '{}' END
           || CASE WHEN given THEN jsonb_build_object('given_approvals', coalesce(g.n, 0)) ELSE '{}' END
           || CASE WHEN actions THEN coalesce(a.more, '{"action__name": [], "action__data": [], "action__cache": [], "action__state": [], "action__valid": [],
                "action__auto_approve": [], "action__need_token": [], "action__order": [], "action__created_at": [], "action__notes": []}') ELSE '{}' END
           || CASE WHEN tokens THEN coalesce(k.more, '{"token__created_at": [], "token__expires_at": [], "token__expired": [], "token__task": []}') ELSE '{}' END
           || CASE WHEN notifications THEN coalesce(n.more, '{"notification__id": [], "notification__task": [], "notification__error": [],
                "notification__notes": [], "notification__acknowledged": [], "notification__acknowledged_at": [], "notification__acknowledged_by": [],
                "notification__created_at": []}') ELSE '{}' END
      FROM task t
      LEFT JOIN (SELECT x.task_id, jsonb_build_object('notes', jsonb_agg(x.text)) AS more FROM task_note x
                  WHERE notes AND x.task_id = ANY (ids) GROUP BY x.task_id) o ON o.task_id = t.id
      LEFT JOIN (SELECT y.id, count(*) AS n FROM task y JOIN task_approval x ON x.task_id = y.id AND x.hash = y.hash JOIN account z ON z.id = x.account_id
                  WHERE given AND y.id = ANY (ids) AND (y.approved OR (z.disabled_at IS NULL AND task_approver(y, z.id, z.admin)))
                  GROUP BY y.id) g ON g.id = t.id
      LEFT JOIN (SELECT x.task_id, jsonb_build_object('action__name', jsonb_agg(x.name), 'action__data', jsonb_agg(x.data::text),
                        'action__cache', jsonb_agg(x.cache::text), 'action__state', jsonb_agg(x.state), 'action__valid', jsonb_agg(x.valid),
                        'action__auto_approve', jsonb_agg(x.auto_approve), 'action__need_token', jsonb_agg(x.need_token),
                        'action__order', jsonb_agg(x.ord), 'action__created_at', jsonb_agg(us(x.created_at)),
                        'action__notes', jsonb_agg(y.text)) AS more
                   FROM task_action x
                   LEFT JOIN (SELECT z.task_id, z.ord, string_agg(z.text, E'\n' ORDER BY z.id) AS text FROM task_note z
                               WHERE action_notes AND z.task_id = ANY (ids) AND z.ord IS NOT NULL GROUP BY z.task_id, z.ord) y
                          ON y.task_id = x.task_id AND y.ord = x.ord
                  WHERE actions AND x.task_id = ANY (ids) GROUP BY x.task_id) a ON a.task_id = t.id
      LEFT JOIN (SELECT x.task_id, jsonb_build_object('token__created_at', jsonb_agg(us(x.created_at)), 'token__expires_at', jsonb_agg(us(x.expires_at)),
                        'token__expired', jsonb_agg(x.expires_at <= clock_timestamp()), 'token__task', jsonb_agg(x.task_id)) AS more
                   FROM task_token x WHERE tokens AND x.task_id = ANY (ids) GROUP BY x.task_id) k ON k.task_id = t.id
      LEFT JOIN (SELECT x.task_id, jsonb_build_object('notification__id', jsonb_agg(x.id), 'notification__task', jsonb_agg(x.task_id),
                        'notification__error', jsonb_agg(x.error), 'notification__notes', jsonb_agg(x.notes::text),
                        'notification__acknowledged', jsonb_agg(x.acknowledged_at IS NOT NULL), 'notification__acknowledged_at', jsonb_agg(us(x.acknowledged_at)),
                        'notification__acknowledged_by', jsonb_agg(x.acknowledged_by), 'notification__created_at', jsonb_agg(us(x.created_at))) AS more
                   FROM notification x WHERE notifications AND x.task_id = ANY (ids) GROUP BY x.task_id) n ON n.task_id = t.id
     WHERE t.id = ANY (ids);
END $$;

-- Of the tasks that something belongs to, under task__<field>.
CREATE FUNCTION task_filter_of(ids uuid[], conditions jsonb) RETURNS TABLE (task_id uuid, actual jsonb) LANGUAGE sql STABLE ROWS 300 AS $$
    SELECT r.task_id, (SELECT jsonb_object_agg('task__' || e.key, e.value) FROM jsonb_each(r.actual) e) FROM task_filter_rows(ids, conditions) r
$$;
DROP FUNCTION task_filter_of(uuid, jsonb);
DROP FUNCTION task_filter_more(uuid, jsonb);
DROP FUNCTION task_filter_related(uuid);
