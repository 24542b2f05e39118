-- scalar
SELECT (SELECT max(pop_est) FROM countries) AS most;
SELECT name, pop_est - (SELECT avg(pop_est) FROM countries) AS above FROM countries ORDER BY above DESC LIMIT 5;
SELECT (SELECT name FROM countries WHERE false) AS nothing;
SELECT (SELECT id FROM rivers);
SELECT (SELECT id, name FROM rivers LIMIT 1);
SELECT name FROM countries WHERE pop_est > (SELECT 5 * avg(pop_est) FROM countries) ORDER BY name;
SELECT coalesce((SELECT 1 WHERE false), 7);
-- in
SELECT name FROM countries WHERE adm0_a3 IN (SELECT adm0_a3 FROM populated_places WHERE megacity AND is_capital AND pop_max > 10000000) ORDER BY name;
SELECT count(*) FROM populated_places WHERE adm0_a3 NOT IN (SELECT adm0_a3 FROM countries);
SELECT count(*) FROM populated_places WHERE iso_a2 NOT IN (SELECT iso_a2 FROM countries);
SELECT count(*) FROM populated_places WHERE iso_a2 NOT IN (SELECT iso_a2 FROM countries WHERE iso_a2 IS NOT NULL);
SELECT x, x IN (SELECT y FROM (VALUES (1), (NULL)) w(y)) AS r FROM (VALUES (1), (2), (NULL)) v(x) ORDER BY x;
SELECT x, x NOT IN (SELECT y FROM (VALUES (1)) w(y) WHERE y > 5) AS r FROM (VALUES (1), (NULL)) v(x) ORDER BY x;
SELECT x, x IN (SELECT y FROM (VALUES (1)) w(y) WHERE y > 5) AS r FROM (VALUES (1), (NULL)) v(x) ORDER BY x;
-- unsupported
SELECT name FROM countries WHERE (continent, pop_est) IN (SELECT continent, max(pop_est) FROM countries GROUP BY continent) ORDER BY name;
-- unsupported
SELECT 5 = ANY (SELECT id FROM rivers), 99 = ANY (SELECT id FROM rivers), 5 <> ALL (SELECT id FROM rivers);
-- unsupported
SELECT name FROM countries WHERE pop_est >= ALL (SELECT pop_est FROM countries);
-- unsupported
SELECT count(*) FROM countries WHERE pop_est > ANY (SELECT pop_max FROM populated_places WHERE megacity);
-- exists
SELECT EXISTS (SELECT 1 FROM countries WHERE pop_est > 1000000000) AS yes, EXISTS (SELECT * FROM countries WHERE pop_est < 0) AS no;
SELECT name FROM countries c WHERE EXISTS (SELECT 1 FROM populated_places p WHERE p.adm0_a3 = c.adm0_a3 AND p.pop_max > 15000000) ORDER BY name;
SELECT name FROM countries c WHERE NOT EXISTS (SELECT 1 FROM populated_places p WHERE p.adm0_a3 = c.adm0_a3) ORDER BY name;
-- unsupported
SELECT count(*) FROM populated_places p WHERE NOT EXISTS (SELECT FROM countries c WHERE c.adm0_a3 = p.adm0_a3);
SELECT name, EXISTS (SELECT 1 FROM populated_places p WHERE p.adm0_a3 = c.adm0_a3 AND p.megacity) AS has FROM countries c WHERE c.subregion = 'Central America' ORDER BY name;
SELECT EXISTS (SELECT count(*) FROM countries WHERE false);
-- correlated by equality
SELECT c.name, (SELECT count(*) FROM populated_places p WHERE p.adm0_a3 = c.adm0_a3) AS places FROM countries c WHERE c.continent = 'Oceania' ORDER BY c.name;
SELECT c.name, (SELECT max(p.pop_max) FROM populated_places p WHERE p.adm0_a3 = c.adm0_a3 AND NOT p.is_capital) AS largest FROM countries c WHERE c.subregion = 'Western Africa' ORDER BY c.name;
SELECT p.name, p.pop_max FROM populated_places p WHERE p.pop_max = (SELECT max(q.pop_max) FROM populated_places q WHERE q.adm0_a3 = p.adm0_a3) AND p.scalerank = 0 ORDER BY p.pop_max DESC, p.name;
SELECT name, continent FROM countries c WHERE pop_est > (SELECT 3 * avg(pop_est) FROM countries d WHERE d.continent = c.continent) ORDER BY name;
SELECT name FROM countries c WHERE c.name IN (SELECT p.name FROM populated_places p WHERE p.adm0_a3 = c.adm0_a3) ORDER BY 1;
SELECT c.continent, sum((SELECT count(*) FROM populated_places p WHERE p.adm0_a3 = c.adm0_a3)) AS places FROM countries c GROUP BY c.continent ORDER BY 1;
SELECT r.name, (SELECT string_agg(c.name, ', ' ORDER BY c.name) FROM countries c WHERE c.id = r.id) FROM rivers r ORDER BY r.id;
SELECT w.date, w.temp_max FROM seattle_weather w WHERE w.temp_max = (SELECT max(v.temp_max) FROM seattle_weather v WHERE extract(year FROM v.date) = extract(year FROM w.date)) ORDER BY w.date;
-- the empty group counts zero, and sums to null
SELECT x, (SELECT count(*) FROM (VALUES (1, 5), (1, 7)) w(k, n) WHERE w.k = v.x) AS c, (SELECT sum(n) FROM (VALUES (1, 5), (1, 7)) w(k, n) WHERE w.k = v.x) AS s FROM (VALUES (1), (2), (NULL)) v(x) ORDER BY x;
SELECT x, coalesce((SELECT sum(n) FROM (VALUES (1, 5), (1, 7)) w(k, n) WHERE w.k = v.x), 0) AS s FROM (VALUES (1), (2)) v(x) ORDER BY x;
-- more than one row for a key
SELECT x, (SELECT n FROM (VALUES (1, 5), (1, 7)) w(k, n) WHERE w.k = v.x) FROM (VALUES (1), (2)) v(x);
-- in FROM
SELECT t.continent, t.n FROM (SELECT continent, count(*) AS n FROM countries GROUP BY 1) AS t WHERE t.n > 10 ORDER BY 2 DESC;
SELECT avg(n) FROM (SELECT count(*) AS n FROM populated_places GROUP BY adm0_a3) t;
SELECT * FROM (SELECT * FROM (SELECT 1 AS a) x) y;
SELECT a FROM (SELECT 1 AS b) t(a);
SELECT count(*) FROM (SELECT 1);
SELECT sum(x) FROM (SELECT x FROM (VALUES (3), (1), (2)) v(x) ORDER BY x LIMIT 2) t;
SELECT name FROM (SELECT name, rank() OVER (ORDER BY pop_est DESC) AS r FROM countries) t WHERE r BETWEEN 3 AND 5 ORDER BY r;
SELECT max(t.rain) FROM (SELECT sum(precipitation) AS rain FROM seattle_weather GROUP BY date_trunc('month', date)) t;
SELECT 2 IN (SELECT 1 UNION SELECT 2);
-- unsupported
SELECT ARRAY(SELECT name FROM rivers ORDER BY name LIMIT 3);
SELECT name FROM countries WHERE pop_est IN (SELECT max(pop_est) FROM countries UNION ALL SELECT min(pop_est) FROM countries) ORDER BY name;
-- not by equality
-- unsupported
SELECT c.name, (SELECT count(*) FROM countries d WHERE d.pop_est > c.pop_est) AS larger FROM countries c WHERE c.subregion = 'Southern Europe' ORDER BY 2;
-- VALUES of what is computed
WITH x AS (SELECT 1 a) SELECT * FROM (VALUES ((SELECT a FROM x))) v;
WITH x AS (SELECT 1 a) SELECT 2 AS b UNION ALL VALUES ((SELECT a FROM x)) ORDER BY 1;
WITH x AS (SELECT 1 a) VALUES ((SELECT a FROM x)), (3) ORDER BY 1;
VALUES ((SELECT 1));
VALUES (now() IS NULL);
VALUES (1, now() IS NULL), (2.5, true), (NULL, false);
SELECT a, b FROM (VALUES (1, (SELECT max(id) FROM countries)), (2, 5), ((SELECT min(id) FROM countries), 6)) v(a, b) WHERE b > 4 ORDER BY a;
SELECT id FROM countries WHERE id IN (VALUES ((SELECT 3)), (4)) ORDER BY id;
VALUES (count(*));
VALUES ((SELECT 1), 2), (3);
VALUES ((SELECT 1)), ('a');
-- a literal in a sub-query is text
SELECT 1 IN (SELECT 'a');
SELECT 1 IN (SELECT '1');
SELECT 1 NOT IN (SELECT '1');
SELECT 1 = ANY (SELECT 'a');
SELECT 'a' IN (SELECT 'a') AS a, 'b' IN (SELECT NULL) AS b;
SELECT 1 + (SELECT '1');
SELECT 1 IN (SELECT NULL);
-- names of columns
SELECT (VALUES (1));
SELECT 1 + (VALUES ((SELECT 3)));
SELECT (SELECT 1 AS a UNION SELECT 1 AS b);
