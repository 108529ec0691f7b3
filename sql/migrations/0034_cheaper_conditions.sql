-- Conditions of lists are held against a few hundred rows a request. As functions in SQL each of these began and ended a query of
-- its own for each row; in PL/pgSQL most of them are expressions. What they say is what they said.

CREATE OR REPLACE FUNCTION filter_holds(actual jsonb, conditions jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    x jsonb;
    found jsonb;
    holds boolean;
BEGIN
    FOR i IN 0 .. coalesce(jsonb_array_length(conditions), 0) - 1 LOOP
        x := conditions->i;
        found := actual->(x->>'field');
        IF jsonb_typeof(found) = 'array' THEN
            holds := filter_any(found, x->>'kind', x->>'op', x->'value');
        ELSE
            holds := filter_one(found #>> '{}', x->>'kind', x->>'op', x->'value');
        END IF;
        IF holds IS NOT TRUE THEN RETURN false; END IF;
    END LOOP;
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION task_filter_row(t task) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    team text;
BEGIN
    IF t.team_id IS NOT NULL THEN
        SELECT m.name INTO team FROM team m WHERE m.id = t.team_id;
    END IF;
    RETURN jsonb_build_object('id', t.id, 'type', t.type, 'title', t.title, 'state', t.state, 'about', t.about,
        'requester', nullif(t.requester, ''), 'team', team, 'reason', t.reason, 'hash', t.hash,
        'valid', t.valid, 'approved', t.approved, 'completed', t.completed, 'cancelled', t.cancelled, 'approved_by', t.approved_by,
        'failure', t.failure, 'required_approvals', t.required_approvals, 'created_at', us(t.created_at),
        'approved_at', us(t.approved_at), 'completed_at', us(t.completed_at), 'expires_at', us(t.expires_at));
END $$;

CREATE FUNCTION task_filter_related(of_task uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT (SELECT jsonb_build_object('notes', coalesce(jsonb_agg(n.text), '[]')) FROM task_note n WHERE n.task_id = of_task)
        || (SELECT jsonb_build_object('action__name', coalesce(jsonb_agg(a.name), '[]'), 'action__state', coalesce(jsonb_agg(a.state), '[]'),
                   'action__valid', coalesce(jsonb_agg(a.valid), '[]'), 'action__auto_approve', coalesce(jsonb_agg(a.auto_approve), '[]'),
                   'action__need_token', coalesce(jsonb_agg(a.need_token), '[]')) FROM task_action a WHERE a.task_id = of_task)
        || (SELECT jsonb_build_object('token__created_at', coalesce(jsonb_agg(us(k.created_at)), '[]'),
                   'token__expires_at', coalesce(jsonb_agg(us(k.expires_at)), '[]')) FROM task_token k WHERE k.task_id = of_task)
        || (SELECT jsonb_build_object('notification__error', coalesce(jsonb_agg(n.error), '[]'),
                   'notification__acknowledged', coalesce(jsonb_agg(n.acknowledged_at IS NOT NULL), '[]'),
                   'notification__created_at', coalesce(jsonb_agg(us(n.created_at)), '[]')) FROM notification n WHERE n.task_id = of_task)
$$;
CREATE OR REPLACE FUNCTION task_filter_more(of_task uuid, conditions jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF conditions::text !~ '"field": "(task__)?(notes|action__|token__|notification__)' THEN RETURN '{}'; END IF;
    RETURN task_filter_related(of_task);
END $$;
