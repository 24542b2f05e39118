-- Keys that stay the same over stretches of a column, and the values that need care among them.
SELECT floor(longitude / 5) AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT ceil(latitude / -7.5) AS bin, count(*) AS n, avg(pop_max) AS pop FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT ceiling(latitude * 0.1 - 3) AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT round(longitude) AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT trunc(5 - longitude / 20) AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT sign(latitude - 10) AS side, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT (latitude)::int AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT floor(latitude)::bigint / 10 AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT pop_max / 100000 AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT (pop_max - 5000000) / 1000000 AS bin, count(*) AS n, max(pop_max) AS most FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT -pop_max / 1000000 AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT div(pop_max, 250000) AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT width_bucket(latitude, -60, 80, 14) AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT width_bucket(pop_max, 8000000, 0, 8) AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT floor(pop_max / 1e6) AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT floor(ln(pop_max + 2)) AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT date_trunc('month', date) AS month, count(*) AS n FROM seattle_weather GROUP BY 1 ORDER BY 1;
SELECT date_trunc('quarter', date) AS quarter, count(*) AS n, sum(wind) AS wind FROM seattle_weather GROUP BY 1 ORDER BY 1;
SELECT date_trunc('week', date) AS week, count(*) AS n FROM seattle_weather GROUP BY 1 ORDER BY 1;
SELECT date_trunc('year', date::timestamp)::date AS year, min(temp_max) AS low FROM seattle_weather GROUP BY 1 ORDER BY 1;
SELECT date_trunc('month', date) AS month, weather, count(*) AS n FROM seattle_weather GROUP BY 1, 2 ORDER BY 1, 2;
SELECT weather, date_trunc('year', date) AS year, floor(temp_max / 10) AS warmth, count(*) AS n, avg(wind) AS wind FROM seattle_weather GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SELECT date_trunc('day', t) AS day, count(*) AS n FROM (SELECT date::timestamp + interval '11 hours 7 minutes' AS t FROM seattle_weather) s GROUP BY 1 ORDER BY 1 LIMIT 40;
SELECT t::date AS day, count(*) AS n FROM (SELECT date::timestamp - interval '1 hour' AS t FROM seattle_weather) s GROUP BY 1 ORDER BY 1 DESC LIMIT 40;
-- nulls and what is no number
SELECT floor(x / 10) AS bin, count(*) AS n FROM (SELECT CASE WHEN pop_min = 0 THEN NULL WHEN latitude < -30 THEN 'NaN'::float8 WHEN latitude > 60 THEN 'Infinity'::float8 ELSE longitude END AS x FROM populated_places) s GROUP BY 1 ORDER BY 1;
SELECT x / 100000 AS bin, count(*) AS n, count(x) AS m FROM (SELECT nullif(pop_min, 0) AS x FROM populated_places) s GROUP BY 1 ORDER BY 1;
SELECT date_trunc('month', CASE WHEN weather = 'rain' THEN date END) AS month, count(*) AS n FROM seattle_weather GROUP BY 1 ORDER BY 1;
SELECT date_trunc('month', d) AS month, count(*) AS n FROM (SELECT CASE WHEN weather = 'rain' THEN date END AS d FROM seattle_weather) s GROUP BY 1 ORDER BY 1;
-- far apart, and all the same
SELECT floor(x / 1000) AS bin, count(*) AS n FROM (SELECT CASE WHEN pop_max > 20000000 THEN 1e12 WHEN pop_max > 10000000 THEN -1e15 ELSE longitude END AS x FROM populated_places) s GROUP BY 1 ORDER BY 1;
SELECT floor(x) AS bin, count(*) AS n FROM (SELECT latitude * 0 + 7.5 AS x FROM populated_places) s GROUP BY 1 ORDER BY 1;
SELECT x / 7 AS bin, count(*) AS n FROM (SELECT pop_max - pop_max + 50 AS x FROM populated_places) s GROUP BY 1 ORDER BY 1;
SELECT floor(pop_max * 1.5 / 3.25) AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY n DESC, bin LIMIT 30;
-- keys that fail, near where data are and where none are
SELECT x / 1e300 AS bin, count(*) AS n FROM (SELECT CASE WHEN pop_max > 9000000 THEN 1e-300::float8 ELSE longitude END AS x FROM populated_places) s GROUP BY 1 ORDER BY 1;
SELECT floor(x * 1e300) AS bin, count(*) AS n FROM (SELECT CASE WHEN pop_max > 9000000 THEN 1e300::float8 ELSE 0.25 END AS x FROM populated_places) s GROUP BY 1 ORDER BY 1;
SELECT (pop_max + 9223372036800000000) / 1000000 AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT (pop_max + 9223372036840000000) / 1000000 AS bin, count(*) AS n FROM populated_places WHERE pop_max < 10000000 GROUP BY 1 ORDER BY 1;
SELECT (pop_max * 200)::int AS bin, count(*) AS n FROM populated_places WHERE pop_max < 10000000 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 30;
SELECT (pop_max * 200)::int / 100000000 AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT floor(longitude / 0) AS bin, count(*) AS n FROM populated_places GROUP BY 1 ORDER BY 1;
