-- Whether those who may approve are told by mail that something of the team waits for them.
ALTER TABLE team ADD approver_mails boolean NOT NULL DEFAULT true;

-- What stands still keeps no hash of a password: going on, it asks for one anew.
UPDATE task SET token_data = NULL, stage = 'approve' WHERE state = 'failed' AND stage = 'submit' AND token_data ? 'password_hash';
