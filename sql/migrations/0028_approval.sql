-- Who changed a request last: it is his as much as the requester's, and where jobs are concerned he does not approve it.
ALTER TABLE task ADD edited_by bigint REFERENCES account;
