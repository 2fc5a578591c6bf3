-- Pair counts as `attune learn` counts them, for clicks that one machine cannot hold.
-- Runs unchanged on DuckDB and on Spark SQL. It reads a table `clicks`:
--   session  any type: one visit           item     text: the product
--   time_ms  BIGINT: when it was clicked   place    BIGINT: order of clicks of one time, such as the line number
-- and its result, as CSV with a line of names, is what `attune learn --pairs FILE` takes. Change `distance` and
-- `backward` here together with the --parameters of that command.
WITH settings AS (
  SELECT CAST(4 AS DOUBLE) AS distance, CAST(1 AS DOUBLE) AS backward
),
-- The last 100 clicks of a session,
ordered AS (
  SELECT session, item,
    ROW_NUMBER() OVER (PARTITION BY session ORDER BY time_ms, place) AS n,
    COUNT(*) OVER (PARTITION BY session) AS total
  FROM clicks
),
-- each product where it was clicked last,
visits AS (
  SELECT session, item, MAX(n) AS n, COUNT(*) AS clicks
  FROM ordered
  WHERE n > total - 100
  GROUP BY session, item
),
-- with the number of products in its session.
sets AS (
  SELECT session, item, n, clicks,
    CAST(COUNT(*) OVER (PARTITION BY session) AS DOUBLE) AS size,
    MAX(n) OVER (PARTITION BY session) AS last
  FROM visits
)
-- Weights are whole numbers of 2^-20, so that their sums are the same in any order.
SELECT a.item AS item, b.item AS other,
  SUM(CAST(ROUND(1048576 * (CASE WHEN b.n < a.n THEN settings.backward ELSE 1 END)
    * POWER(a.size, -0.5E0) * EXP(-ABS(a.n - b.n) / settings.distance)) AS BIGINT)) AS weight,
  COUNT(*) AS sessions,
  -- Of the product itself, in its row with itself: clicks, and sessions that end with it.
  SUM(CASE WHEN a.n = b.n THEN a.clicks ELSE 0 END) AS clicks,
  SUM(CASE WHEN a.n = b.n AND a.n = a.last THEN 1 ELSE 0 END) AS ends
FROM sets a JOIN sets b ON a.session = b.session CROSS JOIN settings
GROUP BY a.item, b.item
ORDER BY item
