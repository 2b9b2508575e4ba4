-- Pin all that the text of a value depends on, and take away the limits that a server may set.
SET SESSION
    sql_mode = '',
    time_zone = '+00:00',
    sql_quote_show_create = 1,
    group_concat_max_len = 1048576,
    wait_timeout = 2147483,
    net_write_timeout = 86400
