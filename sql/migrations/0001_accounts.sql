-- Times are stored as timestamptz and cross the border as microseconds since 1970 (core/time.h).
-- Written so that Postgres can inline them: a list crosses this border some thousand times a page. at() is exact
-- to the microsecond until the year 2242, and for whole seconds for ever.
CREATE FUNCTION us(t timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT (extract(epoch FROM t - timestamptz '1970-01-01 00:00:00+00') * 1000000)::bigint $$;
CREATE FUNCTION at(us bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT to_timestamp(us / 1000000.0::float8) $$;

CREATE TABLE team (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    created_at timestamptz NOT NULL DEFAULT now()
);
-- Jobs need a home from the first minute on.
INSERT INTO team (name) VALUES ('ops');

CREATE TABLE account (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    email         text NOT NULL DEFAULT '' CHECK (char_length(email) <= 254),
    password_hash text,
    admin         boolean NOT NULL DEFAULT false,
    dashboard     boolean NOT NULL DEFAULT false,
    timezone      text NOT NULL DEFAULT 'UTC',
    theme         text NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark')),
    shortcuts     boolean NOT NULL DEFAULT true,
    disabled_at   timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    password_changed_at timestamptz -- NULL: still the one made at the first start
);

-- Roles are the numbers of enum role in core/ctx.h.
CREATE TABLE membership (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    team_id    bigint NOT NULL REFERENCES team ON DELETE CASCADE,
    role       smallint NOT NULL CHECK (role BETWEEN 1 AND 4),
    PRIMARY KEY (account_id, team_id)
);
CREATE INDEX membership_team ON membership (team_id);

-- Only the hash of what the cookie holds is stored.
CREATE TABLE session (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    token_hash text NOT NULL UNIQUE,
    address    text NOT NULL DEFAULT '',
    agent      text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE INDEX session_account ON session (account_id) WHERE revoked_at IS NULL;

-- Scopes are the numbers of enum scope in core/ctx.h.
CREATE TABLE token (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    token_hash text NOT NULL UNIQUE,
    scope      smallint NOT NULL CHECK (scope BETWEEN 1 AND 4),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    revoked_at timestamptz
);
CREATE INDEX token_account ON token (account_id);

-- Who knocked how often: one row a key ("account marta", "address 192.0.2.1", "password marta") and window.
CREATE UNLOGGED TABLE knock (
    key    text NOT NULL,
    window_start timestamptz NOT NULL,
    count  integer NOT NULL DEFAULT 1,
    PRIMARY KEY (key, window_start)
);
CREATE INDEX knock_old ON knock (window_start);

-- Everything that changed something. No role of ours may change or delete a row.
CREATE TABLE audit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    account_id bigint,
    actor      text NOT NULL,
    verb       text NOT NULL,
    object     text NOT NULL,
    before     jsonb,
    after      jsonb,
    req_id     text NOT NULL,
    address    text NOT NULL DEFAULT ''
);
CREATE INDEX audit_object ON audit (object, id DESC);
CREATE INDEX audit_at ON audit (at, id);

-- The grants give nobody UPDATE or DELETE; this stops the owner as well.
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'audit rows are never changed or deleted' USING ERRCODE = 'insufficient_privilege'; END $$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
