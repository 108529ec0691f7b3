-- Conditions on several fields of what belongs to a task are about one and the same action, token or notification: "an error, not
-- acknowledged" is not a seen error beside an open notification of another kind. The lists of one relation have one order, so the
-- nth of each is of the same row; where there is none, it is one row of nothing, as in an outer join.

CREATE FUNCTION filter_related(actual jsonb, conditions jsonb, relation text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    x jsonb;
    last int := 0;
    holds boolean;
BEGIN
    FOR x IN SELECT e FROM jsonb_array_elements(conditions) AS e WHERE starts_with(e->>'field', relation) LOOP
        last := greatest(last, jsonb_array_length(actual->(x->>'field')) - 1);
    END LOOP;
    FOR nth IN 0 .. last LOOP
        holds := true;
        FOR i IN 0 .. jsonb_array_length(conditions) - 1 LOOP
            x := conditions->i;
            CONTINUE WHEN NOT starts_with(x->>'field', relation);
            holds := filter_one(actual->(x->>'field')->>nth, x->>'kind', x->>'op', x->'value');
            EXIT WHEN holds IS NOT TRUE;
        END LOOP;
        IF holds THEN RETURN true; END IF;
    END LOOP;
    RETURN false;
END $$;

CREATE OR REPLACE FUNCTION filter_holds(actual jsonb, conditions jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    x jsonb;
    found jsonb;
    relation text;
    seen text[] := '{}';
    holds boolean;
BEGIN
    FOR i IN 0 .. coalesce(jsonb_array_length(conditions), 0) - 1 LOOP
        x := conditions->i;
        found := actual->(x->>'field');
        IF jsonb_typeof(found) = 'array' THEN
            relation := substring(x->>'field' FROM '^(?:task__)?(?:action|token|notification)__');
            CONTINUE WHEN relation = ANY (seen);
            IF relation IS NULL THEN
                holds := filter_any(found, x->>'kind', x->>'op', x->'value');
            ELSE
                seen := seen || relation;
                holds := filter_related(actual, conditions, relation);
            END IF;
        ELSE
            holds := filter_one(found #>> '{}', x->>'kind', x->>'op', x->'value');
        END IF;
        IF holds IS NOT TRUE THEN RETURN false; END IF;
    END LOOP;
    RETURN true;
END $$;
