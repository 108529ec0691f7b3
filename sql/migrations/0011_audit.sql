-- The audit's chain: each row's hash together with that of the link before, so that a row that was changed, taken away
-- or put in behind our back is found.
--
-- Rows are chained behind the transaction that wrote them, in batches: a lock at the insert would make every change wait
-- for every other, and could deadlock with the locks of jobs. So a row is open until it is sealed, a second later at most,
-- and the order of the chain is that of the seals, whatever the order in which transactions commit.

CREATE TABLE audit_open (id bigint PRIMARY KEY);

CREATE TABLE audit_seal (
    n        bigint PRIMARY KEY,     -- counts from 1, without a gap
    audit_id bigint NOT NULL UNIQUE,
    row_hash bytea NOT NULL,         -- of the row; empty: it was gone before it could be sealed
    hash     bytea NOT NULL          -- of all this and the hash before
);

CREATE FUNCTION audit_opens() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ BEGIN INSERT INTO audit_open (id) VALUES (NEW.id); RETURN NULL; END $$;
CREATE TRIGGER audit_opens AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_opens();

CREATE TRIGGER audit_seal_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();

-- Version 1 of the encoding: every column with its length, NULL as a dash, so that no two rows read alike. model/audit_chain.c
-- reads the same without asking this function.
-- In one expression: a function for each part took twenty times as long.
CREATE FUNCTION audit_row_hash(a audit) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN sha256(convert_to('signalbox audit row 1 '
            || coalesce(octet_length(a.id::text) || ':' || a.id::text, '-')
            || coalesce(octet_length(us(a.at)::text) || ':' || us(a.at)::text, '-')
            || coalesce(octet_length(a.account_id::text) || ':' || a.account_id::text, '-')
            || coalesce(octet_length(a.actor) || ':' || a.actor, '-')
            || coalesce(octet_length(a.verb) || ':' || a.verb, '-')
            || coalesce(octet_length(a.object) || ':' || a.object, '-')
            || coalesce(octet_length(a.before::text) || ':' || a.before::text, '-')
            || coalesce(octet_length(a.after::text) || ':' || a.after::text, '-')
            || coalesce(octet_length(a.req_id) || ':' || a.req_id, '-')
            || coalesce(octet_length(a.address) || ':' || a.address, '-'), 'UTF8'));
END $$;

-- Chains up to `most` open rows, oldest first; only one does so at a time, whoever comes second goes away. Gives how many,
-- and the head of the chain.
CREATE FUNCTION audit_seal_some(most bigint, OUT sealed bigint, OUT head_n bigint, OUT head text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ids bigint[];
    link record;
BEGIN
    sealed := 0;
    IF NOT pg_try_advisory_xact_lock(7311, 0) THEN
        RETURN;
    END IF;
    SELECT s.n, encode(s.hash, 'hex') INTO head_n, head FROM audit_seal s ORDER BY s.n DESC LIMIT 1;
    head_n := coalesce(head_n, 0);
    head := coalesce(head, '');
    WITH taken AS (DELETE FROM audit_open WHERE id IN (SELECT o.id FROM audit_open o ORDER BY o.id LIMIT most) RETURNING id)
    SELECT array_agg(t.id ORDER BY t.id) INTO ids FROM taken t;
    FOR link IN
        SELECT o.id, coalesce(audit_row_hash(a), '') AS row_hash
          FROM unnest(ids) AS o(id) LEFT JOIN audit a ON a.id = o.id ORDER BY o.id
    LOOP
        sealed := sealed + 1;
        head_n := head_n + 1;
        head := encode(sha256(convert_to('signalbox audit link 1 ' || head_n || ' ' || link.id || ' '
            || encode(link.row_hash, 'hex') || ' ' || head, 'UTF8')), 'hex');
        INSERT INTO audit_seal (n, audit_id, row_hash, hash) VALUES (head_n, link.id, link.row_hash, decode(head, 'hex'));
    END LOOP;
END $$;

-- What stood there before is chained now.
INSERT INTO audit_open (id) SELECT id FROM audit;
SELECT audit_seal_some((SELECT count(*) FROM audit_open));

CREATE INDEX audit_actor ON audit (actor, id DESC);
CREATE INDEX audit_verb ON audit (verb, id DESC);
