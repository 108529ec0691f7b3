-- What the tasks about people and quotas look for.
CREATE INDEX account_email ON account (lower(email)) WHERE email <> '';
CREATE INDEX task_team_type ON task (team_id, type, seq DESC);
