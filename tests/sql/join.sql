SELECT p.name, c.name AS country, c.pop_est FROM populated_places p JOIN countries c ON p.adm0_a3 = c.adm0_a3 WHERE p.megacity AND p.is_capital ORDER BY c.pop_est DESC, p.name LIMIT 15;
SELECT c.name, count(p.id) AS places FROM countries c LEFT JOIN populated_places p ON p.adm0_a3 = c.adm0_a3 GROUP BY c.name ORDER BY places DESC, c.name LIMIT 20;
-- what has no partner
SELECT c.name FROM countries c LEFT JOIN populated_places p ON p.adm0_a3 = c.adm0_a3 WHERE p.id IS NULL ORDER BY c.name;
SELECT count(*) FROM populated_places p LEFT JOIN countries c ON c.adm0_a3 = p.adm0_a3 WHERE c.id IS NULL;
SELECT p.adm0name, count(*) FROM populated_places p LEFT JOIN countries c USING (adm0_a3) WHERE c.id IS NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10;
SELECT a.x, b.y FROM (VALUES (1), (2), (3)) a(x) INNER JOIN (VALUES (2, 'b'), (3, 'c'), (3, 'd'), (4, 'e')) b(x, y) ON a.x = b.x ORDER BY 1, 2;
SELECT a.x, b.x, b.y FROM (VALUES (1), (2), (NULL)) a(x) LEFT JOIN (VALUES (2, 'b'), (NULL, 'n')) b(x, y) ON a.x = b.x ORDER BY 1 NULLS LAST, 3;
SELECT a.x, b.x, b.y FROM (VALUES (1), (2), (NULL)) a(x) RIGHT JOIN (VALUES (2, 'b'), (5, 'f'), (NULL, 'n')) b(x, y) ON a.x = b.x ORDER BY 3;
SELECT a.x, b.x AS bx FROM (VALUES (1), (2), (NULL)) a(x) FULL JOIN (VALUES (2), (5), (NULL)) b(x) ON a.x = b.x ORDER BY 1 NULLS FIRST, 2 NULLS FIRST;
SELECT x, a.v, b.w FROM (VALUES (1, 'a'), (2, 'b')) a(x, v) FULL OUTER JOIN (VALUES (2, 'p'), (3, 'q')) b(x, w) USING (x) ORDER BY x;
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) a(x, v) JOIN (VALUES (2, 'p'), (1, 'q')) b(x, w) USING (x) ORDER BY x;
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) a(x, v) LEFT JOIN (VALUES (2, 'p')) b(x, w) USING (x) ORDER BY x;
SELECT * FROM (VALUES (1, 2, 'a'), (1, 3, 'b')) a(x, y, v) JOIN (VALUES (1, 2, 'p'), (1, 3, 'q'), (1, 4, 'r')) b(x, y, w) USING (x, y) ORDER BY 1, 2;
-- unsupported
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) a(x, v) NATURAL JOIN (VALUES (2, 'p'), (1, 'q')) b(x, w) ORDER BY x;
SELECT a.x, b.y FROM (VALUES (1), (2)) a(x) CROSS JOIN (VALUES ('p'), ('q'), ('r')) b(y) ORDER BY 1, 2;
SELECT count(*) FROM rivers a, rivers b WHERE a.id < b.id;
SELECT count(*) FROM countries a JOIN countries b ON a.continent = b.continent AND a.pop_est > b.pop_est;
SELECT a.name, b.name FROM countries a JOIN countries b ON a.subregion = b.subregion AND a.id < b.id WHERE a.subregion = 'Northern Africa' ORDER BY a.name, b.name;
-- a join by inequality
SELECT a.x, b.y FROM (VALUES (1), (5), (9)) a(x) JOIN (VALUES (3), (7)) b(y) ON a.x < b.y ORDER BY 1, 2;
SELECT a.x, b.y FROM (VALUES (1), (5), (9)) a(x) LEFT JOIN (VALUES (3), (7)) b(y) ON a.x < b.y ORDER BY 1, 2;
-- a condition on one side only
SELECT a.x, b.y FROM (VALUES (1), (2), (3)) a(x) LEFT JOIN (VALUES (1, 'p'), (2, 'q'), (3, 'r')) b(x, y) ON a.x = b.x AND b.y > 'p' ORDER BY 1;
SELECT a.x, b.y FROM (VALUES (1), (2), (3)) a(x) LEFT JOIN (VALUES (1, 'p'), (2, 'q'), (3, 'r')) b(x, y) ON a.x = b.x AND a.x > 2 ORDER BY 1;
SELECT a.x, b.y FROM (VALUES (1), (2)) a(x) LEFT JOIN (VALUES (1)) b(y) ON true ORDER BY 1;
SELECT a.x, b.y FROM (VALUES (1), (2)) a(x) LEFT JOIN (VALUES (1)) b(y) ON false ORDER BY 1;
SELECT a.x, b.y FROM (VALUES (1), (2)) a(x) FULL JOIN (VALUES (7), (8)) b(y) ON a.x = b.y - 6 AND a.x = 1 ORDER BY 1, 2;
SELECT count(*) FROM countries c JOIN (SELECT x FROM (VALUES (1)) v(x) WHERE false) e ON true;
SELECT count(*), count(e.x) FROM countries c LEFT JOIN (SELECT x FROM (VALUES (1)) v(x) WHERE false) e ON e.x = c.id;
-- three tables
SELECT c.continent, count(DISTINCT c.id) AS countries, count(*) AS capitals, sum(w.n) AS n FROM countries c JOIN populated_places p ON p.adm0_a3 = c.adm0_a3 AND p.is_capital JOIN (VALUES ('Europe', 1), ('Asia', 2), ('Africa', 3)) w(continent, n) ON w.continent = c.continent GROUP BY c.continent ORDER BY c.continent;
SELECT a.name, b.name FROM rivers a LEFT JOIN rivers b ON b.id = a.id + 1 ORDER BY a.id;
SELECT a.name, b.name, c.name FROM rivers a LEFT JOIN rivers b ON b.id = a.id + 1 LEFT JOIN rivers c ON c.id = b.id + 10 ORDER BY a.id;
SELECT a.x, b.x, c.x FROM (VALUES (1), (2)) a(x) LEFT JOIN ((VALUES (1), (2)) b(x) JOIN (VALUES (2), (3)) c(x) ON b.x = c.x) ON a.x = b.x ORDER BY 1;
-- types meet: bigint with numeric, with double precision, int
SELECT a.x, b.y FROM (VALUES (1::bigint), (2)) a(x) JOIN (VALUES (1.0), (2.5)) b(y) ON a.x = b.y;
SELECT a.x, b.y FROM (VALUES (1), (2), (3)) a(x) JOIN (VALUES (1.0::float8), (3)) b(y) ON a.x = b.y ORDER BY 1;
SELECT w.date, w.temp_max, m."CO2" FROM seattle_weather w JOIN mauna_loa_co2 m ON m."Date" = w.date ORDER BY w.date LIMIT 12;
SELECT extract(year FROM m."Date") AS year, avg(m."CO2") AS co2, max(w.temp_max) AS hottest FROM mauna_loa_co2 m JOIN seattle_weather w ON date_trunc('month', w.date) = m."Date" GROUP BY 1 ORDER BY 1;
SELECT s.name, count(*) AS places, sum(p.pop_max) AS people FROM us_states s JOIN populated_places p ON p.adm1name = s.name AND p.iso_a2 = 'US' GROUP BY s.name HAVING count(*) > 15 ORDER BY people DESC;
SELECT s.region, count(p.id), coalesce(sum(p.pop_max), 0) FROM us_states s LEFT JOIN populated_places p ON p.adm1name = s.name AND p.iso_a2 = 'US' AND p.pop_max > 1000000 GROUP BY s.region ORDER BY 1;
SELECT l.name, r.name FROM us_states l JOIN us_states r ON lower(l.postal) = lower(r.postal) AND l.region_sub = 'Pacific' ORDER BY 1;
-- equal text in another spelling
SELECT p.name, s.postal FROM populated_places p JOIN us_states s ON upper(p.adm1name) = upper(s.name) WHERE p.pop_max > 5000000 ORDER BY p.pop_max DESC;
SELECT a.b, b.b FROM (VALUES (true), (false), (NULL)) a(b) JOIN (VALUES (true), (NULL), (false)) b(b) ON a.b = b.b ORDER BY 1;
-- equal also when null
SELECT a.x, b.x FROM (VALUES (1), (NULL)) a(x) JOIN (VALUES (1), (NULL)) b(x) ON a.x IS NOT DISTINCT FROM b.x ORDER BY 1;
SELECT h.h3, h.places, p.name FROM places_h3 h JOIN populated_places p ON p.name = h.largest_place AND p.pop_max = h.pop_max WHERE h.places >= 9 ORDER BY h.h3, p.id;
SELECT count(*) FROM places_quadbin q JOIN populated_places p ON p.name = q.largest_place AND p.pop_max = q.pop_max;
-- a lateral join by equality
-- unsupported
SELECT c.name, t.name AS city FROM countries c CROSS JOIN LATERAL (SELECT p.name FROM populated_places p WHERE p.adm0_a3 = c.adm0_a3 ORDER BY p.pop_max DESC, p.id LIMIT 1) t WHERE c.continent = 'South America' ORDER BY 1;
SELECT count(*) FROM populated_places p JOIN countries c ON ST_Contains(c.geom, p.geom);
SELECT c.name, count(*) FROM countries c JOIN populated_places p ON ST_Intersects(c.geom, p.geom) WHERE c.continent = 'South America' GROUP BY c.name ORDER BY 2 DESC, 1;
