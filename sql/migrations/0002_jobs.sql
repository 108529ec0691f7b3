CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A job's definition is one JSON object (model/job_spec.c says which fields); the columns beside it are
-- what lists search, sort and join by, taken from it by the database itself.
CREATE TABLE job (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team_id    bigint NOT NULL REFERENCES team,
    name       text NOT NULL UNIQUE CHECK (char_length(name) BETWEEN 1 AND 120),
    version    bigint NOT NULL DEFAULT 1,
    spec       jsonb NOT NULL,
    disabled   boolean NOT NULL GENERATED ALWAYS AS (coalesce((spec->>'disabled')::boolean, false)) STORED,
    parent_job text GENERATED ALWAYS AS (nullif(spec->>'parent_job', '')) STORED,
    search     text NOT NULL GENERATED ALWAYS AS (lower(
                   name || ' ' || coalesce(spec->>'displayname', '') || ' ' || coalesce(spec->>'description', '') || ' ' ||
                   coalesce(spec->>'owner', '') || ' ' || coalesce(spec->>'owner_email', '') || ' ' ||
                   coalesce(spec->'executor_config'->>'command', '') || ' ' || coalesce(spec->'executor_config'->>'url', '') || ' ' ||
                   coalesce(spec->>'tags', ''))) STORED,
    next_from  timestamptz, -- anchor of @every: when the engine last took the definition; NULL = never yet
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by text NOT NULL
);
CREATE INDEX job_name ON job (name COLLATE "C"); -- the order of lists, the same whatever the database's collation
CREATE INDEX job_team ON job (team_id, disabled);
CREATE INDEX job_parent ON job (parent_job) WHERE parent_job IS NOT NULL;
CREATE INDEX job_search ON job USING gin (search gin_trgm_ops);
CREATE INDEX job_updated ON job (updated_at, id);

-- What moves while the definition stands still: the next fire and the last run. It has rows of its own, so that a
-- run that starts neither rewrites the definition and its search index nor waits for somebody who is saving it.
CREATE TABLE job_now (
    job_id      bigint PRIMARY KEY REFERENCES job ON DELETE CASCADE,
    next_at     timestamptz, -- NULL = none; model/job_next.c keeps it: on save, and by job_next_renew() in work
    run_id      bigint,      -- the run that began last; kept by the trigger in 0003
    run_state   text,
    run_began_at    timestamptz, -- its start, or when it was asked for
    run_started_at  timestamptz,
    run_finished_at timestamptz,
    -- What lists sort by: no next fire is infinitely late, no run infinitely long ago.
    next_key    bigint NOT NULL GENERATED ALWAYS AS (coalesce(us(next_at), 9223372036854775807)) STORED,
    run_key     bigint NOT NULL GENERATED ALWAYS AS (coalesce(us(run_began_at), 0)) STORED
) WITH (fillfactor = 70);
CREATE INDEX job_now_next ON job_now (next_key, job_id);
CREATE INDEX job_now_run ON job_now (run_key, job_id);

CREATE FUNCTION job_begins() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO job_now (job_id) VALUES (NEW.id); RETURN NULL; END $$;
CREATE TRIGGER job_begins AFTER INSERT ON job FOR EACH ROW EXECUTE FUNCTION job_begins();

CREATE TABLE revision (
    job_id  bigint NOT NULL REFERENCES job ON DELETE CASCADE,
    version bigint NOT NULL,
    spec    jsonb NOT NULL, -- whole, as it was saved, team included
    actor   text NOT NULL,
    reason  text NOT NULL DEFAULT '',
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, version)
);

-- What still has to reach the engine: at most one row a name, level-triggered. A save sets wanted; the
-- worker writes the engine and sets done to the version it wrote. A deleted job leaves its row until the
-- engine's copy is gone.
CREATE TABLE outbox (
    job_name  text PRIMARY KEY, -- without namespace
    job_id    bigint,           -- NULL: deleted here
    wanted    bigint NOT NULL,  -- version that the engine should have
    done      bigint NOT NULL DEFAULT 0,
    state     text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'in_sync', 'failing', 'drifted')),
    reason    text,
    attempts  integer NOT NULL DEFAULT 0,
    try_at    timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    leased_by integer,          -- the process of Postgres that serves the worker; a lease ends with it
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_due ON outbox (try_at) WHERE state <> 'in_sync';
CREATE INDEX outbox_job ON outbox (job_id);

-- What work last learned of the engine: one row.
CREATE TABLE engine_state (
    only_one   boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    kind       text NOT NULL,
    version    text NOT NULL,
    leader     text NOT NULL,
    nodes      jsonb NOT NULL DEFAULT '[]',
    reachable  boolean NOT NULL,
    reason     text,
    checked_at timestamptz NOT NULL DEFAULT now()
);

-- The jobs that an account may see (all: an admin), as model/job.h shows them. One SELECT, so that the planner
-- sees through it and takes only what a statement needs.
CREATE FUNCTION job_seen(who bigint, everything boolean) RETURNS TABLE (
    id bigint, version bigint, team_id bigint, name text, team text, spec_text text, disabled boolean, created_us bigint,
    updated_us bigint, updated_by text, from_us bigint, next_us bigint, sync text, sync_reason text, run_id bigint,
    run_state text, run_began_us bigint, run_started_us bigint, run_finished_us bigint, role bigint)
LANGUAGE sql STABLE AS $$
    SELECT j.id, j.version, j.team_id, j.name, t.name, j.spec::text, j.disabled, us(j.created_at),
           us(j.updated_at), j.updated_by, us(j.next_from), us(n.next_at), coalesce(o.state, 'pending'), o.reason, n.run_id,
           n.run_state, us(n.run_began_at), us(n.run_started_at), us(n.run_finished_at),
           CASE WHEN everything THEN 4 ELSE m.role END::bigint
      FROM job j
      JOIN team t ON t.id = j.team_id
      JOIN job_now n ON n.job_id = j.id
      LEFT JOIN outbox o ON o.job_name = j.name
      LEFT JOIN membership m ON m.team_id = j.team_id AND m.account_id = who
     WHERE everything OR m.role IS NOT NULL
$$;

-- Which of them a list shows, NULL meaning any, and what it is sorted by. `words` are LIKE patterns, one a line; all
-- must match. `word` is the longest of them, which alone can use the index.
CREATE FUNCTION job_found(who bigint, everything boolean, word text, words text, in_team text, enabled boolean, last text, sync_state text)
RETURNS TABLE (id bigint, name text, updated_at timestamptz, next_key bigint, run_key bigint)
LANGUAGE sql STABLE AS $$
    SELECT j.id, j.name, j.updated_at, n.next_key, n.run_key
      FROM job j
      JOIN job_now n ON n.job_id = j.id
      LEFT JOIN outbox o ON o.job_name = j.name
     WHERE (everything OR j.team_id IN (SELECT m.team_id FROM membership m WHERE m.account_id = who))
       AND (in_team IS NULL OR j.team_id = (SELECT t.id FROM team t WHERE t.name = in_team))
       AND (enabled IS NULL OR j.disabled <> enabled)
       AND (last IS NULL OR n.run_state = last)
       AND (sync_state IS NULL OR o.state = sync_state)
       AND (word IS NULL OR j.search LIKE lower(word))
       AND (words IS NULL OR j.search LIKE ALL (string_to_array(lower(words), E'\n')))
$$;
