SELECT name, pop_est, row_number() OVER (ORDER BY pop_est DESC) AS rn FROM countries ORDER BY rn LIMIT 5;
SELECT continent, name, rank() OVER (PARTITION BY continent ORDER BY pop_est DESC) AS r FROM countries WHERE continent IN ('Oceania', 'South America') ORDER BY continent, r, name;
SELECT x, row_number() OVER (ORDER BY x), rank() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x) FROM (VALUES (1), (1), (2), (NULL), (NULL), (3)) v(x) ORDER BY x, 2;
SELECT x, ntile(3) OVER (ORDER BY x) FROM (VALUES (1), (2), (3), (4), (5), (6), (7)) v(x) ORDER BY x;
SELECT x, ntile(4) OVER (ORDER BY x) FROM (VALUES (1), (2)) v(x) ORDER BY x;
-- unsupported
SELECT x, percent_rank() OVER (ORDER BY x), cume_dist() OVER (ORDER BY x) FROM (VALUES (1), (1), (2), (5)) v(x) ORDER BY x;
SELECT date, temp_max, lag(temp_max) OVER (ORDER BY date) AS before, lead(temp_max) OVER (ORDER BY date) AS after FROM seattle_weather WHERE date < '2012-01-08' ORDER BY date;
SELECT date, lag(temp_max, 2) OVER (ORDER BY date), lag(temp_max, 2, -99) OVER (ORDER BY date), lead(weather, 1, 'none') OVER (ORDER BY date) FROM seattle_weather WHERE date < '2012-01-06' ORDER BY date;
SELECT date, temp_max - lag(temp_max) OVER (ORDER BY date) AS change FROM seattle_weather ORDER BY change DESC NULLS LAST, date LIMIT 5;
SELECT x, lag(x, 0) OVER (ORDER BY x), lag(x, -1) OVER (ORDER BY x), lag(x, NULL) OVER (ORDER BY x) FROM (VALUES (1), (2), (3)) v(x) ORDER BY x;
SELECT continent, name, first_value(name) OVER (PARTITION BY continent ORDER BY pop_est DESC) AS first, last_value(name) OVER (PARTITION BY continent ORDER BY pop_est DESC) AS last FROM countries WHERE continent = 'Oceania' ORDER BY pop_est DESC;
SELECT name, last_value(name) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM rivers ORDER BY id;
-- unsupported
SELECT x, nth_value(x, 2) OVER (ORDER BY x) FROM (VALUES (1), (2), (3)) v(x) ORDER BY x;
-- the aggregates: whole partition, running with peers, running by rows
SELECT name, sum(pop_est) OVER () AS total, count(*) OVER (PARTITION BY subregion) AS n FROM countries WHERE continent = 'Oceania' ORDER BY name;
SELECT x, y, sum(y) OVER (ORDER BY x) AS range, sum(y) OVER (ORDER BY x ROWS UNBOUNDED PRECEDING) AS rows FROM (VALUES (1, 1), (2, 10), (3, 100)) v(x, y) ORDER BY x;
SELECT x, sum(x) OVER (ORDER BY x) AS s, count(*) OVER (ORDER BY x) AS n FROM (VALUES (1), (1), (2), (2), (3), (NULL)) v(x) ORDER BY x;
SELECT date, precipitation, sum(precipitation) OVER (ORDER BY date) AS so_far FROM seattle_weather WHERE date < '2012-01-15' ORDER BY date;
SELECT date, avg(temp_max) OVER (ORDER BY date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS week FROM seattle_weather WHERE date < '2012-02-01' ORDER BY date;
SELECT date, avg(temp_max) OVER (ORDER BY date ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS smooth, min(temp_max) OVER (ORDER BY date ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING) AS low, max(temp_max) OVER (ORDER BY date ROWS BETWEEN CURRENT ROW AND 3 FOLLOWING) AS high FROM seattle_weather WHERE date < '2012-01-15' ORDER BY date;
SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS before, sum(x) OVER (ORDER BY x ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING) AS after, count(*) OVER (ORDER BY x ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING) AS n FROM (VALUES (1), (2), (3), (4), (5)) v(x) ORDER BY x;
SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS rest FROM (VALUES (1), (2), (3), (4)) v(x) ORDER BY x;
SELECT x, sum(x) OVER (ORDER BY x ROWS 1 PRECEDING) FROM (VALUES (1), (2), (NULL), (4)) v(x) ORDER BY x;
SELECT x, first_value(x) OVER (ORDER BY x ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING), last_value(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES (1), (2), (3)) v(x) ORDER BY x;
SELECT continent, name, round((100.0 * pop_est / sum(pop_est) OVER (PARTITION BY continent))::numeric, 2) AS share FROM countries WHERE continent IN ('North America') ORDER BY share DESC, name;
SELECT continent, sum(pop_est) AS pop, rank() OVER (ORDER BY sum(pop_est) DESC) AS r FROM countries GROUP BY continent ORDER BY r;
SELECT continent, count(*) AS n, sum(count(*)) OVER (ORDER BY continent) AS running, sum(count(*)) OVER () AS total FROM countries GROUP BY continent ORDER BY continent;
SELECT DISTINCT continent, count(*) OVER (PARTITION BY continent) FROM countries ORDER BY 1;
-- unsupported
SELECT name, row_number() OVER w, count(*) OVER w FROM rivers WINDOW w AS (ORDER BY id) ORDER BY id LIMIT 4;
SELECT p.iso_a2, p.name, p.pop_max FROM (SELECT iso_a2, name, pop_max, row_number() OVER (PARTITION BY iso_a2 ORDER BY pop_max DESC, id) AS rn FROM populated_places) p WHERE p.rn = 1 AND p.pop_max > 10000000 ORDER BY p.pop_max DESC;
SELECT weather, date, row_number() OVER (PARTITION BY weather ORDER BY date) AS n FROM seattle_weather WHERE date BETWEEN '2012-03-01' AND '2012-03-20' ORDER BY date;
SELECT date, weather, count(*) FILTER (WHERE weather = 'rain') OVER (ORDER BY date) AS rainy FROM seattle_weather WHERE date < '2012-01-10' ORDER BY date;
SELECT x, y, rank() OVER (PARTITION BY x ORDER BY y DESC NULLS LAST) FROM (VALUES ('a', 1), ('a', NULL), ('b', 3), ('b', 3), ('b', 4), (NULL, 1)) v(x, y) ORDER BY x, y;
SELECT x, bool_or(x > 2) OVER (ORDER BY x), string_agg(x::text, '') OVER (ORDER BY x), min(x) OVER (ORDER BY x DESC) FROM (VALUES (1), (2), (3)) v(x) ORDER BY x;
SELECT row_number() OVER (), x FROM (VALUES ('p')) v(x);
SELECT x FROM (VALUES (3), (1), (2)) v(x) ORDER BY row_number() OVER (ORDER BY x DESC);
SELECT sum(x) OVER (PARTITION BY x % 2 ORDER BY x) + 1 AS s, x FROM (VALUES (1), (2), (3), (4), (5)) v(x) ORDER BY x;
SELECT avg(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), stddev(x) OVER (), variance(x) OVER (ORDER BY x) FROM (VALUES (1.0::float8), (2), (4), (8)) v(x) ORDER BY x;
SELECT count(*) OVER () FROM countries WHERE false;
SELECT "Date", "CO2" - lag("CO2", 12) OVER (ORDER BY "Date") AS rise FROM mauna_loa_co2 ORDER BY "Date" DESC LIMIT 10;
SELECT name FROM countries WHERE row_number() OVER () = 1;
SELECT sum(row_number() OVER ()) FROM rivers;
SELECT rank() FROM rivers;
SELECT lower(name) OVER () FROM rivers;
-- unsupported
SELECT sum(id) OVER nowhere FROM rivers;
SELECT ntile(0) OVER (ORDER BY id) FROM rivers;
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM rivers;
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN -1 PRECEDING AND CURRENT ROW) FROM rivers;
SELECT sum(DISTINCT id) OVER (ORDER BY id) FROM rivers;
SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) FROM (VALUES (1), (2), (3)) v(x) ORDER BY x;
-- RANGE with its default frame, written out
-- unsupported
SELECT x, sum(x) OVER (ORDER BY x RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), count(*) OVER (ORDER BY x RANGE UNBOUNDED PRECEDING) FROM (VALUES (1), (1), (2)) v(x) ORDER BY x;
-- unsupported
SELECT x, sum(x) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES (1), (2), (4)) v(x) ORDER BY x;
-- whole numbers stay exact, and come back out of a frame
SELECT x, sum(x) OVER (ORDER BY x ROWS 1 PRECEDING) FROM (VALUES (9007199254740993::bigint), (9007199254740995), (9007199254740997)) v(x) ORDER BY x;
SELECT lead(date, 1) OVER (ORDER BY date) - date AS gap, count(*) OVER () FROM seattle_weather ORDER BY date LIMIT 3;
SELECT date FROM (SELECT date, lead(date) OVER (ORDER BY date) - date AS gap FROM seattle_weather) t WHERE gap <> 1;
-- frames that end before they start
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING) FROM countries;
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN 0 FOLLOWING AND 0 PRECEDING) FROM countries;
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN 0 FOLLOWING AND CURRENT ROW) FROM countries;
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND 0 PRECEDING) FROM countries;
SELECT sum(id) OVER (ORDER BY id ROWS 1 FOLLOWING) FROM countries;
SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN 2 FOLLOWING AND 1 FOLLOWING) AS s FROM countries ORDER BY id LIMIT 4;
SELECT row_number() OVER () AS r FROM countries GROUP BY r;
SELECT row_number() OVER () AS r FROM countries GROUP BY 1;
-- a window on a window of the WINDOW clause
SELECT id, sum(id) OVER w2 AS s, count(*) OVER w2 AS n FROM countries WINDOW w1 AS (PARTITION BY continent), w2 AS (w1 ORDER BY id) ORDER BY id LIMIT 5;
SELECT id, sum(id) OVER w2 AS s FROM countries WINDOW w1 AS (ORDER BY id), w2 AS (w1) ORDER BY id LIMIT 5;
SELECT id, sum(id) OVER (w3 ROWS 1 PRECEDING) AS s FROM countries WINDOW w1 AS (PARTITION BY continent), w2 AS (w1 ORDER BY id), w3 AS (w2) ORDER BY id LIMIT 9;
SELECT id, sum(id) OVER w1 AS s FROM countries WINDOW w1 AS (ORDER BY id ROWS 1 PRECEDING) ORDER BY id LIMIT 4;
SELECT name, sum(id) OVER (w1 ORDER BY name) FROM countries WINDOW w1 AS (ORDER BY id);
SELECT name, sum(id) OVER (w1 PARTITION BY name) FROM countries WINDOW w1 AS (ORDER BY id);
SELECT name, sum(id) OVER (w1) FROM countries WINDOW w1 AS (ORDER BY id ROWS 1 PRECEDING);
SELECT name, sum(id) OVER w1 FROM countries WINDOW w1 AS (ORDER BY id), w1 AS (ORDER BY name);
SELECT name, sum(id) OVER w1 FROM countries WINDOW w1 AS (w2), w2 AS (ORDER BY id);
SELECT name FROM countries WINDOW w1 AS (ORDER BY nosuch);
SELECT name FROM countries WINDOW w1 AS (ORDER BY sum(count(*)) OVER ());
SELECT id FROM countries WINDOW w AS (w);
SELECT continent, rank() OVER w AS r FROM countries GROUP BY continent WINDOW v AS (ORDER BY count(*) DESC), w AS (v) ORDER BY 2, 1;
-- unsupported
SELECT sum(id) OVER (ORDER BY id GROUPS 1 PRECEDING) FROM countries;
-- unsupported
SELECT sum(id) OVER (ORDER BY id ROWS 1 PRECEDING EXCLUDE CURRENT ROW) FROM countries;
