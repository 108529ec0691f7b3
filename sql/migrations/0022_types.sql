-- What calls of a type's webhooks are signed with: sealed, and apart from the definition, so that who reads that one
-- never meets it.
CREATE TABLE task_type_secret (
    type   text PRIMARY KEY REFERENCES task_type ON DELETE CASCADE,
    secret bytea NOT NULL
);
