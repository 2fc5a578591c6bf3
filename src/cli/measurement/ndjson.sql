-- The files of `attune export --format ndjson` as tables, for DuckDB. Paths are from the folder of the export;
-- for a bucket, `SET VARIABLE folder = 'r2://measured/'` comes first.
CREATE OR REPLACE VIEW exposures AS SELECT make_timestamp(minute * 60000000)::DATE AS day, * FROM read_json(coalesce(getvariable('folder'), '') || 'exposures/*/*.ndjson', format = 'newline_delimited', columns = {
  unit: 'VARCHAR', experiment: 'VARCHAR', arm: 'VARCHAR', epoch: 'INTEGER', minute: 'BIGINT', slices: 'MAP(VARCHAR, VARCHAR)',
  x: 'MAP(VARCHAR, BIGINT)', totals: 'MAP(VARCHAR, STRUCT(y BIGINT, d BIGINT, cap BIGINT, covariate VARCHAR))', until_s: 'BIGINT'});
CREATE OR REPLACE VIEW events AS SELECT make_timestamp(at_s * 1000000)::DATE AS day, * FROM read_json(coalesce(getvariable('folder'), '') || 'events/*/*.ndjson', format = 'newline_delimited', columns = {
  unit: 'VARCHAR', id: 'VARCHAR', at_s: 'BIGINT', version: 'BIGINT',
  goals: 'STRUCT(goal VARCHAR, y BIGINT, d BIGINT, cap BIGINT, after_s BIGINT, window_s BIGINT, covariate VARCHAR)[]', until_s: 'BIGINT'});
