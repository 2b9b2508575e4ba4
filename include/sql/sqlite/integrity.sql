-- "ok", or up to 100 lines on what is damaged.
PRAGMA integrity_check
