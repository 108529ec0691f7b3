-- A webhook that tells of a task may be one of the defaults of all types: then it is signed with their secret.
ALTER TABLE message ADD signed_by text; -- a task type; NULL: that of the task
