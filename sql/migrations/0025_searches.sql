-- Searches and filters that find nothing cost no more than those that find much.

-- ---- tasks: what is written in them, whose they are
CREATE INDEX task_words ON task USING gin (lower(title || ' ' || requester || ' ' || reason) gin_trgm_ops);
CREATE INDEX task_team ON task (team_id, seq DESC);
CREATE INDEX task_asker ON task (requester, seq DESC);
CREATE INDEX task_type_seq ON task (type, seq DESC);
