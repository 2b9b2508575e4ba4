SELECT count(*) AS objects FROM pg_largeobject_metadata
