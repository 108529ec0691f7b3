-- What actions say of a task to admins alone: whether an address has an account, and whose it is. Apart from the notes, so that no list,
-- filter or page for others can come to it.
CREATE TABLE task_aside (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id uuid NOT NULL REFERENCES task ON DELETE CASCADE,
    ord     smallint NOT NULL, -- of the action that says it
    actor   text NOT NULL,
    text    text NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX task_aside_task ON task_aside (task_id);
