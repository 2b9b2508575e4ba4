-- Of two back-ups of a server only one at a time lets its client begin, so that each knows its own.
SELECT GET_LOCK('cadangan', %s) AS got
