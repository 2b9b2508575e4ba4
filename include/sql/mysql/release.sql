-- Lets go of the table's definition, so that no change of it waits for the end of the whole dump.
ROLLBACK TO SAVEPOINT cadangan
