-- A run is one firing of a job (Dkron's group); an execution is one attempt on one node.
CREATE TABLE run (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id       bigint REFERENCES job ON DELETE SET NULL, -- NULL: the job was deleted; its runs stay
    job_name     text NOT NULL,
    team_id      bigint NOT NULL REFERENCES team,
    job_version  bigint,
    group_ns     bigint, -- Dkron's group, nanoseconds; NULL until the engine has started it
    state        text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'stopped', 'lost')),
    reason       text,   -- why lost, or why it could not start
    trigger      text NOT NULL CHECK (trigger IN ('schedule', 'manual', 'parent', 'api')),
    requested_by text,
    queued_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    dispatched_at timestamptz, -- the engine was asked to run it; never asked twice
    answered_at  timestamptz,  -- the engine's blocking answer came
    answer       integer,      -- its status; 0: the connection broke, so nobody knows
    started_at   timestamptz,
    finished_at  timestamptz,
    heard_at     timestamptz NOT NULL DEFAULT clock_timestamp(), -- last sign of life from the engine
    UNIQUE (job_name, group_ns)
);
CREATE INDEX run_job ON run (job_name, id DESC);
CREATE INDEX run_job_id ON run (job_id, id DESC);
CREATE INDEX run_team ON run (team_id, id DESC);
CREATE INDEX run_open ON run (id) WHERE state IN ('queued', 'running');
CREATE INDEX run_state ON run (state, id DESC);
CREATE INDEX run_finished ON run (finished_at);
CREATE INDEX run_untied ON run (job_name, dispatched_at) WHERE group_ns IS NULL;

CREATE TABLE execution (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id      bigint NOT NULL REFERENCES run ON DELETE CASCADE,
    job_name    text NOT NULL,
    engine_id   text NOT NULL, -- "<started_at in ns>-<node>"
    node        text NOT NULL,
    attempt     integer NOT NULL,
    state       text NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'stopped', 'lost')),
    reason      text,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz,
    exit_code   integer,
    settled     boolean NOT NULL DEFAULT false, -- no further attempt on this node: the post-webhook or the harvester said so
    missing_since timestamptz, -- the engine's own list of running executions lacks it since then
    output_size bigint NOT NULL DEFAULT 0,
    output_complete boolean NOT NULL DEFAULT false,
    output_from smallint NOT NULL DEFAULT 0, -- 0 chunks, 1 what the harvester read (as UTF-8), 2 and 3 what the post- and the final pre-webhook brought
    output_dropped bigint NOT NULL DEFAULT 0, -- bytes of chunks past the limit, not kept
    UNIQUE (job_name, engine_id)
);
CREATE INDEX execution_run ON execution (run_id, started_at);
CREATE INDEX execution_open ON execution (id) WHERE state = 'running';

-- Output as it came, by byte offset; the final text replaces the chunks when it is complete.
CREATE TABLE output (
    execution_id bigint NOT NULL REFERENCES execution ON DELETE CASCADE,
    start        bigint NOT NULL,
    bytes        bytea NOT NULL,
    PRIMARY KEY (execution_id, start)
);
ALTER TABLE output ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Keeps a job's last run (job_now, 0002) up to date, whoever writes the run, in whatever order runs become known.
-- As the owner: who may add a run need not be able to write job_now.
CREATE FUNCTION run_moves_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE job_now SET run_id = NEW.id, run_state = NEW.state, run_began_at = coalesce(NEW.started_at, NEW.queued_at),
           run_started_at = NEW.started_at, run_finished_at = NEW.finished_at
     WHERE job_id = NEW.job_id
       AND (run_id IS NULL OR run_id = NEW.id OR (run_began_at, run_id) < (coalesce(NEW.started_at, NEW.queued_at), NEW.id));
    RETURN NULL;
END $$;
CREATE TRIGGER run_moves_job AFTER INSERT OR UPDATE OF state, started_at, finished_at ON run
    FOR EACH ROW EXECUTE FUNCTION run_moves_job();

-- The runs that an account may see (all: an admin), as model/run.h shows them. One SELECT, so that the planner sees
-- through it.
CREATE FUNCTION run_seen(who bigint, everything boolean) RETURNS TABLE (
    id bigint, job_id bigint, job_name text, team text, team_id bigint, state text, trigger text, reason text, requested_by text,
    queued_us bigint, started_us bigint, finished_us bigint, job_version bigint, node text, executions bigint, job_exists boolean,
    dispatched boolean, role bigint, queued_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT r.id, r.job_id, r.job_name, t.name, r.team_id, r.state, r.trigger, r.reason, r.requested_by, us(r.queued_at), us(r.started_at),
           us(r.finished_at), r.job_version,
           (SELECT e.node FROM execution e WHERE e.run_id = r.id ORDER BY e.started_at DESC, e.engine_id DESC LIMIT 1),
           (SELECT count(*) FROM execution e WHERE e.run_id = r.id), r.job_id IS NOT NULL, r.dispatched_at IS NOT NULL OR r.group_ns IS NOT NULL,
           CASE WHEN everything THEN 4 ELSE m.role END::bigint, r.queued_at
      FROM run r JOIN team t ON t.id = r.team_id
      LEFT JOIN membership m ON m.team_id = r.team_id AND m.account_id = who
     WHERE everything OR m.role IS NOT NULL
$$;

-- Jobs whose history on the engine should be read: put in by the hook (text payloads), by answers, by
-- changed counters in the engine's list; taken out by work/harvest.
CREATE TABLE harvest (
    job_name text PRIMARY KEY, -- without namespace
    due_at   timestamptz,      -- NULL: nothing to do now
    seen     text NOT NULL DEFAULT '', -- the engine's counters and last times when its history was last read
    latest   text NOT NULL DEFAULT '', -- the same as the engine's list showed them last
    read_at  timestamptz               -- when the last reading of its history began
);
CREATE INDEX harvest_due ON harvest (due_at) WHERE due_at IS NOT NULL;

CREATE FUNCTION harvest_soon(p_job text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO harvest AS h (job_name, due_at) SELECT name, clock_timestamp() FROM job WHERE name = p_job
    ON CONFLICT (job_name) DO UPDATE SET due_at = least(h.due_at, excluded.due_at)
    RETURNING true
$$;

-- Who of several hosts did last what one should do (turn_take in sql/queries/outbox.sql).
CREATE TABLE turn (
    what     text PRIMARY KEY,
    taken_at timestamptz NOT NULL
);

-- Was there once a job of this name here? Only then is a stray copy of it on the engine deleted: an empty
-- database must never empty an engine.
CREATE FUNCTION job_was_ours(p_job text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM audit WHERE object = 'job:' || p_job AND verb = 'job_delete')
$$;

-- Counters of the hook for /metrics. Several rows each, so that hooks do not queue behind one another; lost
-- with a crash of Postgres, as counters may be.
CREATE UNLOGGED TABLE hook_count (
    what  text NOT NULL CHECK (what IN ('heard', 'unknown', 'refused')),
    slot  smallint NOT NULL,
    count bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (what, slot)
) WITH (fillfactor = 50);

CREATE FUNCTION hook_counted(p_what text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO hook_count AS h (what, slot, count) VALUES (p_what, pg_backend_pid() % 32, 1)
    ON CONFLICT (what, slot) DO UPDATE SET count = h.count + 1
$$;

-- The state of a run is a function of what is known of its executions, computed anew with every fact; that is
-- why the order in which facts come does not matter. On each node the last attempt decides, once it is
-- settled (no further attempt comes). A run without executions is left alone. p_heard: the engine gave a sign
-- of life.
CREATE FUNCTION run_settle(p_run bigint, p_heard boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r run;
    f record;
    v_finished timestamptz;
BEGIN
    SELECT * INTO r FROM run WHERE id = p_run;
    SELECT count(*) AS n, min(e.started_at) AS started, min(e.reason) FILTER (WHERE e.state = 'lost') AS reason,
           max(e.finished_at) FILTER (WHERE last) AS finished,
           CASE WHEN bool_or(e.state = 'running') OR bool_or(last AND NOT e.settled AND e.state <> 'lost') THEN 'running'
                WHEN bool_or(last AND e.state = 'failed') THEN 'failed' WHEN bool_or(last AND e.state = 'lost') THEN 'lost'
                WHEN bool_or(last AND e.state = 'stopped') THEN 'stopped' ELSE 'succeeded' END AS state
      INTO f
      FROM (SELECT x.*, NOT EXISTS (SELECT FROM execution y WHERE y.run_id = p_run AND y.node = x.node
                                       AND (y.started_at, y.engine_id) > (x.started_at, x.engine_id)) AS last
              FROM execution x WHERE x.run_id = p_run) e;
    IF f.n > 0 THEN
        v_finished := CASE WHEN f.state <> 'running' THEN coalesce(f.finished, r.finished_at, clock_timestamp()) END;
        f.reason := CASE WHEN f.state = 'lost' THEN f.reason END;
        IF (f.state, f.started, v_finished, f.reason) IS DISTINCT FROM (r.state, r.started_at, r.finished_at, r.reason) THEN
            UPDATE run SET state = f.state, started_at = f.started, finished_at = v_finished, reason = f.reason,
                           heard_at = CASE WHEN p_heard THEN clock_timestamp() ELSE heard_at END
             WHERE id = p_run;
            RETURN f.state;
        END IF;
    END IF;
    IF p_heard THEN PERFORM run_heard(p_run); END IF;
    RETURN r.state;
END $$;

-- Signs of life are kept to the half second: a talkative job must not rewrite its run with every line.
CREATE FUNCTION run_heard(p_run bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE run SET heard_at = clock_timestamp() WHERE id = p_run AND heard_at < clock_timestamp() - interval '500 ms';
END $$;

-- A run that was asked for may have to get this group, so one decides at a time. The group is given to the
-- oldest request that was on its way when the group began; one already given up as lost is healed. p_fire: true,
-- the group is a fire of the schedule; NULL, nobody has looked yet, and when that would decide, the verdict is
-- 'ask', with nothing written (model/run_hear.c looks and calls again). No id: the group is nobody's request.
CREATE FUNCTION run_adopt(p_job text, p_group bigint, p_fire boolean, OUT verdict text, OUT id bigint)
    LANGUAGE plpgsql AS $$
DECLARE
    j record;
    c bigint;
BEGIN
    verdict := 'heard';
    PERFORM pg_advisory_xact_lock(7301, hashtext(p_job));
    SELECT r.id INTO id FROM run r WHERE r.job_name = p_job AND r.group_ns = p_group FOR NO KEY UPDATE;
    IF FOUND THEN RETURN; END IF;
    SELECT r.id INTO c FROM run r
     WHERE r.job_name = p_job AND r.group_ns IS NULL AND r.dispatched_at < at(p_group / 1000) + interval '200 ms' -- clocks differ
       AND (r.state = 'queued' OR
            r.state = 'lost' AND coalesce(r.answer, 0) IN (0, 200) AND r.dispatched_at > at(p_group / 1000) - interval '10 min')
     ORDER BY r.dispatched_at, r.id LIMIT 1 FOR NO KEY UPDATE;
    IF NOT FOUND OR p_fire THEN RETURN; END IF;
    SELECT job.version, job.parent_job, job.spec->>'schedule' AS schedule INTO j FROM job WHERE job.name = p_job;
    IF p_fire IS NULL AND p_group % 1000000000 < 150000000 AND j.parent_job IS NULL AND j.schedule <> '@manually' THEN
        verdict := 'ask';
        RETURN;
    END IF;
    UPDATE run SET group_ns = p_group, state = 'running', reason = NULL, job_version = coalesce(job_version, j.version) WHERE run.id = c;
    id := c;
END $$;

-- Finds the run of a group, or makes it; locks it. fresh: just made, with what p_start says.
-- Order of locks, here and everywhere: the job's advisory lock, then run rows by id, then executions.
CREATE FUNCTION run_of_group(p_job text, p_group bigint, p_start bigint, p_fire boolean, OUT verdict text, OUT id bigint, OUT fresh boolean)
    LANGUAGE plpgsql AS $$
BEGIN
    verdict := 'heard';
    fresh := false;
    SELECT r.id INTO id FROM run r WHERE r.job_name = p_job AND r.group_ns = p_group FOR NO KEY UPDATE;
    IF FOUND THEN RETURN; END IF;
    PERFORM 1 FROM run r WHERE r.job_name = p_job AND r.group_ns IS NULL AND r.dispatched_at IS NOT NULL LIMIT 1;
    IF FOUND THEN
        SELECT a.verdict, a.id INTO verdict, id FROM run_adopt(p_job, p_group, p_fire) a;
        IF verdict = 'ask' OR id IS NOT NULL THEN RETURN; END IF;
    END IF;
    INSERT INTO run (job_id, job_name, team_id, job_version, group_ns, state, trigger, queued_at, started_at)
    SELECT j.id, p_job, j.team_id, j.version, p_group, 'running', CASE WHEN j.parent_job IS NULL THEN 'schedule' ELSE 'parent' END,
           at(p_group / 1000), at(coalesce(p_start, p_group) / 1000)
      FROM job j WHERE j.name = p_job
    ON CONFLICT (job_name, group_ns) DO NOTHING RETURNING run.id INTO id;
    fresh := FOUND;
    IF fresh THEN RETURN; END IF;
    SELECT r.id INTO id FROM run r WHERE r.job_name = p_job AND r.group_ns = p_group FOR NO KEY UPDATE;
    IF NOT FOUND THEN verdict := 'unknown'; END IF;
END $$;

-- One fact about one execution. Keys: id, node, start and (once ended) end in nanoseconds, ok, code, attempt,
-- settled, live (the engine itself said just now that it runs). What is known already is never taken back;
-- only 'lost' is, by an end or a sign of life. p_fresh: the first that is heard of the run. Returns whether it may
-- have been news to more than the execution itself.
CREATE FUNCTION run_fact(p_run bigint, p_job text, f jsonb, p_fresh boolean) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_end bigint := (f->>'end')::bigint;
    v_state text := CASE WHEN v_end IS NULL THEN 'running' WHEN (f->>'ok')::boolean THEN 'succeeded' ELSE 'failed' END;
    v_code integer := (f->>'code')::integer;
    v_new boolean;
BEGIN
    -- Most messages are about one that runs and is known to.
    IF NOT p_fresh AND v_end IS NULL AND NOT f ? 'attempt' THEN
        PERFORM 1 FROM execution WHERE job_name = p_job AND engine_id = f->>'id'
            AND (state IN ('succeeded', 'failed') OR state = 'running' AND missing_since IS NULL);
        IF FOUND THEN RETURN false; END IF;
    END IF;
    -- A command that succeeded ended with 0; of other executors nothing is known.
    IF v_state = 'succeeded' THEN
        SELECT 0 INTO v_code FROM job WHERE name = p_job AND spec->>'executor' = 'shell';
    END IF;
    INSERT INTO execution AS e (run_id, job_name, engine_id, node, attempt, state, started_at, finished_at, exit_code, settled)
    VALUES (p_run, p_job, f->>'id', f->>'node', coalesce((f->>'attempt')::integer, 1), v_state, at((f->>'start')::bigint / 1000),
            at(v_end / 1000), v_code, coalesce((f->>'settled')::boolean, false))
    ON CONFLICT (job_name, engine_id) DO UPDATE SET
        state = CASE WHEN v_end IS NOT NULL AND e.state IN ('running', 'lost') THEN v_state
                     WHEN e.state = 'lost' AND (f->>'live')::boolean THEN 'running' ELSE e.state END,
        reason = CASE WHEN v_end IS NOT NULL OR (f->>'live')::boolean THEN NULL ELSE e.reason END,
        finished_at = CASE WHEN v_end IS NOT NULL AND e.state IN ('running', 'lost') THEN at(v_end / 1000)
                           WHEN e.state = 'lost' AND (f->>'live')::boolean THEN NULL ELSE e.finished_at END,
        exit_code = coalesce(e.exit_code, v_code),
        attempt = greatest(e.attempt, (f->>'attempt')::integer),
        settled = e.settled OR coalesce((f->>'settled')::boolean, false),
        missing_since = CASE WHEN (f->>'live')::boolean THEN NULL ELSE e.missing_since END
    RETURNING xmax = 0 INTO v_new;
    IF v_new AND NOT p_fresh THEN
        UPDATE execution e SET attempt = greatest(e.attempt, r.n)
          FROM (SELECT x.id, rank() OVER (ORDER BY x.started_at, x.engine_id) AS n FROM execution x WHERE x.run_id = p_run AND x.node = f->>'node') r
         WHERE e.id = r.id AND e.attempt < r.n;
    END IF;
    RETURN NOT p_fresh OR v_end IS NOT NULL; -- a fresh run is made as its first execution says
END $$;

-- Output of one execution. p_kind is enum heard_output: 1 a chunk, 2 to 4 the whole, the higher the truer. A whole replaces the chunks, unless the engine's buffer of 256,000 bytes was full and the chunks
-- hold more. Chunks are kept up to 16 MiB; past that only the end is, behind a line that says so.
CREATE FUNCTION run_output_add(p_job text, p_id text, p_kind integer, p_bytes bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    e record;
    n bigint := length(p_bytes);
    note bytea;
BEGIN
    SELECT id, output_size AS size, output_from, output_dropped AS dropped INTO e
      FROM execution WHERE job_name = p_job AND engine_id = p_id;
    IF NOT FOUND OR e.output_from > 0 AND e.output_from >= p_kind - 1 THEN RETURN; END IF;
    IF p_kind = 1 THEN
        IF e.dropped > 0 OR e.size + n > 16777216 THEN
            UPDATE execution SET output_dropped = output_dropped + n WHERE id = e.id;
        ELSIF n > 0 THEN
            INSERT INTO output VALUES (e.id, e.size, p_bytes);
            UPDATE execution SET output_size = e.size + n WHERE id = e.id;
        END IF;
        RETURN;
    END IF;
    IF n >= 256000 AND e.size > n THEN
        IF e.dropped > 0 AND e.output_from = 0 THEN
            note := convert_to(format(E'\n[Signalbox kept the first 16 MiB and the end; about %s bytes between them are gone]\n', greatest(e.dropped - n, 0)), 'UTF8');
            INSERT INTO output VALUES (e.id, e.size, note || p_bytes);
            e.size := e.size + length(note) + n;
        END IF;
    ELSIF n <> e.size OR n > 0 AND p_bytes IS DISTINCT FROM (SELECT o.bytes FROM output o WHERE o.execution_id = e.id AND o.start = 0) THEN
        DELETE FROM output WHERE execution_id = e.id;
        IF n > 0 THEN INSERT INTO output VALUES (e.id, 0, p_bytes); END IF;
        e.size := n;
    END IF;
    UPDATE execution SET output_size = e.size, output_complete = true, output_from = p_kind - 1 WHERE id = e.id;
END $$;

-- Everything that the engine says about a group, from webhook and harvester alike, in one round trip.
-- p_facts: an array of objects for run_fact(); p_id, p_kind, p_bytes: output of one of them (p_kind 0: none).
-- verdict: heard; unknown, not one of our jobs; ask, see run_of_group().
CREATE FUNCTION run_hear(p_job text, p_group bigint, p_facts jsonb, p_id text, p_kind integer, p_bytes bytea, p_fire boolean, p_count boolean,
    OUT verdict text, OUT run_id bigint, OUT state text, OUT schedule text, OUT timezone text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    f jsonb;
    fresh boolean;
    news boolean := false;
BEGIN
    SELECT o.verdict, o.id, o.fresh INTO verdict, run_id, fresh
      FROM run_of_group(p_job, p_group, (p_facts->0->>'start')::bigint, p_fire) o;
    IF verdict = 'ask' THEN
        SELECT job.spec->>'schedule', job.spec->>'timezone' INTO schedule, timezone FROM job WHERE job.name = p_job;
        RETURN;
    END IF;
    IF p_count THEN
        UPDATE hook_count SET count = count + 1 WHERE what = verdict AND slot = pg_backend_pid() % 32;
        IF NOT FOUND THEN PERFORM hook_counted(verdict); END IF;
    END IF;
    IF verdict = 'unknown' THEN RETURN; END IF;
    FOR f IN SELECT x FROM jsonb_array_elements(p_facts) x ORDER BY x->>'id' LOOP
        news := run_fact(run_id, p_job, f, fresh) OR news;
        fresh := false;
    END LOOP;
    IF p_kind > 0 THEN PERFORM run_output_add(p_job, p_id, p_kind, p_bytes); END IF;
    IF news THEN
        state := run_settle(run_id, true);
    ELSE
        PERFORM run_heard(run_id);
    END IF;
END $$;

-- The engine answered the request to run it. A blocking answer (Dkron's) comes when the group has ended: when
-- the group tied to this run goes on, but another one that began in between has ended, the two were swapped.
CREATE FUNCTION run_answered(p_run bigint, p_answer integer, p_blocking boolean) RETURNS text
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    r record;
    o record;
BEGIN
    PERFORM pg_advisory_xact_lock(7301, hashtext(job_name)) FROM run WHERE id = p_run;
    UPDATE run SET answered_at = clock_timestamp(), answer = p_answer WHERE id = p_run RETURNING * INTO r;
    IF NOT FOUND THEN RETURN NULL; END IF;
    PERFORM harvest_soon(r.job_name);
    IF p_answer = 200 AND p_blocking AND r.state = 'running' THEN
        SELECT * INTO o FROM run
         WHERE job_name = r.job_name AND id <> r.id AND trigger IN ('schedule', 'parent') AND state IN ('succeeded', 'failed')
           AND group_ns / 1000 >= us(r.dispatched_at) AND finished_at <= r.answered_at
         ORDER BY finished_at DESC LIMIT 1 FOR NO KEY UPDATE;
        IF FOUND THEN PERFORM run_swap(r.id, o.id); r.state := 'swapped'; END IF;
    END IF;
    RETURN r.state;
END $$;

-- Exchanges the groups of two runs of one job, executions included. Both rows are locked by the caller's
-- advisory lock on the job and by itself.
CREATE FUNCTION run_swap(p_x bigint, p_y bigint) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    x bigint;
    y bigint;
BEGIN
    PERFORM 1 FROM run WHERE id IN (p_x, p_y) ORDER BY id FOR NO KEY UPDATE;
    SELECT group_ns INTO x FROM run WHERE id = p_x;
    SELECT group_ns INTO y FROM run WHERE id = p_y;
    UPDATE run SET group_ns = NULL WHERE id = p_x;
    UPDATE run SET group_ns = x WHERE id = p_y;
    UPDATE run SET group_ns = y WHERE id = p_x;
    UPDATE execution SET run_id = CASE run_id WHEN p_x THEN p_y ELSE p_x END WHERE run_id IN (p_x, p_y);
    PERFORM run_settle(p_x, false), run_settle(p_y, false);
END $$;

-- A run that was asked for, answered with 200 and has no group, although the engine's history was read since:
-- its group was taken for a fire of the schedule. The nearest group behind the request is it; the row made
-- for that group goes. Returns whether there was one.
CREATE FUNCTION run_retie(p_run bigint) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    r record;
    o record;
BEGIN
    PERFORM pg_advisory_xact_lock(7301, hashtext(job_name)) FROM run WHERE id = p_run;
    SELECT * INTO r FROM run WHERE id = p_run AND group_ns IS NULL AND answer = 200 FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN false; END IF;
    SELECT * INTO o FROM run
     WHERE job_name = r.job_name AND trigger IN ('schedule', 'parent') AND requested_by IS NULL
       AND group_ns / 1000 BETWEEN us(r.dispatched_at) - 1000000 AND us(r.answered_at)
     ORDER BY abs(group_ns / 1000 - us(r.dispatched_at)) LIMIT 1 FOR UPDATE;
    IF NOT FOUND THEN RETURN false; END IF;
    UPDATE execution SET run_id = r.id WHERE run_id = o.id;
    UPDATE job_now SET run_id = NULL WHERE run_id = o.id; -- the trigger gives it to r below
    DELETE FROM run WHERE id = o.id;
    UPDATE run SET group_ns = o.group_ns, reason = NULL WHERE id = r.id;
    PERFORM run_settle(r.id, true);
    RETURN true;
END $$;

-- What /metrics shows: counts only, so the hook's role needs no right to read a table.
CREATE FUNCTION metrics() RETURNS TABLE (name text, label text, value bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'runs', s, count(r.state) FROM unnest(ARRAY['queued', 'running', 'succeeded', 'failed', 'stopped', 'lost']) s
      LEFT JOIN (SELECT state FROM run) r ON r.state = s GROUP BY s
    UNION ALL SELECT 'jobs', CASE WHEN d THEN 'disabled' ELSE 'enabled' END, count(j.disabled) FROM unnest(ARRAY[false, true]) d
      LEFT JOIN (SELECT disabled FROM job) j ON j.disabled = d GROUP BY d
    UNION ALL SELECT 'outbox', s, count(o.state) FROM unnest(ARRAY['pending', 'in_sync', 'failing', 'drifted']) s
      LEFT JOIN (SELECT state FROM outbox) o ON o.state = s GROUP BY s
    UNION ALL SELECT 'hook', w, coalesce(sum(h.count), 0)::bigint FROM unnest(ARRAY['heard', 'unknown', 'refused']) w
      LEFT JOIN hook_count h ON h.what = w GROUP BY w
    UNION ALL SELECT 'executions_running', '', count(*) FROM execution WHERE state = 'running'
    UNION ALL SELECT 'engine_reachable', '', coalesce((SELECT reachable::int FROM engine_state), 0)
    UNION ALL SELECT 'harvest_due', '', count(*) FROM harvest WHERE due_at <= now()
$$;

-- The engine's list of running executions lacks these of one run, or has them again.
CREATE FUNCTION run_missing(p_run bigint, p_ids text[], p_missing boolean) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM run WHERE id = p_run FOR NO KEY UPDATE;
    UPDATE execution SET missing_since = CASE WHEN p_missing THEN clock_timestamp() END
     WHERE run_id = p_run AND engine_id = ANY (p_ids) AND state = 'running' AND (missing_since IS NULL) = p_missing;
END $$;

-- Gives up executions of one run that have been missing for longer than p_grace, while nothing was heard.
CREATE FUNCTION run_lose(p_run bigint, p_grace interval) RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM run WHERE id = p_run AND state = 'running' AND heard_at < clock_timestamp() - p_grace FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN NULL; END IF;
    UPDATE execution e SET state = 'lost', output_complete = true,
           reason = CASE WHEN EXISTS (SELECT FROM run WHERE id = p_run AND job_id IS NULL)
                         THEN 'its job was deleted while it ran, and no end has come'
                         WHEN EXISTS (SELECT FROM engine_state s, jsonb_to_recordset(s.nodes) AS n (name text, status text)
                                       WHERE n.name = e.node AND n.status = 'alive')
                         THEN 'the engine stopped following it, as after a restart or a change of leader, and no end has come since'
                         ELSE 'its node ' || e.node || ' left the engine before it ended' END
     WHERE e.run_id = p_run AND e.state = 'running' AND e.missing_since < clock_timestamp() - p_grace;
    RETURN run_settle(p_run, false);
END $$;

-- The engine has no more to say of these attempts: what has ended on them is the end.
CREATE FUNCTION run_over(p_run bigint) RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM run WHERE id = p_run AND state = 'running' FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN NULL; END IF;
    UPDATE execution SET settled = true WHERE run_id = p_run AND state <> 'running' AND NOT settled;
    RETURN run_settle(p_run, false);
END $$;
