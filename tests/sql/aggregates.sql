SELECT count(*), count(lastcensus), count(DISTINCT lastcensus), count(DISTINCT continent) FROM countries;
SELECT sum(pop_est), avg(pop_est), min(pop_est), max(pop_est) FROM countries;
SELECT sum(gdp_md), avg(gdp_md), min(gdp_md), max(gdp_md) FROM countries;
SELECT min(name), max(name), min(iso_a2), max(iso_a2) FROM countries;
SELECT min(date), max(date), max(date) - min(date), count(DISTINCT date) FROM seattle_weather;
SELECT pg_typeof(sum(id)), pg_typeof(avg(id)), pg_typeof(count(*)), pg_typeof(sum(gdp_md)), pg_typeof(avg(gdp_md)), pg_typeof(min(id)), pg_typeof(sum(1)), pg_typeof(sum(1.5)), pg_typeof(stddev(id)), pg_typeof(stddev(gdp_md)) FROM countries;
SELECT sum(x), avg(x), count(x), min(x), max(x) FROM (VALUES (1), (2), (NULL), (4)) v(x);
SELECT sum(x), avg(x), min(x), max(x), stddev(x), string_agg(x::text, ','), bool_and(x > 0), array_agg(x), percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM (VALUES (NULL::int), (NULL)) v(x);
SELECT sum(DISTINCT x), avg(DISTINCT x), count(DISTINCT x), string_agg(DISTINCT x::text, ',') FROM (VALUES (1), (1), (3), (NULL), (3)) v(x);
SELECT stddev(x), stddev_samp(x), stddev_pop(x), variance(x), var_samp(x), var_pop(x) FROM (VALUES (2), (4), (4), (4), (5), (5), (7), (9)) v(x);
SELECT stddev(temp_max), stddev_pop(temp_max), variance(temp_max), var_pop(temp_max) FROM seattle_weather;
-- one value: no deviation of a sample
SELECT stddev(x), stddev_pop(x), variance(x), var_pop(x) FROM (VALUES (5)) v(x);
SELECT stddev(x), var_pop(x) FROM (VALUES (1e8::float8 + 1), (1e8 + 2), (1e8 + 3)) v(x);
-- unsupported
SELECT corr(temp_max, temp_min), covar_pop(temp_max, temp_min), covar_samp(temp_max, temp_min), regr_slope(temp_max, temp_min), regr_intercept(temp_max, temp_min), regr_r2(temp_max, temp_min), regr_count(temp_max, temp_min) FROM seattle_weather;
SELECT bool_and(is_capital), bool_or(is_capital) FROM populated_places;
SELECT bool_and(x), bool_or(x) FROM (VALUES (true), (NULL), (true)) v(x);
SELECT bool_and(x), bool_or(x) FROM (VALUES (true)) v(x) WHERE false;
SELECT string_agg(name, ', ' ORDER BY name) FROM rivers;
SELECT string_agg(name, '|' ORDER BY id DESC) FROM rivers WHERE id < 5;
SELECT continent, string_agg(iso_a2, ',' ORDER BY pop_est DESC) AS codes FROM countries GROUP BY continent ORDER BY continent;
SELECT string_agg(x, ',' ORDER BY x DESC NULLS LAST) FROM (VALUES ('a'), (NULL), ('b'), ('')) v(x);
SELECT string_agg(x, NULL ORDER BY x) FROM (VALUES ('a'), ('b')) v(x);
SELECT string_agg(DISTINCT region, ', ' ORDER BY region) FROM us_states;
SELECT string_agg(x, s ORDER BY x) FROM (VALUES ('a', '1'), ('b', '2'), ('c', '3')) v(x, s);
SELECT array_agg(name ORDER BY name) FROM rivers WHERE id <= 4;
SELECT array_agg(x ORDER BY x), array_agg(x ORDER BY x DESC) FROM (VALUES (3), (NULL), (1)) v(x);
SELECT array_agg(DISTINCT x ORDER BY x) FROM (VALUES (3), (1), (3), (NULL)) v(x);
SELECT array_agg(x) FROM (VALUES (3)) v(x) WHERE false;
SELECT region, array_agg(postal ORDER BY postal) FROM us_states WHERE region <> 'South' GROUP BY region ORDER BY region;
SELECT array_agg(b ORDER BY b), array_agg(f ORDER BY f), array_agg(t ORDER BY t) FROM (VALUES (true, 1.5, 'a"b'), (false, 2, 'c,d')) v(b, f, t);
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY temp_max), percentile_disc(0.5) WITHIN GROUP (ORDER BY temp_max) FROM seattle_weather;
SELECT weather, percentile_cont(0.9) WITHIN GROUP (ORDER BY wind) AS p90 FROM seattle_weather GROUP BY weather ORDER BY weather;
SELECT percentile_cont(0) WITHIN GROUP (ORDER BY x), percentile_cont(0.25) WITHIN GROUP (ORDER BY x), percentile_cont(1) WITHIN GROUP (ORDER BY x), percentile_disc(0.25) WITHIN GROUP (ORDER BY x) FROM (VALUES (1), (2), (3), (4)) v(x);
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY name), percentile_disc(0.5) WITHIN GROUP (ORDER BY name DESC) FROM countries;
-- unsupported
SELECT percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY pop_est) FROM countries;
SELECT percentile_disc(0.99) WITHIN GROUP (ORDER BY pop_max DESC) FROM populated_places;
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY pop_max) FILTER (WHERE is_capital) FROM populated_places;
SELECT percentile_cont(NULL) WITHIN GROUP (ORDER BY pop_max) FROM populated_places;
SELECT percentile_cont(1.5) WITHIN GROUP (ORDER BY pop_max) FROM populated_places;
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY name) FROM countries;
-- unsupported
SELECT mode() WITHIN GROUP (ORDER BY weather) FROM seattle_weather;
-- FILTER
SELECT count(*) FILTER (WHERE is_capital) AS capitals, count(*) FILTER (WHERE megacity) AS mega, sum(pop_max) FILTER (WHERE is_capital AND megacity) AS both FROM populated_places;
SELECT weather, avg(temp_max) FILTER (WHERE extract(month FROM date) = 7) AS july, max(wind) FILTER (WHERE false) AS none FROM seattle_weather GROUP BY weather ORDER BY weather;
SELECT string_agg(name, ',' ORDER BY name) FILTER (WHERE length(name) = 4) FROM countries;
SELECT count(DISTINCT continent) FILTER (WHERE pop_est > 100000000) FROM countries;
SELECT count(*) FILTER (WHERE NULL) FROM countries;
-- expressions over aggregates
SELECT sum(pop_est) / count(*) AS whole, sum(pop_est)::float8 / count(*) AS mean, max(pop_est) - min(pop_est) AS spread FROM countries;
SELECT round(avg(gdp_md * 1000000 / pop_est)::numeric, 1) AS per_head FROM countries WHERE pop_est > 0;
SELECT sum(gdp_md) / nullif(sum(pop_est), 0) * 1e6 AS per_head, continent FROM countries GROUP BY continent ORDER BY continent;
SELECT avg(CASE WHEN weather = 'rain' THEN 1 ELSE 0 END), avg((weather = 'rain')::int) FROM seattle_weather;
SELECT sum(pop_max * scalerank), sum(pop_max::float8 * latitude) / sum(pop_max) FROM populated_places;
SELECT count(1), count(NULL), count('x'), sum(1), min(2), max(NULL::int) FROM rivers;
SELECT max(length(name)), min(length(name)), avg(length(name)) FROM populated_places;
SELECT min(x), max(x) FROM (VALUES ('NaN'::float8), (1), ('-Infinity')) v(x);
SELECT sum(x), avg(x) FROM (VALUES ('NaN'::float8), (1)) v(x);
SELECT percentile_disc(ARRAY[0, 0.5, 1]) WITHIN GROUP (ORDER BY x), percentile_cont(0.3) WITHIN GROUP (ORDER BY x)
  FROM (VALUES ('Infinity'::float8 - 'Infinity'), (1), (2)) v(x);
SELECT sum(x), avg(x) FROM (VALUES ('Infinity'::float8), (1)) v(x);
SELECT min(b::int), bool_or(b), count(b) FROM (VALUES (true), (false), (NULL)) v(b);
-- unsupported
SELECT sum(x)::text FROM (VALUES (interval '1 day'), (interval '2 hours')) v(x);
SELECT max(x)::text, min(x)::text FROM (VALUES (interval '1 day'), (interval '25 hours')) v(x);
-- the sum of bigint is numeric: it does not overflow
SELECT sum(x) FROM (VALUES (9223372036854775807), (0)) v(x);
SELECT avg(x) FROM (VALUES (9223372036854775807), (9223372036854775805)) v(x);
SELECT avg(x), sum(x) FROM (VALUES (0.1), (0.2), (0.3)) v(x);
-- unsupported
SELECT count(DISTINCT (continent, economy)) FROM countries;
SELECT count(continent, economy) FROM countries;
SELECT sum(name) FROM countries;
SELECT avg(is_capital) FROM populated_places;
SELECT sum(*) FROM countries;
SELECT max(count(*)) FROM countries;
SELECT sum(pop_est) FROM countries WHERE sum(pop_est) > 1;
SELECT lower(DISTINCT name) FROM countries;
SELECT string_agg(name) FROM countries;
SELECT string_agg(DISTINCT name, ',' ORDER BY id) FROM countries;
SELECT percentile_cont(0.5) FROM countries;
-- a variance of 17 digits has no decimals
SELECT stddev_pop(pop_est) AS a, stddev(pop_est) AS b, variance(pop_est) AS c, stddev(pop_est::float8) AS d FROM countries;
SELECT adm0_a3, round(avg(latitude)::numeric, 2) AS lat, stddev(pop_max) AS s FROM populated_places GROUP BY 1 HAVING count(*) > 20 ORDER BY 1;
-- large whole numbers close together
SELECT stddev(v) AS s, var_pop(v) AS p FROM (VALUES (9000000000000001::bigint), (9000000000000002)) t(v);
SELECT variance(v) AS v, stddev_pop(v) AS p FROM (VALUES (-9223372036854775807::bigint), (-9223372036854775805), (-9223372036854775803)) t(v);
SELECT stddev_pop(v) AS p FROM (VALUES (9223372036854775807::bigint), (-9223372036854775807)) t(v);
