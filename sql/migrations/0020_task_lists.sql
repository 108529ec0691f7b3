-- Lists of tasks: what waits for people, and what somebody who approves has seen.
CREATE INDEX task_for_people ON task (seq) WHERE stage = 'wait' OR state = 'failed';
CREATE INDEX task_group ON task (approver_group_id, seq DESC) WHERE approver_group_id IS NOT NULL;
CREATE INDEX task_approval_account ON task_approval (account_id);
