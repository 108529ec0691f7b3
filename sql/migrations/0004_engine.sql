-- The embedded engine's own world: a one-node server of Dkron's API. Nothing outside fcgi/engine reads it.
-- Times are integers as Dkron shows them: nanoseconds since 1970 where they belong to an execution (its
-- id is made of them), microseconds elsewhere. JSON columns keep the text they were given, keys sorted.
CREATE SCHEMA engine;
CREATE SEQUENCE engine.link;

CREATE TABLE engine.job (
    name          text COLLATE "C" PRIMARY KEY,
    displayname   text NOT NULL DEFAULT '',
    timezone      text NOT NULL DEFAULT '',
    schedule      text NOT NULL DEFAULT '',
    owner         text NOT NULL DEFAULT '',
    owner_email   text NOT NULL DEFAULT '',
    success_count bigint NOT NULL DEFAULT 0,
    error_count   bigint NOT NULL DEFAULT 0,
    last_success  bigint,
    last_error    bigint,
    disabled      boolean NOT NULL DEFAULT false,
    tags          json,
    metadata      json,
    retries       bigint NOT NULL DEFAULT 0 CHECK (retries >= 0),
    parent_job    text COLLATE "C" REFERENCES engine.job,
    linked        bigint NOT NULL DEFAULT 0, -- the order among the children of one parent
    processors    json,
    concurrency   text NOT NULL DEFAULT 'allow',
    executor      text NOT NULL DEFAULT '',
    executor_config json,
    status        text NOT NULL DEFAULT '',
    ephemeral     boolean NOT NULL DEFAULT false,
    starts_at     bigint,
    expires_at    bigint,
    here          boolean NOT NULL DEFAULT true, -- its tags fit this node
    added_at      bigint NOT NULL                -- "@every" counts from here
);
CREATE INDEX job_parent ON engine.job (parent_job, linked) WHERE parent_job IS NOT NULL;

-- A job as the API shows it. Who depends on it is not stored twice.
CREATE VIEW engine.shown AS
    SELECT j.*, (SELECT json_agg(c.name ORDER BY c.linked)::text FROM engine.job c WHERE c.parent_job = j.name) AS dependent_jobs
    FROM engine.job j;

-- Names that were written since the clock looked last. Rows are only added and removed, never shared:
-- a writer that found its name already there would be missed by a clock that is just reading.
CREATE TABLE engine.change (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL
);

-- A process `signalbox engine`. It is alive as long as /proc of its machine says so.
CREATE TABLE engine.instance (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    boot      text NOT NULL,
    pid       bigint NOT NULL,
    pid_start bigint NOT NULL,
    led_at    bigint, -- microseconds; when it took the clock
    seen_at   timestamptz NOT NULL DEFAULT now()
);

-- One firing: Dkron's group. Its row is the claim, made before the process starts.
--   queued   the API asked for it, the clock has not taken it yet
--   active   an attempt runs, or the next one waits for its turn
--   children its own attempts are over, dependent jobs run
CREATE TABLE engine.run (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job        text COLLATE "C" NOT NULL REFERENCES engine.job ON DELETE CASCADE,
    grp        bigint NOT NULL,
    fire_at    bigint, -- the scheduled instant; NULL for a run that somebody asked for
    parent_run bigint,
    phase      text NOT NULL CHECK (phase IN ('queued', 'active', 'children', 'done')),
    owner      bigint, -- engine.instance
    made_at    timestamptz NOT NULL DEFAULT now(),
    waits_until timestamptz, -- a worker of the API waits for the end
    UNIQUE (job, fire_at),
    UNIQUE (job, grp),
    UNIQUE (parent_run, job)
);
CREATE INDEX run_open ON engine.run (id) WHERE phase <> 'done';
CREATE INDEX run_made ON engine.run (made_at);

CREATE TABLE engine.execution (
    job         text COLLATE "C" NOT NULL REFERENCES engine.job ON DELETE CASCADE,
    started_at  bigint NOT NULL,
    run         bigint NOT NULL, -- engine.run, which is forgotten sooner
    grp         bigint NOT NULL,
    attempt     bigint NOT NULL,
    carried     bigint NOT NULL DEFAULT 0, -- a retry shows its predecessor's end until it has its own
    finished_at bigint,
    success     boolean NOT NULL DEFAULT false,
    output      bytea NOT NULL DEFAULT '',
    chunk       bytea NOT NULL DEFAULT '', -- while it runs: what it said last
    owner       bigint NOT NULL,
    pid         bigint,
    pid_start   bigint,
    PRIMARY KEY (job, started_at)
);
CREATE INDEX execution_run ON engine.execution (run);
CREATE INDEX execution_open ON engine.execution (owner) WHERE finished_at IS NULL;

CREATE TABLE engine.stat (
    day     date PRIMARY KEY,
    success bigint NOT NULL,
    failed  bigint NOT NULL
);

CREATE TABLE engine.setting (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    paused boolean NOT NULL DEFAULT false -- refuses new definitions
);
INSERT INTO engine.setting DEFAULT VALUES;
