-- What the ledger's sums say, computed from the exported rows: `SELECT * FROM results`.

-- What a unit did for each goal in its windows. The cap and the covariate are those of the unit's row.
CREATE OR REPLACE VIEW reached AS
WITH parts AS (SELECT unit, at_s, unnest(goals) AS part FROM events),
done AS (
  SELECT exposure.unit, exposure.experiment, part.goal AS goal, sum(part.y) AS y, sum(part.d) AS d
  FROM exposures AS exposure JOIN parts ON parts.unit = exposure.unit
    AND exposure.minute * 60 + part.after_s <= parts.at_s AND parts.at_s < exposure.minute * 60 + part.window_s
  GROUP BY ALL)
SELECT exposure.experiment, arm, epoch, slices, exposure.unit, done.goal, totals[done.goal].covariate AS covariate,
  greatest(least(done.y, totals[done.goal].cap), -totals[done.goal].cap)::HUGEINT AS y, done.d::HUGEINT AS d, coalesce(x[totals[done.goal].covariate], 0)::HUGEINT AS x
FROM done JOIN exposures AS exposure USING (unit, experiment);

-- The rows of the sums, over all days. Goal '' counts units, and '=' with a name sums up a covariate.
CREATE OR REPLACE VIEW recomputed AS
WITH contributions AS (
  SELECT experiment, arm, epoch, slices, '' AS goal, 1 AS n, 0 AS converters, 0::HUGEINT AS y, 0::HUGEINT AS d, 0::HUGEINT AS x, FALSE AS is_goal FROM exposures
  UNION ALL
  SELECT experiment, arm, epoch, slices, '=' || entry.key, 1, 0, 0, 0, entry.value, FALSE
  FROM (SELECT experiment, arm, epoch, slices, unnest(map_entries(x)) AS entry FROM exposures)
  UNION ALL
  SELECT experiment, arm, epoch, slices, goal, 0, (y > 0)::INTEGER, y, d, x, TRUE FROM reached),
sliced AS (
  SELECT *, '' AS slice FROM contributions
  UNION ALL
  SELECT * EXCLUDE entry, entry.key || '=' || entry.value FROM (SELECT *, unnest(map_entries(slices)) AS entry FROM contributions))
SELECT experiment, arm, epoch, slice, goal, sum(n) AS n, sum(converters) AS converters, sum(y) AS y, sum(y * y) AS yy, sum(d) AS d, sum(d * d) AS dd,
  sum(y * d) AS yd, sum(CASE WHEN is_goal THEN 0 ELSE x END) AS x, sum(CASE WHEN is_goal THEN 0 ELSE x * x END) AS xx, sum(x * y) AS xy, sum(x * d) AS xd
FROM sliced GROUP BY experiment, arm, epoch, slice, goal;

-- One row for each experiment, arm, epoch and goal, with everything that an estimate needs. n, x and xx are of all units, also of those
-- that did not reach the goal; x is the goal's covariate.
CREATE OR REPLACE VIEW results AS
WITH arms AS (SELECT experiment, arm, epoch, n FROM recomputed WHERE goal = '' AND slice = ''),
goals AS (SELECT experiment, goal, any_value(covariate) AS covariate FROM reached GROUP BY ALL)
SELECT arms.experiment, arms.arm, arms.epoch, goals.goal, arms.n, coalesce(converters, 0) AS converters, coalesce(own.y, 0) AS y, coalesce(yy, 0) AS yy,
  coalesce(own.d, 0) AS d, coalesce(dd, 0) AS dd, coalesce(yd, 0) AS yd, goals.covariate, coalesce(of_all.x, 0) AS x, coalesce(of_all.xx, 0) AS xx,
  coalesce(own.xy, 0) AS xy, coalesce(own.xd, 0) AS xd
FROM arms JOIN goals ON goals.experiment = arms.experiment
LEFT JOIN (SELECT * EXCLUDE (n, x, xx, slice) FROM recomputed WHERE slice = '') AS own
  ON own.experiment = arms.experiment AND own.arm = arms.arm AND own.epoch = arms.epoch AND own.goal = goals.goal
LEFT JOIN (SELECT experiment, arm, epoch, goal, x, xx FROM recomputed WHERE slice = '') AS of_all
  ON of_all.experiment = arms.experiment AND of_all.arm = arms.arm AND of_all.epoch = arms.epoch AND of_all.goal = '=' || goals.covariate
ORDER BY ALL;
