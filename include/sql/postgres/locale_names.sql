SELECT DISTINCT collcollate AS name FROM pg_collation WHERE collprovider = 'c'
