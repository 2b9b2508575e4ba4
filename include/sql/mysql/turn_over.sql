SELECT RELEASE_LOCK('cadangan') AS released
