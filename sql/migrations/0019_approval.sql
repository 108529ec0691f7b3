-- A revision that others approved says by which request, and who they were.
ALTER TABLE revision ADD task_id uuid REFERENCES task, ADD approved_by text NOT NULL DEFAULT '';
