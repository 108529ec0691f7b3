-- Telling people: where to (channel), what is true of a job (alert_state), and what is on its way (message).

CREATE TABLE channel (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team_id     bigint NOT NULL REFERENCES team ON DELETE CASCADE,
    job_id      bigint REFERENCES job ON DELETE CASCADE, -- NULL: for all jobs of the team
    kind        text NOT NULL CHECK (kind IN ('mail', 'webhook')),
    target      text NOT NULL CHECK (char_length(target) BETWEEN 1 AND 2000),
    secret      bytea, -- of a webhook; sealed for this row (core/seal.h)
    on_failure  boolean NOT NULL,
    on_recovery boolean NOT NULL,
    on_missed   boolean NOT NULL,
    off_at      timestamptz, -- nothing goes there since then
    off_reason  text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    created_by  text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (team_id, job_id, kind, target)
);
CREATE INDEX channel_job ON channel (job_id) WHERE job_id IS NOT NULL;

-- What is true of a job by its last finished run, and what people were told last. `told` differs from `state` while
-- nobody may be told: the job is disabled, or says that nobody is to be.
CREATE TABLE alert_state (
    job_id   bigint PRIMARY KEY REFERENCES job ON DELETE CASCADE,
    state    text NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'failing', 'missed')),
    told     text NOT NULL DEFAULT 'ok' CHECK (told IN ('ok', 'failing', 'missed')),
    failures bigint NOT NULL DEFAULT 0, -- bad runs since `since`
    since    timestamptz,               -- the first bad one; NULL: none was, as far as we know
    run_id   bigint,                    -- the run that decided
    looked_at timestamptz NOT NULL DEFAULT now()
);

-- Runs that came to an end, or to another end than before, since work looked last. One cheap insert on the hook's path,
-- without an index; work takes the rows out again.
CREATE TABLE run_turned (
    seq    bigint GENERATED ALWAYS AS IDENTITY,
    run_id bigint NOT NULL,
    job_id bigint NOT NULL,
    was    text, -- NULL: the row of the run is new
    state  text NOT NULL,
    at     timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What work knows of its configuration and the trigger has to: whether anybody wants to hear of beginnings.
CREATE TABLE notify_setting (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    starts   boolean NOT NULL DEFAULT false
);
INSERT INTO notify_setting DEFAULT VALUES;

CREATE FUNCTION run_turns() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state = 'running' AND coalesce(OLD.state, '') NOT IN ('lost', 'missed') -- those are healed by it
       AND NOT EXISTS (SELECT FROM notify_setting WHERE starts) THEN RETURN NULL; END IF;
    INSERT INTO run_turned (run_id, job_id, was, state) VALUES (NEW.id, NEW.job_id, OLD.state, NEW.state);
    RETURN NULL;
END $$;
CREATE TRIGGER run_turns_new AFTER INSERT ON run FOR EACH ROW
    WHEN (NEW.state <> 'queued' AND NEW.job_id IS NOT NULL) EXECUTE FUNCTION run_turns();
CREATE TRIGGER run_turns AFTER UPDATE OF state ON run FOR EACH ROW
    WHEN (NEW.state <> 'queued' AND NEW.job_id IS NOT NULL AND OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION run_turns();

-- Holds a job against its runs: the one that began last among the finished ones decides, so it does not matter in which
-- order they became known. p_bad: how many more bad runs there are than when somebody looked last. A run that a person
-- stopped decides nothing. `event` is what has to be told now: failure, recovery, missed, or NULL; `healed`: the runs that
-- were told to be bad are not.
CREATE FUNCTION alert_look(p_job bigint, p_bad bigint)
RETURNS TABLE (event text, state text, healed boolean, failures bigint, since_us bigint, job text, team text, team_id bigint, run_id bigint)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    j record;
    s alert_state;
    v record;
    v_quiet boolean;
    v_state text;
    v_bad bigint;
BEGIN
    SELECT job.id, job.name, job.team_id, t.name AS team, job.disabled OR NOT coalesce((job.spec->>'notify')::boolean, true) AS quiet
      INTO j FROM job JOIN team t ON t.id = job.team_id WHERE job.id = p_job FOR KEY SHARE OF job;
    IF NOT FOUND THEN RETURN; END IF;
    WITH recent AS (
        SELECT r.id, r.state, coalesce(r.started_at, r.queued_at) AS began, coalesce(r.finished_at, r.queued_at) AS ended FROM run r
         WHERE r.job_id = p_job AND r.state IN ('succeeded', 'failed', 'lost', 'missed') ORDER BY r.id DESC LIMIT 50),
    good AS (SELECT max((recent.began)) AS began FROM recent WHERE recent.state = 'succeeded'),
    last AS (SELECT * FROM recent ORDER BY recent.began DESC, recent.id DESC LIMIT 1)
    SELECT last.id, last.state,
           (SELECT count(*) FROM recent, good WHERE recent.state <> 'succeeded' AND (good.began IS NULL OR recent.began > good.began)) AS bad,
           (SELECT min(recent.ended) FROM recent, good WHERE recent.state <> 'succeeded' AND (good.began IS NULL OR recent.began > good.began)) AS since
      INTO v FROM last;
    IF NOT FOUND THEN RETURN; END IF;
    v_state := CASE v.state WHEN 'succeeded' THEN 'ok' WHEN 'missed' THEN 'missed' ELSE 'failing' END;
    INSERT INTO alert_state (job_id) VALUES (p_job) ON CONFLICT (job_id) DO NOTHING;
    SELECT * INTO s FROM alert_state a WHERE a.job_id = p_job FOR UPDATE;
    v_bad := greatest(CASE WHEN s.state = 'ok' THEN 0 ELSE s.failures + p_bad END, v.bad);
    event := CASE WHEN j.quiet THEN NULL
                  WHEN v_state = 'ok' AND s.told <> 'ok' THEN 'recovery'
                  WHEN v_state = 'failing' AND s.told <> 'failing' THEN 'failure'
                  WHEN v_state = 'missed' AND s.told <> 'missed' THEN 'missed' END;
    healed := v_state = 'ok' AND s.state <> 'ok' AND s.failures + p_bad <= 0;
    since_us := us(coalesce(s.since, v.since));
    UPDATE alert_state a
       SET state = v_state, failures = CASE WHEN v_state = 'ok' THEN 0 ELSE v_bad END,
           since = CASE WHEN v_state = 'ok' THEN NULL ELSE coalesce(s.since, v.since) END,
           told = CASE WHEN NOT j.quiet OR v_state = 'ok' THEN v_state ELSE s.told END,
           run_id = v.id, looked_at = now()
     WHERE a.job_id = p_job AND (a.state, a.told, a.failures, a.run_id) IS DISTINCT FROM
           (v_state, CASE WHEN NOT j.quiet OR v_state = 'ok' THEN v_state ELSE s.told END,
            CASE WHEN v_state = 'ok' THEN 0 ELSE v_bad END, v.id);
    state := v_state;
    failures := v_bad;
    job := j.name;
    team := j.team;
    team_id := j.team_id;
    run_id := v.id;
    RETURN NEXT;
END $$;

-- What is on its way to somebody: alerts, and whatever else the product has to say. A message is made in the transaction
-- of what it tells; work sends it at least once, with `key` as the same Message-ID or webhook-id each time.
CREATE TABLE message (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key        text NOT NULL UNIQUE,
    kind       text NOT NULL CHECK (kind IN ('mail', 'webhook', 'sentry')),
    event      text NOT NULL, -- what it tells: failure, recovery, missed, test, ...
    about      text NOT NULL DEFAULT '', -- of what, as the audit says it: "job:hello"
    team_id    bigint REFERENCES team ON DELETE CASCADE,
    channel_id bigint REFERENCES channel ON DELETE SET NULL,
    job_id     bigint, -- a message about a job that is gone or disabled stays here
    run_id     bigint,
    line       text,   -- messages of one line leave in the order they were made
    target     text NOT NULL,
    payload    text NOT NULL,
    state      text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'dropped')),
    reason     text,
    attempts   integer NOT NULL DEFAULT 0,
    made_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    try_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    give_up_at timestamptz NOT NULL,
    leased_until timestamptz,
    leased_by  integer, -- the process of Postgres that serves the worker; a lease ends with it
    done_at    timestamptz
);
CREATE INDEX message_due ON message (try_at) WHERE state = 'waiting';
CREATE INDEX message_line ON message (line, id) WHERE state = 'waiting' AND line IS NOT NULL;
CREATE INDEX message_team ON message (team_id, id DESC);
CREATE INDEX message_channel ON message (channel_id, id DESC) WHERE channel_id IS NOT NULL;
CREATE INDEX message_job ON message (job_id, id DESC) WHERE job_id IS NOT NULL;
CREATE INDEX message_done ON message (done_at) WHERE state <> 'waiting';
