-- What an agent asks of a map's tables
-- top cities of each continent
WITH cities AS (
  SELECT c.continent, p.name, p.pop_max,
         row_number() OVER (PARTITION BY c.continent ORDER BY p.pop_max DESC, p.id) AS position
  FROM populated_places p
  JOIN countries c ON c.adm0_a3 = p.adm0_a3
)
SELECT continent, name, pop_max
FROM cities
WHERE position <= 3
ORDER BY continent, position;
-- share of the population in capitals
SELECT c.continent,
       count(*) FILTER (WHERE p.is_capital) AS capitals,
       round(100.0 * sum(p.pop_max) FILTER (WHERE p.is_capital) / nullif(sum(p.pop_max), 0), 1) AS share
FROM countries c
LEFT JOIN populated_places p USING (adm0_a3)
GROUP BY c.continent
HAVING count(p.id) > 0
ORDER BY share DESC NULLS LAST, c.continent;
-- categories of a widget: the ten largest and the rest
WITH n AS (SELECT adm0name AS category, count(*) AS value FROM populated_places GROUP BY adm0name),
     r AS (SELECT category, value, row_number() OVER (ORDER BY value DESC, category) AS rn FROM n)
SELECT CASE WHEN rn <= 10 THEN category ELSE 'others' END AS category, sum(value) AS value
FROM r GROUP BY 1 ORDER BY value DESC, category;
-- a histogram with twenty bins
WITH b AS (SELECT min(temp_max) AS lo, max(temp_max) AS hi FROM seattle_weather)
SELECT least(floor((w.temp_max - b.lo) / (b.hi - b.lo) * 20), 19)::int AS bin, count(*) AS n, min(w.temp_max) AS least, max(w.temp_max) AS most
FROM seattle_weather w CROSS JOIN b
GROUP BY 1 ORDER BY 1;
-- a time series with a moving average
SELECT month, rain, round(avg(rain) OVER (ORDER BY month ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)::numeric, 2) AS smooth
FROM (SELECT date_trunc('month', date)::date AS month, sum(precipitation) AS rain FROM seattle_weather GROUP BY 1) m
ORDER BY month;
-- the change from year to year
SELECT y, co2, co2 - lag(co2) OVER (ORDER BY y) AS rise, rank() OVER (ORDER BY co2 DESC) AS r
FROM (SELECT extract(year FROM "Date")::int AS y, avg("CO2") AS co2 FROM climate.mauna_loa_co2 GROUP BY 1) t
WHERE y BETWEEN 2000 AND 2019 ORDER BY y;
-- the longest run of dry days
WITH d AS (SELECT date, precipitation = 0 AS dry FROM seattle_weather),
     s AS (SELECT date, dry, date - (row_number() OVER (PARTITION BY dry ORDER BY date))::int AS run FROM d)
SELECT min(date) AS first, max(date) AS last, count(*) AS days
FROM s WHERE dry GROUP BY run ORDER BY days DESC, first LIMIT 5;
-- a pivot
SELECT extract(year FROM date)::int AS year,
       count(*) FILTER (WHERE weather = 'rain') AS rain, count(*) FILTER (WHERE weather = 'sun') AS sun,
       count(*) FILTER (WHERE weather = 'fog') AS fog, count(*) FILTER (WHERE weather = 'snow') AS snow,
       count(*) FILTER (WHERE weather = 'drizzle') AS drizzle
FROM seattle_weather GROUP BY 1 ORDER BY 1;
-- points in a viewport, counted by tile
SELECT floor(longitude / 5) * 5 AS x, floor(latitude / 5) * 5 AS y, count(*) AS n, max(pop_max) AS pop
FROM populated_places
WHERE longitude BETWEEN -10 AND 20 AND latitude BETWEEN 35 AND 55
GROUP BY 1, 2 HAVING count(*) >= 3 ORDER BY n DESC, x, y;
-- places within 300 km of a point, nearest first
SELECT name, round(ST_Distance(geom::geography, ST_SetSRID(ST_MakePoint(2.3522, 48.8566), 4326)::geography) / 1000) AS km
FROM populated_places
WHERE ST_DWithin(geom::geography, ST_SetSRID(ST_MakePoint(2.3522, 48.8566), 4326)::geography, 300000)
ORDER BY ST_Distance(geom::geography, ST_SetSRID(ST_MakePoint(2.3522, 48.8566), 4326)::geography), name;
-- places in each state
SELECT s.name, count(p.id) AS places, coalesce(max(p.pop_max), 0) AS largest
FROM us_states s LEFT JOIN populated_places p ON ST_Contains(s.geom, p.geom) AND p.pop_max > 250000
GROUP BY s.id, s.name ORDER BY places DESC, s.name LIMIT 15;
-- countries that a river crosses
SELECT r.name, count(*) AS countries, string_agg(c.name, ', ' ORDER BY c.name) AS names
FROM rivers r JOIN countries c ON ST_Intersects(r.geom, c.geom)
GROUP BY r.name ORDER BY countries DESC, r.name;
-- what has no partner on either side
SELECT coalesce(c.name, p.adm0name) AS name, c.name IS NULL AS no_country
FROM countries c
FULL JOIN (SELECT adm0_a3, min(adm0name) AS adm0name FROM populated_places GROUP BY adm0_a3) p USING (adm0_a3)
WHERE c.id IS NULL OR p.adm0name IS NULL
ORDER BY name;
-- quantile breaks for a map's colours
SELECT percentile_cont(0.2) WITHIN GROUP (ORDER BY pop_max) AS q1, percentile_cont(0.4) WITHIN GROUP (ORDER BY pop_max) AS q2,
       percentile_cont(0.6) WITHIN GROUP (ORDER BY pop_max) AS q3, percentile_cont(0.8) WITHIN GROUP (ORDER BY pop_max) AS q4
FROM populated_places WHERE pop_max > 0;
-- outliers by the z-score
WITH s AS (SELECT avg(wind) AS m, stddev(wind) AS d FROM seattle_weather)
SELECT w.date, w.wind, round(((w.wind - s.m) / s.d)::numeric, 2) AS z FROM seattle_weather w, s
WHERE abs(w.wind - s.m) > 3.2 * s.d ORDER BY z DESC, w.date;
-- missing values of each column
SELECT count(*) - count(namealt) AS namealt, count(*) - count(timezone) AS timezone, count(*) - count(adm1name) AS adm1name,
       sum((iso_a2 IS NULL)::int) AS iso_a2, avg((timezone IS NULL)::int) AS share FROM populated_places;
-- names that occur more than once
SELECT name, count(*) AS n, count(DISTINCT adm0_a3) AS countries FROM populated_places
GROUP BY name HAVING count(*) >= 4 ORDER BY n DESC, name;
-- two queries of one shape, together
SELECT 'countries' AS source, count(*) AS n, sum(pop_est) AS pop FROM countries
UNION ALL
SELECT 'places', count(*), sum(pop_max) FROM populated_places
UNION ALL
SELECT 'cells', sum(places), sum(pop_sum) FROM places_h3
ORDER BY source;
-- cumulated share
SELECT name, pop_est, round(100.0 * sum(pop_est) OVER (ORDER BY pop_est DESC) / sum(pop_est) OVER (), 2) AS cumulated
FROM countries ORDER BY pop_est DESC LIMIT 12;
-- the densest
SELECT name, pop_est / (ST_Area(geom) * 12365) AS density FROM countries WHERE pop_est > 1000000 ORDER BY density DESC LIMIT 5;
-- a label for a pop-up
SELECT name || coalesce(' (' || namealt || ')', '') || ', ' || coalesce(adm1name, 'n/a') || ': ' || to_char(pop_max, 'FM999,999,999') AS label
FROM populated_places ORDER BY pop_max DESC, id LIMIT 10;
-- coldest day of each month
-- unsupported
SELECT DISTINCT date_trunc('month', date) AS month, first_value(date) OVER w AS day, first_value(temp_min) OVER w AS temp
FROM seattle_weather WHERE extract(year FROM date) = 2014
WINDOW w AS (PARTITION BY date_trunc('month', date) ORDER BY temp_min, date) ORDER BY month;
-- weekdays and weekends
SELECT CASE WHEN extract(isodow FROM date) >= 6 THEN 'weekend' ELSE 'week' END AS part, avg(temp_max) AS t, count(*) AS n
FROM seattle_weather GROUP BY 1 ORDER BY 1;
-- days since the last snow
SELECT date, weather, date - max(date) FILTER (WHERE weather = 'snow') OVER (ORDER BY date) AS since
FROM seattle_weather WHERE date BETWEEN '2012-01-10' AND '2012-02-10' ORDER BY date;
-- the neighbours of a country
SELECT b.name, round(ST_Distance(ST_Centroid(a.geom)::geography, ST_Centroid(b.geom)::geography) / 1000) AS km
FROM countries a JOIN countries b ON a.id <> b.id AND ST_Intersects(a.geom, b.geom)
WHERE a.name = 'Germany' ORDER BY b.name;
-- larger than each of its neighbours in the list
SELECT name FROM (SELECT name, pop_est, lag(pop_est) OVER (ORDER BY name) AS a, lead(pop_est) OVER (ORDER BY name) AS b FROM countries) t
WHERE pop_est > a AND pop_est > b AND pop_est > 80000000 ORDER BY name;
-- several levels
WITH a AS (SELECT continent, subregion, sum(pop_est) AS pop FROM countries GROUP BY continent, subregion),
b AS (SELECT continent, max(pop) AS pop FROM a GROUP BY continent),
c AS (SELECT a.* FROM a JOIN b ON a.continent = b.continent AND a.pop = b.pop)
SELECT c.continent, c.subregion, c.pop, (SELECT count(*) FROM countries k WHERE k.subregion = c.subregion) AS n FROM c ORDER BY c.pop DESC;
-- rounded in several ways
SELECT pop_est, round(pop_est, -6) AS a, pop_est / 1000000 * 1000000 AS b, round(pop_est / 1000000.0) AS c, ceil(pop_est / 1e6) AS d FROM countries ORDER BY id LIMIT 5;
-- the extent of what is shown, empty
SELECT ST_XMin(ST_Extent(geom)) AS x, count(*) AS n, max(name) AS name, string_agg(name, ',') AS names FROM countries WHERE name = 'Atlantis';
-- a filter that has nothing left to do
SELECT count(*) FROM populated_places WHERE 1 = 1 AND (true OR name = 'x') AND NOT (false AND pop_max > 0);
-- the largest per group by a correlated query, with ties
SELECT r.scalerank, r.name FROM rivers r WHERE r.min_zoom = (SELECT min(q.min_zoom) FROM rivers q WHERE q.scalerank = r.scalerank) ORDER BY r.scalerank, r.name;
