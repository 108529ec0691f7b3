-- Searches and filters that find nothing cost no more than those that find much.

-- ---- tasks: what is written in them, whose they are
CREATE INDEX task_words ON task USING gin (lower(title || ' ' || requester || ' ' || reason) gin_trgm_ops);
CREATE INDEX task_team ON task (team_id, seq DESC);
CREATE INDEX task_asker ON task (requester, seq DESC);
CREATE INDEX task_type_seq ON task (type, seq DESC);

-- ---- audit: the words of a row, its lines as one text. What is new waits in a short list that every search reads as well: put
-- into the index row by row it would cost three times as much.
CREATE INDEX audit_words ON audit USING gin (lower(object || E'\n' || actor || E'\n' || verb || E'\n' || req_id || E'\n'
    || coalesce(before::text, '') || E'\n' || coalesce(after::text, '')) gin_trgm_ops) WITH (gin_pending_list_limit = 256);
