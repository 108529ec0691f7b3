-- What the planner has to know of our functions. It reads that one row comes back, and looks that run up; of the thousand
-- that it supposes otherwise it makes a hash join with every run there is.
ALTER FUNCTION alert_look(bigint, bigint) ROWS 1;
