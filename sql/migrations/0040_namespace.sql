-- Under which prefix our jobs stand on the engine, as work first saw it. A configuration that says another one would write every job
-- a second time beside the first; so it is followed only when none stands there yet, or when somebody says that it was meant.
CREATE TABLE namespace (
    only_one   boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    prefix     text NOT NULL,
    moved_from text -- the prefix before, whose copies on the engine go as the new ones stand: fcgi/model/takeover.h
);

ALTER TABLE takeover ADD moved boolean NOT NULL DEFAULT false; -- it was ours, under another prefix: it goes whatever it looks like
ALTER TABLE takeover ADD off boolean NOT NULL DEFAULT false;   -- an errand has seen to it that it does not fire any more

-- The job there whose place this one takes, until an errand has switched that off. In the row itself, so that an errand which did
-- not know of it cannot write this down as done, however the two cross.
ALTER TABLE outbox ADD old_copy text;
UPDATE outbox o SET old_copy = t.engine_name FROM takeover t WHERE t.job_name = o.job_name AND t.job_id = o.job_id;
