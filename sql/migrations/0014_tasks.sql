-- Requests, approvals, tokens. A task is an ordered chain of actions that `work` takes through its stages: prepare, approve,
-- submit. Between them it waits: for people who approve, for the holder of a token.

-- What an admin says of a type: all of it (`own`), or what is to differ of one that ships (action/types.c).
CREATE TABLE task_type (
    name       text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9-]{1,62}$'),
    own        boolean NOT NULL,
    definition jsonb NOT NULL,
    version    bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by text NOT NULL
);

-- Named groups of people who may approve.
CREATE TABLE approver_group (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    description text NOT NULL DEFAULT '' CHECK (char_length(description) <= 500)
);
CREATE TABLE approver (
    group_id   bigint NOT NULL REFERENCES approver_group ON DELETE CASCADE,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    PRIMARY KEY (group_id, account_id)
);
CREATE INDEX approver_account ON approver (account_id);

-- What a team demands before its jobs change or run, and what it may have at most (NULL: no bound).
ALTER TABLE team
    ADD approvals smallint NOT NULL DEFAULT 0 CHECK (approvals BETWEEN 0 AND 9),
    ADD approvals_for text NOT NULL DEFAULT 'create edit enable delete run'
        CHECK (approvals_for ~ '^((create|edit|enable|delete|run)( |$))*$'),
    ADD approver_role smallint NOT NULL DEFAULT 4 CHECK (approver_role BETWEEN 2 AND 4), -- this role or a higher one
    ADD approver_group_id bigint REFERENCES approver_group ON DELETE RESTRICT,           -- instead of the role
    ADD quota text CHECK (quota IN ('small', 'medium', 'large', 'custom')),
    ADD max_jobs integer CHECK (max_jobs BETWEEN 1 AND 1000000),
    ADD min_interval_s integer CHECK (min_interval_s BETWEEN 1 AND 31536000), -- between two fires of a job
    ADD max_running integer CHECK (max_running BETWEEN 1 AND 1000000);        -- runs at the same time

CREATE TABLE task (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    seq          bigint GENERATED ALWAYS AS IDENTITY UNIQUE, -- the order of lists
    type         text NOT NULL,
    title        text NOT NULL DEFAULT '', -- "Change invoice-export"
    about        text NOT NULL DEFAULT '', -- as the audit says it: "job:invoice-export"
    state        text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'approved', 'awaiting_token', 'completed',
                 'rejected', 'cancelled', 'expired', 'failed')),
    stage        text NOT NULL DEFAULT 'prepare' CHECK (stage IN ('prepare', 'wait', 'approve', 'token', 'submit', 'end')),
    requester    text NOT NULL,  -- "" of a stranger
    requester_id bigint REFERENCES account,
    token_id     bigint NOT NULL DEFAULT 0, -- of the API token that asked
    scope        smallint NOT NULL DEFAULT 4,
    address      text NOT NULL DEFAULT '',
    req_id       text NOT NULL,
    team_id      bigint REFERENCES team,
    reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 2000),
    data         jsonb NOT NULL, -- the fields as they were given
    data_hash    text NOT NULL,  -- of type and fields: two open tasks with the same are duplicates
    hash         text,           -- of what would be applied; NULL until prepared
    shared       jsonb NOT NULL DEFAULT '{}', -- what the actions of one stage tell each other
    valid        boolean NOT NULL DEFAULT false,
    approved     boolean NOT NULL DEFAULT false,
    completed    boolean NOT NULL DEFAULT false,
    cancelled    boolean NOT NULL DEFAULT false, -- or rejected, or expired
    required_approvals smallint NOT NULL DEFAULT 1 CHECK (required_approvals BETWEEN 0 AND 9),
    approver_role smallint, -- in the team; NULL with a group, and where only admins approve
    approver_group_id bigint REFERENCES approver_group,
    approved_by  text,
    failure      text, -- why it stands still
    token_data   jsonb, -- what the token's holder gave; goes when the task ends
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    approved_at  timestamptz,
    completed_at timestamptz,
    ended_at     timestamptz,
    expires_at   timestamptz NOT NULL,
    due_at       timestamptz DEFAULT clock_timestamp(), -- when work goes on with it; NULL: it waits for somebody
    attempts     integer NOT NULL DEFAULT 0,
    CHECK ((state IN ('completed', 'rejected', 'cancelled', 'expired')) = (stage = 'end'))
);
CREATE INDEX task_due ON task (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX task_open ON task (data_hash) WHERE NOT completed AND NOT cancelled;
CREATE INDEX task_waits ON task (team_id, seq) WHERE stage = 'wait';
CREATE INDEX task_expires ON task (expires_at) WHERE NOT completed AND NOT cancelled;
CREATE INDEX task_requester ON task (requester_id, seq DESC);
CREATE INDEX task_state ON task (state, seq DESC);
CREATE INDEX task_about ON task (about, seq DESC);

CREATE TABLE task_action (
    task_id      uuid NOT NULL REFERENCES task ON DELETE CASCADE,
    ord          smallint NOT NULL,
    name         text NOT NULL,
    data         jsonb NOT NULL,              -- what it is to do, from the task's fields
    cache        jsonb NOT NULL DEFAULT '{}', -- what it has done already; stays
    state        text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'prepared', 'approved', 'done', 'failed')),
    valid        boolean NOT NULL DEFAULT false,
    auto_approve boolean,
    need_token   boolean NOT NULL DEFAULT false,
    token_fields text NOT NULL DEFAULT '',    -- names, a space between
    PRIMARY KEY (task_id, ord)
);

CREATE TABLE task_note (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id uuid NOT NULL REFERENCES task ON DELETE CASCADE,
    ord     smallint, -- of the action that says it; NULL: the task's
    kind    text NOT NULL DEFAULT 'note' CHECK (kind IN ('note', 'comment', 'step')), -- step: on the way of the request
    actor   text NOT NULL,
    text    text NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX task_note_task ON task_note (task_id, id);

CREATE TABLE task_approval (
    task_id    uuid NOT NULL REFERENCES task ON DELETE CASCADE,
    account_id bigint NOT NULL REFERENCES account,
    account    text NOT NULL,
    comment    text NOT NULL DEFAULT '',
    hash       text NOT NULL, -- what was seen
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (task_id, account_id)
);

-- One live token a task. The token itself is derived from `nonce` and the secret key when the mail leaves.
CREATE TABLE task_token (
    task_id    uuid PRIMARY KEY REFERENCES task ON DELETE CASCADE,
    token_hash text NOT NULL UNIQUE,
    nonce      text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX task_token_expires ON task_token (expires_at);

CREATE TABLE notification (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id    uuid REFERENCES task ON DELETE CASCADE,
    error      boolean NOT NULL,
    notes      jsonb NOT NULL, -- {"notes": [...]} or {"errors": [...]}
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    acknowledged_at timestamptz,
    acknowledged_by text
);
CREATE INDEX notification_open ON notification (id DESC) WHERE acknowledged_at IS NULL;
CREATE INDEX notification_task ON notification (task_id);

-- Whether somebody may decide on a task: of the group, or of the role in the team; else an admin. Nobody on his own.
CREATE FUNCTION task_approver(t task, who bigint, everything boolean) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT who IS DISTINCT FROM t.requester_id AND (everything
        OR (t.approver_group_id IS NOT NULL AND EXISTS (SELECT FROM approver a WHERE a.group_id = t.approver_group_id AND a.account_id = who))
        OR (t.approver_group_id IS NULL AND t.approver_role IS NOT NULL AND EXISTS (
            SELECT FROM membership m WHERE m.team_id = t.team_id AND m.account_id = who AND m.role >= t.approver_role)))
$$;
