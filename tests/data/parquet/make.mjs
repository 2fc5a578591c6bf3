// Writes the files of this folder with DuckDB: node tests/data/parquet/make.mjs. `clicks` is what a database has, `odd` what tools make of it.
import { DuckDBInstance } from "@duckdb/node-api";

const folder = new URL(".", import.meta.url).pathname;
const connection = await (await DuckDBInstance.create(":memory:")).connect();
const write = (name, query, options) => connection.run(`COPY (${query}) TO '${folder}${name}.parquet' (FORMAT parquet, ${options})`);
await write(
  "clicks",
  `SELECT * FROM (VALUES (7::BIGINT, 'a', TIMESTAMP '2024-05-01 10:00:00.250'), (7, 'b', TIMESTAMP '2024-05-01 10:00:01'), (8, NULL, TIMESTAMP '2024-05-01 11:00:00'),
     (NULL, 'a', NULL), (9, 'ü c', TIMESTAMP '1970-01-02 00:00:00')) AS t(session_id, sku, clicked_at)`,
  "COMPRESSION snappy",
);
await write(
  "odd",
  `SELECT range::INTEGER // 3 AS visitor, [range] AS list, { 'sku': (range % 5)::DOUBLE } AS product, DATE '2024-05-01' + (range // 3)::INTEGER AS day,
     CASE WHEN range % 2 = 0 THEN 2 END::DECIMAL(9, 1) AS pieces, range % 2 = 0 AS mobile FROM range(5000)`,
  "COMPRESSION gzip, ROW_GROUP_SIZE 2048",
);
for (const packing of ["zstd", "lz4_raw"]) await write(packing.replace("_raw", ""), "SELECT 1 AS session, 2 AS item", `COMPRESSION ${packing}`);
