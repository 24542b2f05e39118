-- constants
SELECT 1;
SELECT 1 AS one, 'two' AS two, 3.5 AS three, true AS four, NULL AS five;
SELECT 1 + 2 * 3, -4, 'x' || 'y';
-- a column's name comes from a function, a cast, a case, a column
SELECT count(*), max(pop_est), lower('A'), 1::text, '5'::int, CASE WHEN true THEN 1 END, name FROM world.countries WHERE id = 1 GROUP BY name;
SELECT coalesce(NULL, 1), nullif(1, 2), greatest(1, 2), now() = now(), extract(year FROM date '2020-01-02'), EXISTS (SELECT 1), (SELECT 5), (SELECT id FROM rivers ORDER BY id LIMIT 1);
SELECT pop_est::double precision, name::varchar, CAST(id AS text), trim(' x '), substring('abc', 2), position('b' IN 'abc') FROM countries WHERE id = 2;
SELECT * FROM world.rivers ORDER BY id LIMIT 3;
SELECT name, pop_est FROM world.countries ORDER BY pop_est DESC LIMIT 10;
SELECT name AS country, pop_est / 1000000 AS millions FROM demo.world.countries ORDER BY 2 DESC, 1 LIMIT 5;
SELECT name country, pop_est people FROM countries ORDER BY people DESC LIMIT 5;
-- short and full names
SELECT c.name FROM demo.world.countries AS c WHERE c.iso_a2 = 'ES';
SELECT countries.name, countries.id FROM world.countries WHERE countries.iso_a2 = 'PT';
SELECT c.* FROM us_states c WHERE c.postal IN ('CA', 'NV') ORDER BY c.id LIMIT 0;
SELECT c.name, s.* FROM countries c CROSS JOIN (SELECT 1 AS a, 'b' AS b) s WHERE c.id < 4 ORDER BY c.id;
SELECT DISTINCT continent FROM countries ORDER BY continent;
SELECT DISTINCT continent, region_un FROM world.countries ORDER BY 1, 2;
SELECT DISTINCT weather FROM seattle_weather;
SELECT DISTINCT megacity, is_capital FROM populated_places ORDER BY megacity, is_capital;
SELECT DISTINCT iso_a2 IS NULL AS unknown FROM countries ORDER BY unknown;
SELECT DISTINCT x FROM (VALUES (1), (NULL), (1), (NULL), (2)) v(x) ORDER BY x;
SELECT DISTINCT x * 0 FROM (VALUES (1.5), (-2.5), (0)) v(x);
SELECT ALL featurecla FROM rivers ORDER BY id;
SELECT count(*) FROM world.populated_places;
-- unsupported
SELECT DISTINCT ON (continent) continent, name, pop_est FROM countries ORDER BY continent, pop_est DESC;
-- the values of a table without rows
SELECT name, pop_est FROM countries WHERE false;
SELECT id, id + 1 AS next, id * 2.5 AS more, id % 2 = 0 AS even FROM rivers ORDER BY id;
-- VALUES
VALUES (1, 'a'), (2, 'b'), (3, NULL);
VALUES (1, 2.5), (NULL, 3), (4, NULL) ORDER BY 1 DESC NULLS LAST;
SELECT * FROM (VALUES (1, 'one'), (2, 'two')) AS t (n, word) WHERE n > 1;
SELECT column1, column2 FROM (VALUES (1, true), (2, false)) t ORDER BY column1;
SELECT * FROM (VALUES (1, 2.5), (2, 3)) t(a, b);
SELECT v.a + v.b AS s FROM (VALUES (1, 10), (2, 20)) v(a, b) ORDER BY s;
SELECT t.x, pg_typeof(t.x) FROM (VALUES (1), (2.5), (3)) t(x) ORDER BY x;
-- a FROM with several tables is a cross join
SELECT a.x, b.y FROM (VALUES (1), (2)) a(x), (VALUES ('p'), ('q')) b(y) ORDER BY a.x, b.y;
SELECT 1 AS "Mixed Case", 2 AS "select", 3 AS "ünïcode";
SELECT 'a' "b", 1 c;
-- unsupported
SELECT WHERE false;
-- unsupported
SELECT count(*) FROM (SELECT FROM rivers) t;
-- unsupported
TABLE world.rivers ORDER BY id LIMIT 1;
SELECT name, geom FROM rivers WHERE id = 7;
SELECT "Date", "CO2", "adjusted CO2" FROM mauna_loa_co2 ORDER BY "Date" LIMIT 5;
SELECT pg_typeof(id), pg_typeof(name), pg_typeof(gdp_md), pg_typeof(geom) FROM countries LIMIT 1;
SELECT pg_typeof(date), pg_typeof(temp_max), pg_typeof(weather) FROM seattle_weather LIMIT 1;
SELECT pg_typeof(1), pg_typeof(5000000000), pg_typeof(1.5), pg_typeof(1e3), pg_typeof('x'::text), pg_typeof(true), pg_typeof(date '2020-01-01'), pg_typeof(now()), pg_typeof(interval '1 day');
