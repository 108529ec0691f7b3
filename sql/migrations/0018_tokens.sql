-- What a message tells of a task: its failure becomes an error notification, its sending acknowledges one.
ALTER TABLE message
    ADD task_id uuid REFERENCES task ON DELETE CASCADE,
    ADD notification_id bigint REFERENCES notification ON DELETE SET NULL;
CREATE INDEX message_task ON message (task_id, id) WHERE task_id IS NOT NULL;
CREATE INDEX message_notification ON message (notification_id) WHERE notification_id IS NOT NULL;
