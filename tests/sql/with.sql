WITH t AS (SELECT 1 AS x) SELECT * FROM t;
WITH big AS (SELECT name, pop_est FROM countries WHERE pop_est > 150000000) SELECT * FROM big ORDER BY pop_est DESC;
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT a.x, b.y FROM a, b;
WITH t(n, w) AS (VALUES (1, 'a'), (2, 'b')) SELECT w, n FROM t ORDER BY n DESC;
WITH pop AS (SELECT continent, sum(pop_est) AS total FROM countries GROUP BY continent) SELECT c.name, c.pop_est * 100.0 / p.total AS share FROM countries c JOIN pop p USING (continent) WHERE c.continent = 'South America' ORDER BY share DESC;
WITH ranked AS (SELECT continent, name, pop_est, row_number() OVER (PARTITION BY continent ORDER BY pop_est DESC) AS rn FROM countries) SELECT continent, name, pop_est FROM ranked WHERE rn <= 2 ORDER BY continent, pop_est DESC;
WITH m AS (SELECT date_trunc('month', date) AS month, sum(precipitation) AS rain FROM seattle_weather GROUP BY 1), y AS (SELECT extract(year FROM month) AS year, max(rain) AS most FROM m GROUP BY 1) SELECT y.year, m.month, m.rain FROM y JOIN m ON m.rain = y.most AND extract(year FROM m.month) = y.year ORDER BY 1;
-- used twice
WITH c AS (SELECT adm0_a3, count(*) AS n FROM populated_places GROUP BY 1) SELECT a.adm0_a3, a.n FROM c a WHERE a.n = (SELECT max(n) FROM c);
-- nested; the inner name hides the outer
WITH t AS (SELECT 1 AS x) SELECT * FROM (WITH t AS (SELECT 2 AS x) SELECT x FROM t) s, t AS o;
WITH t AS (WITH u AS (SELECT 3 AS z) SELECT z * 2 AS w FROM u) SELECT w FROM t;
-- hides a table
WITH rivers AS (SELECT 'none' AS name) SELECT name FROM rivers;
WITH t AS (SELECT * FROM countries) SELECT count(*) FROM t WHERE continent = 'Asia';
-- unsupported
WITH t AS MATERIALIZED (SELECT 5 AS five) SELECT five FROM t;
WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT x + 1 FROM a ORDER BY 1;
WITH a AS (SELECT 1 AS x) (SELECT x FROM a) UNION (WITH b AS (SELECT 9 AS y) SELECT y FROM b) ORDER BY 1;
WITH unused AS (SELECT nonsense FROM countries) SELECT 1;
WITH a AS (SELECT 1 AS x), a AS (SELECT 2 AS x) SELECT * FROM a;
WITH a AS (SELECT x FROM b), b AS (SELECT 1 AS x) SELECT * FROM a;
WITH t(a, b) AS (SELECT 1) SELECT * FROM t;
-- unsupported
WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 5) SELECT sum(x) FROM n;
-- error: 25006
-- unsupported
WITH gone AS (DELETE FROM countries RETURNING name) SELECT * FROM gone;
-- error: 25006
-- unsupported
WITH t AS (SELECT 1 AS x) INSERT INTO rivers (id) SELECT x FROM t;
WITH w AS (SELECT weather, avg(temp_max) AS t FROM seattle_weather GROUP BY weather) SELECT weather FROM w WHERE t > (SELECT avg(t) FROM w) ORDER BY 1;
-- conditions over what is named once sink into it
WITH s AS (SELECT 1 / (id - 1) AS r, id FROM us_states), u AS (SELECT r + 1 AS q, id FROM s WHERE id <> 2) SELECT q FROM u WHERE id <> 1 ORDER BY q DESC LIMIT 4;
WITH s AS (SELECT 1 / (id - 1) AS r, id FROM us_states) SELECT a.r FROM s a JOIN s b ON a.id = b.id WHERE a.id <> 1;
WITH a AS (SELECT id, row_number() OVER (ORDER BY id DESC) AS k FROM countries) SELECT id FROM a WHERE k < 3 AND id > 5 ORDER BY 1;
