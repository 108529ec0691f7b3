-- A zone that nobody chose is the browser's. UTC was what everybody began with: it says nothing.

ALTER TABLE account ALTER COLUMN timezone SET DEFAULT '';
UPDATE account SET timezone = '' WHERE timezone = 'UTC';
