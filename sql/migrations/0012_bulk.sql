-- One action on many jobs (or runs), asked for once. What it is to do with is frozen when it is confirmed; `work` does it
-- in batches, on behalf of whoever asked and with the rights that he has at that moment.
CREATE TABLE bulk (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint REFERENCES account ON DELETE SET NULL,
    account    text NOT NULL,
    token_id   bigint NOT NULL DEFAULT 0, -- 0: a browser asked
    scope      smallint NOT NULL,         -- of the token
    address    text NOT NULL DEFAULT '',
    req_id     text NOT NULL,
    action     text NOT NULL CHECK (action IN ('enable', 'disable', 'run', 'delete', 'move', 'stop')),
    team       text,  -- where it moves jobs to
    filter     jsonb, -- NULL: they were named one by one
    total      bigint NOT NULL CHECK (total > 0),
    done       bigint NOT NULL DEFAULT 0,
    same       bigint NOT NULL DEFAULT 0, -- were like that already
    failed     bigint NOT NULL DEFAULT 0,
    asked_at   timestamptz NOT NULL,
    worked_at  timestamptz, -- the last batch; NULL = none yet
    stopped_at timestamptz, -- somebody said: no further
    ended_at   timestamptz,
    try_at     timestamptz NOT NULL DEFAULT now(),
    attempts   integer NOT NULL DEFAULT 0, -- batches in a row that came to nothing
    CHECK ((action = 'move') = (team IS NOT NULL))
);
CREATE INDEX bulk_due ON bulk (worked_at NULLS FIRST, id) WHERE ended_at IS NULL;
CREATE INDEX bulk_account ON bulk (account_id, id DESC);

CREATE TABLE bulk_item (
    bulk_id bigint NOT NULL REFERENCES bulk ON DELETE CASCADE,
    seq     bigint NOT NULL, -- children stand before their parents
    name    text NOT NULL,   -- of the job; of a run, its number
    state   text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'same', 'failed')),
    code    text,            -- why it failed, as the API would say it
    message text,
    run_id  bigint,          -- what came of "run"
    PRIMARY KEY (bulk_id, seq)
);
CREATE INDEX bulk_item_waiting ON bulk_item (bulk_id, seq) WHERE state = 'waiting';
CREATE INDEX bulk_item_failed ON bulk_item (bulk_id, seq) WHERE state = 'failed';
