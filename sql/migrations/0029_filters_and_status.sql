-- What filters of lists can name beside the row itself: what its actions, tokens, notifications and notes are. Of those a task may
-- have several: a condition holds when it holds for one of them.

CREATE FUNCTION filter_any(actual jsonb, kind text, op text, wanted jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT EXISTS (SELECT FROM (SELECT jsonb_array_elements_text(actual) AS v UNION ALL SELECT NULL WHERE actual = '[]') AS x
                    WHERE filter_one(x.v, kind, op, wanted))
$$;

CREATE OR REPLACE FUNCTION filter_holds(actual jsonb, conditions jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT NOT EXISTS (SELECT FROM jsonb_to_recordset(conditions) AS x (field text, kind text, op text, value jsonb)
                        WHERE NOT CASE WHEN jsonb_typeof(actual->x.field) = 'array' THEN filter_any(actual->x.field, x.kind, x.op, x.value)
                                       ELSE coalesce(filter_one(actual->>x.field, x.kind, x.op, x.value), false) END)
$$;

-- Only where a condition may name it, for it is looked up row by row.
CREATE FUNCTION task_filter_more(of_task uuid, conditions jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN conditions::text ~ '"field": "(task__)?(notes|action__|token__|notification__)' THEN
        (SELECT jsonb_build_object('notes', coalesce(jsonb_agg(n.text), '[]')) FROM task_note n WHERE n.task_id = of_task)
        || (SELECT jsonb_build_object('action__name', coalesce(jsonb_agg(a.name), '[]'), 'action__state', coalesce(jsonb_agg(a.state), '[]'),
                   'action__valid', coalesce(jsonb_agg(a.valid), '[]'), 'action__auto_approve', coalesce(jsonb_agg(a.auto_approve), '[]'),
                   'action__need_token', coalesce(jsonb_agg(a.need_token), '[]')) FROM task_action a WHERE a.task_id = of_task)
        || (SELECT jsonb_build_object('token__created_at', coalesce(jsonb_agg(us(k.created_at)), '[]'),
                   'token__expires_at', coalesce(jsonb_agg(us(k.expires_at)), '[]')) FROM task_token k WHERE k.task_id = of_task)
        || (SELECT jsonb_build_object('notification__error', coalesce(jsonb_agg(n.error), '[]'),
                   'notification__acknowledged', coalesce(jsonb_agg(n.acknowledged_at IS NOT NULL), '[]'),
                   'notification__created_at', coalesce(jsonb_agg(us(n.created_at)), '[]')) FROM notification n WHERE n.task_id = of_task)
    ELSE '{}' END
$$;

-- Of the task that something belongs to, under task__<field>.
CREATE FUNCTION task_filter_of(of_task uuid, conditions jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT jsonb_object_agg('task__' || e.key, e.value)
                       FROM task t, jsonb_each(task_filter_row(t) || task_filter_more(t.id, conditions)) e WHERE t.id = of_task), '{}')
           || jsonb_build_object('task', of_task)
$$;
DROP FUNCTION task_filter_row_of(uuid);

-- What is asked for by GET /status: the newest that is not completed, and the one that was completed last.
CREATE INDEX task_unfinished ON task (seq DESC) WHERE NOT completed;
CREATE INDEX task_completed ON task (completed_at DESC) WHERE completed;
