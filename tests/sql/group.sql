SELECT continent, count(*) FROM countries GROUP BY continent ORDER BY continent;
SELECT continent, count(*) AS n, sum(pop_est) AS pop, avg(gdp_md) AS gdp FROM countries GROUP BY continent ORDER BY pop DESC;
SELECT weather, count(*), min(temp_min), max(temp_max), avg(wind) FROM seattle_weather GROUP BY weather ORDER BY weather;
SELECT weather, round(avg(temp_max)::numeric, 2) AS avg_max FROM seattle_weather GROUP BY weather ORDER BY avg_max DESC;
-- by ordinal, alias, expression
SELECT region_un, economy, count(*) FROM countries GROUP BY 1, 2 ORDER BY 1, 2;
SELECT left(name, 1) AS letter, count(*) FROM countries GROUP BY letter ORDER BY letter;
SELECT upper(left(name, 1)), count(*) FROM countries GROUP BY upper(left(name, 1)) ORDER BY 2 DESC, 1 LIMIT 5;
SELECT pop_est / 10000000 AS bucket, count(*) FROM countries GROUP BY pop_est / 10000000 ORDER BY bucket;
SELECT floor(temp_max / 5) * 5 AS bin, count(*) AS days FROM seattle_weather GROUP BY 1 ORDER BY 1;
-- unsupported
SELECT width_bucket(temp_max, -5, 40, 9) AS bucket, count(*), min(temp_max), max(temp_max) FROM seattle_weather GROUP BY bucket ORDER BY bucket;
SELECT date_trunc('year', date) AS year, sum(precipitation) AS rain FROM seattle_weather GROUP BY year ORDER BY year;
SELECT extract(year FROM date) AS y, extract(month FROM date) AS m, avg(temp_max) FROM seattle_weather GROUP BY 1, 2 ORDER BY 1, 2;
SELECT to_char(date, 'YYYY-MM') AS month, count(*) FILTER (WHERE weather = 'rain') AS rainy FROM seattle_weather GROUP BY 1 ORDER BY 1 LIMIT 12;
SELECT extract(dow FROM date) AS dow, avg(precipitation) FROM seattle_weather GROUP BY dow ORDER BY dow;
-- nulls make one group
SELECT lastcensus, count(*) FROM countries GROUP BY lastcensus ORDER BY lastcensus NULLS FIRST;
SELECT namealt IS NULL AS plain, timezone IS NULL AS timeless, count(*) FROM populated_places GROUP BY 1, 2 ORDER BY 1, 2;
SELECT x, count(*), count(x), sum(y) FROM (VALUES (1, 2), (NULL, 3), (1, NULL), (NULL, 5)) v(x, y) GROUP BY x ORDER BY x;
SELECT is_capital, megacity, count(*), max(pop_max) FROM populated_places GROUP BY is_capital, megacity ORDER BY 1, 2;
-- grouped by a key that is not shown
SELECT count(*) FROM countries GROUP BY continent ORDER BY 1;
SELECT max(pop_est) - min(pop_est) AS spread FROM countries GROUP BY continent ORDER BY spread DESC;
SELECT continent || ' (' || count(*) || ')' AS label FROM countries GROUP BY continent ORDER BY label;
SELECT sum(pop_est) * 100.0 / (SELECT sum(pop_est) FROM countries) AS share, continent FROM countries GROUP BY continent ORDER BY share DESC;
SELECT adm0name, count(*) AS n, sum(CASE WHEN pop_max > 1000000 THEN 1 ELSE 0 END) AS big FROM populated_places GROUP BY adm0name ORDER BY n DESC, adm0name LIMIT 10;
SELECT adm0_a3, adm1name, count(*) FROM populated_places GROUP BY adm0_a3, adm1name ORDER BY 3 DESC, 1, 2 LIMIT 15;
-- no rows: no groups, but one row without GROUP BY
SELECT continent, count(*) FROM countries WHERE false GROUP BY continent;
SELECT count(*), sum(pop_est), avg(pop_est), min(name), max(name) FROM countries WHERE false;
SELECT 1 AS one, count(*) FROM countries WHERE false;
SELECT DISTINCT count(*) FROM countries GROUP BY continent ORDER BY 1;
-- a group by a constant and by an empty set
SELECT count(*) FROM countries GROUP BY 'x'::text;
-- unsupported
SELECT count(*) FROM countries WHERE false GROUP BY ();
SELECT CASE WHEN pop_est > 50000000 THEN 'large' WHEN pop_est > 5000000 THEN 'middle' ELSE 'small' END AS size, count(*), sum(pop_est) FROM countries GROUP BY 1 ORDER BY 1;
SELECT scalerank, count(*), avg(pop_max)::bigint FROM populated_places GROUP BY scalerank ORDER BY scalerank;
SELECT round(latitude / 30) * 30 AS band, count(*), avg(latitude) FROM populated_places GROUP BY band ORDER BY band;
SELECT substring(income_grp FROM 4) AS income, count(*) FROM countries GROUP BY income ORDER BY income;
-- zero and minus zero are one group
SELECT x, count(*) FROM (VALUES (0.0::float8), (-0.0::float8), (1)) v(x) GROUP BY x ORDER BY x;
SELECT x = 'NaN' AS is_nan, count(*) FROM (VALUES ('NaN'::float8), ('NaN'), (1)) v(x) GROUP BY x ORDER BY 1;
SELECT g.continent, g.n FROM (SELECT continent, count(*) AS n FROM countries GROUP BY continent) g WHERE g.n > 20 ORDER BY g.n DESC;
SELECT n, count(*) FROM (SELECT adm0_a3, count(*) AS n FROM populated_places GROUP BY adm0_a3) t GROUP BY n ORDER BY n LIMIT 10;
SELECT places, count(*), sum(pop_sum) FROM places_h3 GROUP BY places ORDER BY places;
SELECT capitals, count(*), max(pop_max) FROM places_quadbin GROUP BY capitals ORDER BY capitals;
SELECT c.continent, c.subregion, count(*) FROM countries c GROUP BY c.continent, c.subregion ORDER BY c.continent, c.subregion;
SELECT upper(continent) FROM countries GROUP BY continent ORDER BY continent;
SELECT (date_part('year', "Date") / 10)::int * 10 AS decade, round(avg("CO2")::numeric, 3) AS co2, count(*) FROM mauna_loa_co2 GROUP BY decade ORDER BY decade;
SELECT floor(extract(year FROM "Date") / 10) * 10 AS decade, min("CO2"), max("CO2") FROM mauna_loa_co2 GROUP BY 1 ORDER BY 1;
-- unsupported
SELECT continent, economy, count(*) FROM countries WHERE continent IN ('Asia', 'Oceania') GROUP BY ROLLUP (continent, economy) ORDER BY 1 NULLS LAST, 2 NULLS LAST;
SELECT round(avg(pop_est)) AS a FROM countries GROUP BY 1;
SELECT continent, 1 + max(id) AS m FROM countries GROUP BY continent, m;
-- of grouping sets; without them they say nothing
SELECT continent, count(*) FROM countries GROUP BY DISTINCT continent ORDER BY 1;
SELECT continent, count(*) FROM countries GROUP BY ALL continent ORDER BY 1;
SELECT EXISTS(SELECT) AS a, EXISTS(SELECT FROM countries) AS b, EXISTS(SELECT FROM countries HAVING false) AS c;
