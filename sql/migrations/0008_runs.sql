-- Runs at scale: states, order, filters, search, statistics, retention.

-- A missed run is a fire that nothing answered (0009): queued_at is when it was due.
ALTER TABLE run DROP CONSTRAINT run_state_check;
ALTER TABLE run ADD CONSTRAINT run_state_check
    CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'stopped', 'lost', 'missed'));

-- ---- lists: newest first by (queued_at, id), whatever the filter
--
-- State and trigger in one number, so that a filter by either is a handful of ranges of one index, each of which is read
-- from its newest end for as many rows as a page shows. No filter ever reads rows that it then throws away.
CREATE FUNCTION run_kind(state text, trigger text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (coalesce(array_position(ARRAY['queued', 'running', 'succeeded', 'failed', 'stopped', 'lost', 'missed'], state), 0) * 4
          + coalesce(array_position(ARRAY['schedule', 'manual', 'parent', 'api'], trigger), 0) - 1)::smallint
$$;
ALTER TABLE run ADD COLUMN kind smallint NOT NULL GENERATED ALWAYS AS (
    (CASE state WHEN 'queued' THEN 1 WHEN 'running' THEN 2 WHEN 'succeeded' THEN 3 WHEN 'failed' THEN 4 WHEN 'stopped' THEN 5
                WHEN 'lost' THEN 6 ELSE 7 END * 4
   + CASE trigger WHEN 'schedule' THEN 0 WHEN 'manual' THEN 1 WHEN 'parent' THEN 2 ELSE 3 END)::smallint) STORED;
DROP INDEX run_job, run_team, run_state, run_finished;
CREATE INDEX run_when ON run (queued_at DESC, id DESC);
CREATE INDEX run_kind ON run (kind, queued_at DESC, id DESC);
CREATE INDEX run_team ON run (team_id, kind, queued_at DESC, id DESC);
CREATE INDEX run_job ON run (job_name, queued_at DESC, id DESC);
CREATE INDEX run_job_kind ON run (job_name, kind, queued_at DESC, id DESC);
CREATE INDEX run_asked ON run (requested_by, queued_at DESC, id DESC) WHERE requested_by IS NOT NULL;

-- By node: an execution knows when its run was due.
ALTER TABLE execution ADD COLUMN run_at timestamptz;
UPDATE execution e SET run_at = r.queued_at FROM run r WHERE r.id = e.run_id;
CREATE INDEX execution_node ON execution (node, run_at DESC, run_id DESC);

CREATE FUNCTION execution_dates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT queued_at INTO NEW.run_at FROM run WHERE id = NEW.run_id;
    RETURN NEW;
END $$;
CREATE TRIGGER execution_dates BEFORE INSERT OR UPDATE OF run_id ON execution FOR EACH ROW EXECUTE FUNCTION execution_dates();

-- ---- what a follower of output must know: the text was replaced, offsets begin anew
ALTER TABLE execution ADD COLUMN output_generation integer NOT NULL DEFAULT 0;
ALTER TABLE execution ADD COLUMN output_gone_at timestamptz; -- removed by policy; output_size still says how much it was

-- ---- news: a run has ended, or an end has changed
--
-- One row for each change of what counts, with what it was and what it is. Sums of differences do not depend on the order
-- in which they are made, so statistics are right when runs are healed, heard of twice or late: run_fold() in work takes
-- each row once and adds it. Rows without `was` and `state` say that there is new output to search.
CREATE TABLE run_news (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id  bigint NOT NULL,
    job_id  bigint,
    team_id bigint,
    was     text,        -- NULL: it had not ended
    was_at  timestamptz, -- when it began, or was due
    was_ms  bigint,      -- how long it took; of those that succeeded
    state   text,        -- NULL: it has not ended any more
    at      timestamptz,
    ms      bigint
);

-- What a run adds to the statistics: when, and how long when it succeeded.
CREATE FUNCTION run_took(state text, started timestamptz, finished timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN state = 'succeeded' THEN greatest((us(finished) - us(started)) / 1000, 0) END $$;

CREATE FUNCTION run_tells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO run_news (run_id, job_id, team_id, state, at, ms)
        VALUES (NEW.id, NEW.job_id, NEW.team_id, NEW.state, coalesce(NEW.started_at, NEW.queued_at),
                run_took(NEW.state, NEW.started_at, NEW.finished_at));
    ELSIF (OLD.state, OLD.started_at, OLD.finished_at) IS DISTINCT FROM (NEW.state, NEW.started_at, NEW.finished_at) THEN
        INSERT INTO run_news (run_id, job_id, team_id, was, was_at, was_ms, state, at, ms)
        VALUES (NEW.id, OLD.job_id, NEW.team_id,
                CASE WHEN OLD.state NOT IN ('queued', 'running') THEN OLD.state END, coalesce(OLD.started_at, OLD.queued_at),
                run_took(OLD.state, OLD.started_at, OLD.finished_at),
                CASE WHEN NEW.state NOT IN ('queued', 'running') THEN NEW.state END, coalesce(NEW.started_at, NEW.queued_at),
                run_took(NEW.state, NEW.started_at, NEW.finished_at));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER run_tells AFTER INSERT ON run FOR EACH ROW
    WHEN (NEW.state NOT IN ('queued', 'running')) EXECUTE FUNCTION run_tells();
CREATE TRIGGER run_tells_again AFTER UPDATE OF state, started_at, finished_at ON run FOR EACH ROW
    WHEN (OLD.state NOT IN ('queued', 'running') OR NEW.state NOT IN ('queued', 'running')) EXECUTE FUNCTION run_tells();

-- ---- statistics

-- Ended runs of a job by the day (UTC) on which they began; they stay when the runs go.
CREATE TABLE job_day (
    job_id    bigint NOT NULL REFERENCES job ON DELETE CASCADE,
    day       date NOT NULL,
    succeeded integer NOT NULL DEFAULT 0,
    failed    integer NOT NULL DEFAULT 0,
    stopped   integer NOT NULL DEFAULT 0,
    lost      integer NOT NULL DEFAULT 0,
    missed    integer NOT NULL DEFAULT 0,
    PRIMARY KEY (job_id, day)
) WITH (fillfactor = 80);

-- How long those that succeeded took: a histogram whose buckets each are an eighth of a doubling wide (9 %), so that any
-- days can be added up.
CREATE TABLE job_hist (
    job_id bigint NOT NULL REFERENCES job ON DELETE CASCADE,
    day    date NOT NULL,
    bucket smallint NOT NULL,
    n      integer NOT NULL,
    PRIMARY KEY (job_id, day, bucket)
) WITH (fillfactor = 80);
CREATE FUNCTION bucket_of(ms bigint) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT floor(ln(greatest(ms, 1)::float8) / ln(2::float8) * 8)::smallint $$;
CREATE FUNCTION bucket_ms(bucket integer) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE -- its middle
    AS $$ SELECT round(power(2::float8, (bucket + 0.5) / 8))::bigint $$;

-- What lists and "late" need of it, for the last 30 days: made anew whenever a run of the job has counted.
CREATE TABLE job_usual (
    job_id bigint PRIMARY KEY REFERENCES job ON DELETE CASCADE,
    p50_ms bigint NOT NULL,
    p95_ms bigint NOT NULL,
    n      bigint NOT NULL -- of how many runs
) WITH (fillfactor = 80);

-- Ended runs of a team by the hour in which they began; and all that are stored, for /metrics.
CREATE TABLE run_hour (
    hour    timestamptz NOT NULL,
    team_id bigint NOT NULL REFERENCES team ON DELETE CASCADE,
    state   text NOT NULL,
    n       bigint NOT NULL,
    PRIMARY KEY (hour, team_id, state)
) WITH (fillfactor = 80);
CREATE TABLE run_total (
    state text PRIMARY KEY,
    n     bigint NOT NULL
);

CREATE FUNCTION job_usual_renew(p_jobs bigint[], p_today date) RETURNS void LANGUAGE sql AS $$
    WITH h AS (SELECT job_id, bucket, sum(n) AS n FROM job_hist WHERE job_id = ANY (p_jobs) AND day > p_today - 30 GROUP BY 1, 2 HAVING sum(n) > 0),
         c AS (SELECT job_id, bucket, sum(n) OVER (PARTITION BY job_id ORDER BY bucket) AS up_to, sum(n) OVER (PARTITION BY job_id) AS n FROM h),
         gone AS (DELETE FROM job_usual u WHERE u.job_id = ANY (p_jobs) AND NOT EXISTS (SELECT FROM h WHERE h.job_id = u.job_id))
    INSERT INTO job_usual (job_id, p50_ms, p95_ms, n)
    SELECT job_id, bucket_ms(min(bucket) FILTER (WHERE up_to * 2 >= n)), bucket_ms(min(bucket) FILTER (WHERE up_to * 20 >= n * 19)), max(n)
      FROM c GROUP BY job_id ORDER BY job_id
    ON CONFLICT (job_id) DO UPDATE SET p50_ms = excluded.p50_ms, p95_ms = excluded.p95_ms, n = excluded.n
$$;

-- Takes up to p_max news and counts them. One at a time: who finds the lock taken does nothing. Returns the runs whose
-- output is to be looked at.
CREATE FUNCTION run_fold(p_max bigint, OUT taken bigint, OUT runs bigint[]) LANGUAGE plpgsql AS $$
DECLARE
    v_jobs bigint[];
BEGIN
    taken := 0;
    runs := '{}';
    IF NOT pg_try_advisory_xact_lock(7301, 8) THEN RETURN; END IF;
    WITH t AS (DELETE FROM run_news WHERE id IN (SELECT n.id FROM run_news n ORDER BY n.id LIMIT p_max) RETURNING *),
         d AS (SELECT t.job_id, t.team_id, t.was AS state, t.was_at AS at, t.was_ms AS ms, -1 AS n FROM t WHERE t.was IS NOT NULL
               UNION ALL SELECT t.job_id, t.team_id, t.state, t.at, t.ms, 1 FROM t WHERE t.state IS NOT NULL),
         j AS (SELECT d.*, (d.at AT TIME ZONE 'UTC')::date AS day FROM d JOIN job ON job.id = d.job_id),
         days AS (INSERT INTO job_day AS x (job_id, day, succeeded, failed, stopped, lost, missed)
                  SELECT j.job_id, j.day, coalesce(sum(n) FILTER (WHERE state = 'succeeded'), 0), coalesce(sum(n) FILTER (WHERE state = 'failed'), 0),
                         coalesce(sum(n) FILTER (WHERE state = 'stopped'), 0), coalesce(sum(n) FILTER (WHERE state = 'lost'), 0),
                         coalesce(sum(n) FILTER (WHERE state = 'missed'), 0)
                    FROM j GROUP BY 1, 2 ORDER BY 1, 2
                  ON CONFLICT (job_id, day) DO UPDATE SET succeeded = x.succeeded + excluded.succeeded, failed = x.failed + excluded.failed,
                         stopped = x.stopped + excluded.stopped, lost = x.lost + excluded.lost, missed = x.missed + excluded.missed),
         hist AS (INSERT INTO job_hist AS x (job_id, day, bucket, n)
                  SELECT j.job_id, j.day, bucket_of(j.ms), sum(n) FROM j WHERE j.ms IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
                  ON CONFLICT (job_id, day, bucket) DO UPDATE SET n = x.n + excluded.n),
         hours AS (INSERT INTO run_hour AS x (hour, team_id, state, n)
                   SELECT date_trunc('hour', d.at), d.team_id, d.state, sum(n) FROM d GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
                   ON CONFLICT (hour, team_id, state) DO UPDATE SET n = x.n + excluded.n),
         totals AS (INSERT INTO run_total AS x (state, n) SELECT d.state, sum(n) FROM d GROUP BY 1 ORDER BY 1
                    ON CONFLICT (state) DO UPDATE SET n = x.n + excluded.n)
    SELECT array_agg(DISTINCT t.run_id) FILTER (WHERE t.state IS NOT NULL OR t.was IS NULL),
           array_agg(DISTINCT t.job_id) FILTER (WHERE t.ms IS NOT NULL OR t.was_ms IS NOT NULL), count(*) INTO runs, v_jobs, taken FROM t;
    PERFORM job_usual_renew(v_jobs, (now() AT TIME ZONE 'UTC')::date);
    INSERT INTO run_name SELECT DISTINCT r.job_name, r.team_id FROM run r WHERE r.id = ANY (runs)
        AND NOT EXISTS (SELECT FROM run_name x WHERE x.job_name = r.job_name AND x.team_id = r.team_id) ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
    runs := coalesce(runs, '{}');
END $$;

-- Everything from scratch: what the sums must be. For a database that has runs already, and for tests.
CREATE FUNCTION run_recount() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM run_news;
    DELETE FROM job_day;
    DELETE FROM job_hist;
    DELETE FROM run_hour;
    DELETE FROM run_total;
    INSERT INTO job_day (job_id, day, succeeded, failed, stopped, lost, missed)
    SELECT job_id, (coalesce(started_at, queued_at) AT TIME ZONE 'UTC')::date, count(*) FILTER (WHERE state = 'succeeded'),
           count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'stopped'), count(*) FILTER (WHERE state = 'lost'),
           count(*) FILTER (WHERE state = 'missed')
      FROM run WHERE state NOT IN ('queued', 'running') AND job_id IS NOT NULL GROUP BY 1, 2;
    INSERT INTO job_hist (job_id, day, bucket, n)
    SELECT job_id, (coalesce(started_at, queued_at) AT TIME ZONE 'UTC')::date, bucket_of(run_took(state, started_at, finished_at)), count(*)
      FROM run WHERE run_took(state, started_at, finished_at) IS NOT NULL AND job_id IS NOT NULL GROUP BY 1, 2, 3;
    INSERT INTO run_hour SELECT date_trunc('hour', coalesce(started_at, queued_at)), team_id, state, count(*)
      FROM run WHERE state NOT IN ('queued', 'running') GROUP BY 1, 2, 3;
    INSERT INTO run_total SELECT state, count(*) FROM run WHERE state NOT IN ('queued', 'running') GROUP BY 1;
    PERFORM job_usual_renew((SELECT array_agg(DISTINCT job_id) FROM job_hist), (now() AT TIME ZONE 'UTC')::date);
END $$;

-- ---- search: the words of what a run printed, beginning and end of it, and of its reason
--
-- Beside the words stand the team and the job, so that one index answers for these too.
CREATE TABLE run_text (
    run_id    bigint PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    queued_at timestamptz NOT NULL,
    words     tsvector NOT NULL,
    error     text, -- of one that failed: the line that likely says why
    error_key text  -- the same without what differs from run to run
);
CREATE INDEX run_text_words ON run_text USING gin (words) WITH (fastupdate = off);
CREATE INDEX run_text_when ON run_text (queued_at DESC, run_id DESC);

CREATE FUNCTION run_vector(words text, team bigint, job text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array_agg(DISTINCT w))
      FROM (SELECT left(x, 60) AS w FROM unnest(string_to_array(lower(words), ' ')) x WHERE x <> ''
            UNION ALL VALUES ('@t' || team), ('@j' || md5(job))) a
$$;
-- `words` is a tsquery; teams and job may be NULL: any.
CREATE FUNCTION run_query(words text, teams bigint[], job text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT concat_ws(' & ', '(' || lower(words) || ')', '''@j' || md5(job) || '''',
                     '(' || (SELECT string_agg('''@t' || t || '''', ' | ') FROM unnest(teams) t) || ')')::tsquery
$$;

-- Names of jobs that have had a run, deleted ones too: a search looks here first.
CREATE TABLE run_name (
    job_name text NOT NULL,
    team_id  bigint NOT NULL REFERENCES team ON DELETE CASCADE,
    PRIMARY KEY (job_name, team_id)
);
CREATE INDEX run_name_search ON run_name USING gin (lower(job_name) gin_trgm_ops);

-- ---- retention
ALTER TABLE harvest ADD COLUMN kept_from timestamptz; -- runs before it were removed by policy: the engine's history brings none back
CREATE TABLE run_retained (
    day     date PRIMARY KEY,
    runs    bigint NOT NULL DEFAULT 0,
    outputs bigint NOT NULL DEFAULT 0,
    told    boolean NOT NULL DEFAULT false -- the audit has its line
);

-- Removes up to p_max ended runs of a job that are older than p_days, or behind the p_runs newest (0: no such limit). Its
-- last run stays. The counts of all runs go down, statistics stay.
CREATE FUNCTION run_retain(p_job text, p_days integer, p_runs integer, p_max integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_before timestamptz;
    v_gone bigint;
BEGIN
    v_before := greatest(CASE WHEN p_days > 0 THEN now() - p_days * interval '1 day' END,
                         CASE WHEN p_runs > 0 THEN (SELECT queued_at FROM run WHERE job_name = p_job ORDER BY queued_at DESC, id DESC OFFSET p_runs - 1 LIMIT 1) END);
    IF v_before IS NULL THEN RETURN 0; END IF;
    WITH old AS (SELECT id FROM run r WHERE job_name = p_job AND queued_at < v_before AND state NOT IN ('queued', 'running')
                    AND NOT EXISTS (SELECT FROM job_now n WHERE n.job_id = r.job_id AND n.run_id = r.id)
                  ORDER BY queued_at, id LIMIT p_max FOR UPDATE SKIP LOCKED),
         gone AS (DELETE FROM run USING old WHERE run.id = old.id RETURNING run.state),
         less AS (INSERT INTO run_total AS x (state, n) SELECT state, -count(*) FROM gone GROUP BY state ORDER BY state
                  ON CONFLICT (state) DO UPDATE SET n = x.n + excluded.n)
    SELECT count(*) INTO v_gone FROM gone;
    IF v_gone > 0 THEN
        INSERT INTO harvest AS h (job_name, kept_from) VALUES (p_job, v_before)
        ON CONFLICT (job_name) DO UPDATE SET kept_from = greatest(h.kept_from, excluded.kept_from);
        INSERT INTO run_retained AS x (day, runs) VALUES ((now() AT TIME ZONE 'UTC')::date, v_gone)
        ON CONFLICT (day) DO UPDATE SET runs = x.runs + excluded.runs;
    END IF;
    RETURN v_gone;
END $$;

-- Removes up to p_max outputs that are older than p_days, oldest first, and what a search would find of them.
CREATE FUNCTION run_retain_outputs(p_days integer, p_max integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_old bigint[];
BEGIN
    WITH RECURSIVE o AS (
        (SELECT execution_id, 1 AS i FROM output ORDER BY execution_id LIMIT 1)
        UNION ALL
        SELECT (SELECT x.execution_id FROM output x WHERE x.execution_id > o.execution_id ORDER BY x.execution_id LIMIT 1), i + 1
          FROM o WHERE o.execution_id IS NOT NULL AND i < p_max)
    SELECT array_agg(e.id) INTO v_old FROM o JOIN execution e ON e.id = o.execution_id
     WHERE e.state <> 'running' AND e.started_at < now() - p_days * interval '1 day';
    IF v_old IS NULL THEN RETURN 0; END IF;
    DELETE FROM output WHERE execution_id = ANY (v_old);
    UPDATE execution SET output_gone_at = clock_timestamp(), output_complete = true WHERE id = ANY (v_old);
    DELETE FROM run_text WHERE run_id IN (SELECT run_id FROM execution WHERE id = ANY (v_old));
    INSERT INTO run_retained AS x (day, outputs) VALUES ((now() AT TIME ZONE 'UTC')::date, cardinality(v_old))
    ON CONFLICT (day) DO UPDATE SET outputs = x.outputs + excluded.outputs;
    RETURN cardinality(v_old);
END $$;

-- ---- functions of 0003, as they must be from here on

-- The row that goes counts no more.
CREATE OR REPLACE FUNCTION run_retie(p_run bigint) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
    UPDATE run SET state = 'running', finished_at = NULL WHERE id = o.id;
    UPDATE job_now SET run_id = NULL WHERE run_id = o.id; -- the trigger gives it to r below
    DELETE FROM run WHERE id = o.id;
    UPDATE run SET group_ns = o.group_ns, reason = NULL WHERE id = r.id;
    PERFORM run_settle(r.id, true);
    RETURN true;
END $$;

-- As in 0003, and: a text that does not begin with what was there before is a new generation, and one that is complete is
-- searched.
CREATE OR REPLACE FUNCTION run_output_add(p_job text, p_id text, p_kind integer, p_bytes bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    e record;
    n bigint := length(p_bytes);
    note bytea;
    was bytea;
    anew integer := 0;
BEGIN
    SELECT id, execution.run_id, output_size AS size, output_from, output_dropped AS dropped INTO e
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
    ELSE
        SELECT string_agg(o.bytes, '' ORDER BY o.start) INTO was FROM output o WHERE o.execution_id = e.id;
        IF was IS DISTINCT FROM p_bytes AND (n > 0 OR was IS NOT NULL) THEN
            anew := (was IS NOT NULL AND was IS DISTINCT FROM substring(p_bytes FOR length(was)))::integer;
            DELETE FROM output WHERE execution_id = e.id;
            IF n > 0 THEN INSERT INTO output VALUES (e.id, 0, p_bytes); END IF;
        END IF;
        e.size := n;
    END IF;
    UPDATE execution SET output_size = e.size, output_complete = true, output_from = p_kind - 1, output_generation = output_generation + anew
     WHERE id = e.id;
    IF e.size > 0 THEN INSERT INTO run_news (run_id) VALUES (e.run_id); END IF;
END $$;

-- Counts without counting: what has ended is summed already, what is open is few.
CREATE OR REPLACE FUNCTION metrics() RETURNS TABLE (name text, label text, value bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'runs', s, count(r.state) FROM unnest(ARRAY['queued', 'running']) s
      LEFT JOIN (SELECT state FROM run WHERE state IN ('queued', 'running')) r ON r.state = s GROUP BY s
    UNION ALL SELECT 'runs', s, greatest(coalesce((SELECT t.n FROM run_total t WHERE t.state = s), 0)
                                + (SELECT count(*) FROM run_news n WHERE n.state = s) - (SELECT count(*) FROM run_news n WHERE n.was = s), 0)
      FROM unnest(ARRAY['succeeded', 'failed', 'stopped', 'lost', 'missed']) s
    UNION ALL SELECT 'jobs', CASE WHEN d THEN 'disabled' ELSE 'enabled' END, count(j.disabled) FROM unnest(ARRAY[false, true]) d
      LEFT JOIN (SELECT disabled FROM job) j ON j.disabled = d GROUP BY d
    UNION ALL SELECT 'outbox', s, count(o.state) FROM unnest(ARRAY['pending', 'in_sync', 'failing', 'drifted']) s
      LEFT JOIN (SELECT state FROM outbox) o ON o.state = s GROUP BY s
    UNION ALL SELECT 'hook', w, coalesce(sum(h.count), 0)::bigint FROM unnest(ARRAY['heard', 'unknown', 'refused']) w
      LEFT JOIN hook_count h ON h.what = w GROUP BY w
    UNION ALL SELECT 'executions_running', '', count(*) FROM execution WHERE state = 'running'
    UNION ALL SELECT 'engine_reachable', '', coalesce((SELECT reachable::int FROM engine_state), 0)
    UNION ALL SELECT 'harvest_due', '', count(*) FROM harvest WHERE due_at <= now()
    UNION ALL SELECT 'run_news', '', count(*) FROM run_news
$$;

SELECT run_recount();
INSERT INTO run_name SELECT DISTINCT job_name, team_id FROM run;
INSERT INTO run_news (run_id) SELECT DISTINCT run_id FROM execution WHERE output_size > 0;

-- ---- the calendar goes through a team's jobs by name
CREATE INDEX job_lane ON job (team_id, name COLLATE "C");
