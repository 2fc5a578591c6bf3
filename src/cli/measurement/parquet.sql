-- The files of `attune export --format parquet` as tables, for DuckDB. Paths are from the folder of the export.
CREATE OR REPLACE VIEW exposures AS SELECT * FROM read_parquet('exposures/*/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW events AS SELECT * FROM read_parquet('events/*/*.parquet', hive_partitioning = false);
