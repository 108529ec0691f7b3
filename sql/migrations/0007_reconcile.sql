-- Where the engine's copy of a job is not what it should be, and nobody has said yet what is to become of it. It is kept
-- while the copy is being written anew, so that what is overwritten is in the audit once.
CREATE TABLE drift (
    job_name text PRIMARY KEY,
    job_id   bigint NOT NULL REFERENCES job ON DELETE CASCADE,
    version  bigint NOT NULL, -- of ours, that the engine's copy was held against
    engine   jsonb,           -- what the engine has, in its own fields; NULL: it is gone
    fields   text NOT NULL,   -- the names of those that differ
    refused  text,            -- why policy could not adopt it
    found_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX drift_job ON drift (job_id);

-- The engine's jobs that are not ours, as the last full comparison saw them.
CREATE TABLE unmanaged (
    name     text PRIMARY KEY, -- whole, as the engine has it
    definition jsonb NOT NULL, -- the engine's fields
    blocked  text,             -- why it cannot be taken over; NULL: it can
    found_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX unmanaged_name ON unmanaged (name COLLATE "C");

-- The full comparison: who wants one, and what the last one found. One row.
CREATE TABLE comparison (
    only_one  boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    asked_at  timestamptz, -- somebody wants one that begins after this
    asked_by  text,
    began_at  timestamptz, -- of the last one that came to its end, or failed
    ended_at  timestamptz,
    took_us   bigint NOT NULL DEFAULT 0,
    jobs      bigint NOT NULL DEFAULT 0, -- ours that were held against the engine's
    reverted  bigint NOT NULL DEFAULT 0,
    adopted   bigint NOT NULL DEFAULT 0,
    drifted   bigint NOT NULL DEFAULT 0,
    strays    bigint NOT NULL DEFAULT 0,
    unmanaged bigint NOT NULL DEFAULT 0,
    problem   text -- why it did not come to its end
);
INSERT INTO comparison DEFAULT VALUES;

ALTER TABLE outbox
    ADD taken_over boolean NOT NULL DEFAULT false, -- the engine's copy is somebody else's, and a person said: take it
    ADD parent_job text; -- under which job of ours the engine's copy stands: that one is deleted after this one
CREATE INDEX outbox_parent ON outbox (parent_job) WHERE parent_job IS NOT NULL;
