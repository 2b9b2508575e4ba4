SELECT @@lower_case_table_names AS lower_case, @@event_scheduler AS scheduler
