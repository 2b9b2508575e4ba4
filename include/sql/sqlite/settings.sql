-- What the file says of itself. The page count times the page size is its length.
SELECT
    (SELECT page_size FROM pragma_page_size) AS page_size,
    (SELECT page_count FROM pragma_page_count) AS page_count,
    (SELECT encoding FROM pragma_encoding) AS encoding,
    (SELECT user_version FROM pragma_user_version) AS user_version,
    (SELECT application_id FROM pragma_application_id) AS application_id,
    (SELECT auto_vacuum FROM pragma_auto_vacuum) AS auto_vacuum,
    (SELECT journal_mode FROM pragma_journal_mode) AS journal_mode
