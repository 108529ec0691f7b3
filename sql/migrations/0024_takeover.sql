-- Jobs of the engine that stood outside our namespace and were taken over: they are written anew under their new name, the old
-- one is switched off as soon as that stands, and goes when its history has been read.
CREATE TABLE takeover (
    engine_name text PRIMARY KEY,    -- the old one, whole, as the engine has it
    job_name    text NOT NULL,       -- ours, that takes its place
    job_id      bigint NOT NULL,
    definition  jsonb NOT NULL,      -- what was taken over: a job that is another one by now is left alone
    reason      text,                -- why it still stands
    try_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    taken_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX takeover_job ON takeover (job_name);
