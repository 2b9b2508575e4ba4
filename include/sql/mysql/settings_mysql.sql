-- MySQL 8 tells counters of a day ago otherwise.
SET SESSION max_execution_time = 0 /*!80000 , information_schema_stats_expiry = 0 */
