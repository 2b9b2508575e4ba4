-- How far a standby has come: the last commit that it has replayed, else the checkpoint from which it started.
SELECT CASE
    WHEN pg_is_in_recovery()
        THEN coalesce(pg_last_xact_replay_timestamp(), (SELECT c.checkpoint_time FROM pg_control_checkpoint() AS c))
END AS at
