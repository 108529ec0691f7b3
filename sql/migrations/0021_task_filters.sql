-- The filters of the lists of tasks, tokens and notifications: {"field": {"operation": value}}, all of which must hold.
-- model/filter.c has judged names and values, so nothing here can fail but a pattern that is no regular expression.

-- `actual` is a text, a number (times are microseconds), true or false; NULL holds for nothing but isnull and exact null.
CREATE FUNCTION filter_one(actual text, kind text, op text, wanted jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    w text := wanted #>> '{}';
    t timestamp;
BEGIN
    IF op = 'isnull' THEN RETURN (actual IS NULL) = w::boolean; END IF;
    IF op = 'exact' AND w IS NULL THEN RETURN actual IS NULL; END IF;
    IF actual IS NULL THEN RETURN false; END IF;
    IF op = 'in' THEN RETURN EXISTS (SELECT FROM jsonb_array_elements(wanted) e(v) WHERE filter_one(actual, kind, 'exact', e.v)); END IF;
    IF op = 'range' THEN RETURN filter_one(actual, kind, 'gte', wanted->0) AND filter_one(actual, kind, 'lte', wanted->1); END IF;
    IF kind = 'text' OR kind = 'bool' THEN
        RETURN CASE op
            WHEN 'exact' THEN actual = w
            WHEN 'iexact' THEN lower(actual) = lower(w)
            WHEN 'contains' THEN strpos(actual, w) > 0
            WHEN 'icontains' THEN strpos(lower(actual), lower(w)) > 0
            WHEN 'startswith' THEN starts_with(actual, w)
            WHEN 'istartswith' THEN starts_with(lower(actual), lower(w))
            WHEN 'endswith' THEN right(actual, length(w)) = w
            WHEN 'iendswith' THEN lower(right(actual, length(w))) = lower(w)
            WHEN 'gt' THEN actual COLLATE "C" > w WHEN 'gte' THEN actual COLLATE "C" >= w
            WHEN 'lt' THEN actual COLLATE "C" < w WHEN 'lte' THEN actual COLLATE "C" <= w
            WHEN 'regex' THEN actual ~ w
            WHEN 'iregex' THEN actual ~* w
        END;
    END IF;
    IF op IN ('exact', 'gt', 'gte', 'lt', 'lte') THEN
        RETURN CASE op WHEN 'exact' THEN actual::numeric = w::numeric
            WHEN 'gt' THEN actual::numeric > w::numeric WHEN 'gte' THEN actual::numeric >= w::numeric
            WHEN 'lt' THEN actual::numeric < w::numeric ELSE actual::numeric <= w::numeric END;
    END IF;
    t := at(actual::bigint) AT TIME ZONE 'UTC';
    RETURN CASE op WHEN 'date' THEN t::date = (at(w::bigint) AT TIME ZONE 'UTC')::date
        WHEN 'week_day' THEN extract(dow FROM t) + 1 = w::int -- 1 is Sunday
        WHEN 'second' THEN floor(extract(second FROM t)) = w::int
        ELSE date_part(op, t) = w::int END;
END $$;

CREATE FUNCTION filter_holds(actual jsonb, conditions jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT NOT EXISTS (SELECT FROM jsonb_to_recordset(conditions) AS x (field text, kind text, op text, value jsonb)
                        WHERE NOT coalesce(filter_one(actual->>x.field, x.kind, x.op, x.value), false))
$$;

CREATE FUNCTION filter_regex_is_sound(pattern text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM 'x' ~ pattern;
    RETURN true;
EXCEPTION WHEN invalid_regular_expression OR program_limit_exceeded THEN
    RETURN false;
END $$;

-- What conditions can name, as model/filter.c lists it.
CREATE FUNCTION task_filter_row(t task) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('id', t.id, 'type', t.type, 'title', t.title, 'state', t.state, 'about', t.about,
           'requester', nullif(t.requester, ''), 'team', (SELECT m.name FROM team m WHERE m.id = t.team_id), 'reason', t.reason, 'hash', t.hash,
           'valid', t.valid, 'approved', t.approved, 'completed', t.completed, 'cancelled', t.cancelled, 'approved_by', t.approved_by,
           'failure', t.failure, 'required_approvals', t.required_approvals, 'created_at', us(t.created_at),
           'approved_at', us(t.approved_at), 'completed_at', us(t.completed_at), 'expires_at', us(t.expires_at))
$$;

-- The same of the task that something belongs to, under task__<field>.
CREATE FUNCTION task_filter_row_of(task uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT jsonb_object_agg('task__' || e.key, e.value) FROM task t, jsonb_each(task_filter_row(t)) e WHERE t.id = task), '{}')
           || jsonb_build_object('task', task)
$$;
