-- Fires that were expected and that no run answered.

-- From when to when the engine had a version of a job exactly as it stands here; only in between is anything expected of
-- it. At most one row a job is open; a change closes it, and the worker judges what was left and takes it away.
CREATE TABLE watch (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id    bigint NOT NULL REFERENCES job ON DELETE CASCADE,
    version   bigint NOT NULL,
    from_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    until_at  timestamptz,          -- a change was saved then; NULL: still so
    judged_at timestamptz NOT NULL DEFAULT clock_timestamp(), -- fires up to here are judged; of @every, the last one known
    next_at   timestamptz,          -- the fire expected behind it; NULL: none, or nobody has looked yet
    due_at    timestamptz NOT NULL DEFAULT now(), -- when to look; infinity: nothing will ever be expected
    gap       integer NOT NULL DEFAULT 0, -- fires missed in a row up to judged_at
    untold    integer NOT NULL DEFAULT 0, -- those of them behind the last that became a row of run
    told_at   timestamptz           -- and which one that was
);
CREATE UNIQUE INDEX watch_open ON watch (job_id) WHERE until_at IS NULL;
CREATE INDEX watch_job ON watch (job_id);
CREATE INDEX watch_due ON watch (due_at);
CREATE INDEX watch_next ON watch (next_at) WHERE until_at IS NULL AND next_at IS NOT NULL;

-- Follows the outbox. A save ends the stretch at its moment. A copy that drifted in what decides when it fires, or that is
-- written anew, ends it without a last judgement: since when the engine had something else nobody knows.
CREATE FUNCTION watch_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    was boolean := TG_OP = 'UPDATE' AND OLD.state IN ('in_sync', 'drifted');
    same boolean := was AND NEW.done = OLD.done AND NEW.wanted = OLD.wanted AND NEW.job_id IS NOT DISTINCT FROM OLD.job_id;
BEGIN
    IF same AND NEW.state = 'drifted' AND EXISTS (
        SELECT FROM drift d WHERE d.job_name = NEW.job_name AND d.job_id = NEW.job_id AND d.engine IS NOT NULL
           AND NOT string_to_array(d.fields, ', ') && ARRAY['schedule', 'timezone', 'starts_at', 'expires_at', 'parent_job', 'ephemeral']) THEN
        RETURN NULL; -- it should still fire when ours says so: switched off there, it is missed
    END IF;
    IF was AND NOT (same AND OLD.state = 'in_sync' AND NEW.state = 'in_sync') THEN
        IF NEW.wanted <> OLD.wanted THEN
            UPDATE watch SET until_at = now(), due_at = least(due_at, now()) WHERE job_id = OLD.job_id AND until_at IS NULL;
        ELSE
            DELETE FROM watch WHERE job_id = OLD.job_id;
        END IF;
        was := false;
    END IF;
    IF NEW.state = 'in_sync' AND NOT was THEN
        INSERT INTO watch (job_id, version) SELECT j.id, NEW.done FROM job j WHERE j.id = NEW.job_id
        ON CONFLICT (job_id) WHERE until_at IS NULL DO UPDATE
           SET version = excluded.version, from_at = excluded.from_at, judged_at = excluded.judged_at, next_at = NULL, due_at = now();
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER watch_follows AFTER INSERT OR UPDATE OF state, done, job_id, wanted ON outbox
    FOR EACH ROW EXECUTE FUNCTION watch_follows();

INSERT INTO watch (job_id, version) SELECT j.id, o.done FROM outbox o JOIN job j ON j.id = o.job_id WHERE o.state = 'in_sync';

-- What the engine was like, a row each time that it changed: what a missed fire is explained with.
CREATE TABLE engine_past (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL,
    watched   boolean NOT NULL, -- false: from here to the next row nobody of us looked
    reachable boolean NOT NULL,
    leader    text NOT NULL,
    reason    text,
    nodes     jsonb NOT NULL
);
CREATE INDEX engine_past_at ON engine_past (at);

CREATE FUNCTION engine_remembers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    unwatched boolean := TG_OP = 'UPDATE' AND NEW.checked_at > OLD.checked_at + interval '20 s';
BEGIN
    IF unwatched THEN
        INSERT INTO engine_past (at, watched, reachable, leader, reason, nodes)
        VALUES (OLD.checked_at, false, OLD.reachable, OLD.leader, OLD.reason, OLD.nodes);
    END IF;
    IF TG_OP = 'INSERT' OR unwatched OR (NEW.reachable, NEW.leader, NEW.nodes) IS DISTINCT FROM (OLD.reachable, OLD.leader, OLD.nodes) THEN
        INSERT INTO engine_past (at, watched, reachable, leader, reason, nodes)
        -- It may have gone right behind the last look that found it, and a look may take ten seconds to find it again.
        VALUES (CASE WHEN TG_OP = 'UPDATE' AND OLD.reachable AND NOT NEW.reachable AND NOT unwatched THEN OLD.checked_at ELSE clock_timestamp() END, true, NEW.reachable, NEW.leader, NEW.reason, NEW.nodes);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER engine_remembers AFTER INSERT OR UPDATE ON engine_state FOR EACH ROW EXECUTE FUNCTION engine_remembers();

-- Of each missed run: the moment, and up to when a run that begins is the answer after all. It stays when that came, so
-- that nobody finds the same fire missing twice.
CREATE TABLE missed_fire (
    run_id   bigint PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    job_name text NOT NULL,
    at_us    bigint NOT NULL,
    until_us bigint NOT NULL,
    UNIQUE (job_name, at_us)
);

-- A run that begins answers a fire that was given up: the missed run becomes that run, under its own number.
CREATE FUNCTION missed_heals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    began bigint := NEW.group_ns / 1000;
    m record;
BEGIN
    SELECT run_id, until_us INTO m FROM missed_fire WHERE job_name = NEW.job_name AND at_us <= began + 200000 ORDER BY at_us DESC LIMIT 1;
    IF NOT FOUND OR m.until_us <= began THEN RETURN NEW; END IF;
    UPDATE run SET group_ns = NEW.group_ns, state = NEW.state, reason = NEW.reason, queued_at = NEW.queued_at,
           started_at = NEW.started_at, finished_at = NEW.finished_at, heard_at = clock_timestamp()
     WHERE id = m.run_id AND state = 'missed';
    RETURN CASE WHEN FOUND THEN NULL ELSE NEW END;
END $$;
CREATE TRIGGER missed_heals BEFORE INSERT ON run FOR EACH ROW
    WHEN (NEW.group_ns IS NOT NULL AND NEW.trigger = 'schedule') EXECUTE FUNCTION missed_heals();

-- A fire nobody answered becomes a run; NULL when it was answered meanwhile, or somebody else was here first.
CREATE FUNCTION missed_add(p_job bigint, p_version bigint, p_at bigint, p_until bigint, p_reason text) RETURNS bigint
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    j record;
    v_id bigint;
BEGIN
    SELECT id, name, team_id INTO j FROM job WHERE id = p_job;
    IF NOT FOUND THEN RETURN NULL; END IF;
    PERFORM pg_advisory_xact_lock(7301, hashtext(j.name));
    IF EXISTS (SELECT FROM missed_fire WHERE job_name = j.name AND at_us = p_at)
       OR EXISTS (SELECT FROM run WHERE job_name = j.name AND group_ns >= (p_at - 200000) * 1000 AND group_ns < p_until * 1000
                     AND (trigger = 'schedule' OR group_ns < (p_at + 2000000) * 1000)) THEN
        RETURN NULL;
    END IF;
    INSERT INTO run (job_id, job_name, team_id, job_version, state, reason, trigger, queued_at, finished_at)
    VALUES (j.id, j.name, j.team_id, p_version, 'missed', p_reason, 'schedule', at(p_at), clock_timestamp()) RETURNING id INTO v_id;
    INSERT INTO missed_fire VALUES (v_id, j.name, p_at, p_until);
    RETURN v_id;
END $$;

-- What each of work's loops did last, for whoever looks whether all is well; written at most every ten seconds.
CREATE TABLE loop_state (
    loop      text NOT NULL,
    host      text NOT NULL,
    pid       integer NOT NULL,
    since     timestamptz NOT NULL, -- when this process began
    passed_at timestamptz NOT NULL,
    took_us   bigint NOT NULL,      -- the longest pass since the row was written before
    errors    bigint NOT NULL,      -- since it began
    error     text,                 -- the last one
    error_at  timestamptz,
    PRIMARY KEY (loop, host)
);
