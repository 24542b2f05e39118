SELECT popest FROM countries;
SELECT popmax FROM populated_places;
SELECT c.nam FROM countries c;
SELECT name FROM countries WHERE popest > 5;
SELECT name FROM countries ORDER BY popest;
SELECT name FROM countries GROUP BY nam;
SELECT x.name FROM countries c;
SELECT name FROM contries;
SELECT name FROM world.contries;
SELECT c.name FROM countries c JOIN rivers r ON r.id = c.idd;
SELECT name FROM countries c JOIN rivers r ON r.id = c.id;
SELECT id FROM countries, rivers;
SELECT * FROM countries c JOIN rivers r USING (continent);
SELECT * FROM countries c JOIN rivers r ON id = 1;
SELECT lowercase(name) FROM countries;
SELECT abs('a', 'b');
SELECT abs(name) FROM countries;
SELECT sqrt(is_capital) FROM populated_places;
SELECT substring(5, 1);
SELECT round(name) FROM countries;
SELECT coalesce();
SELECT nullif(1);
SELECT greatest();
SELECT coalesce(1, 'x');
SELECT coalesce(1, name) FROM countries;
SELECT greatest(1, 'x'::text);
SELECT nullif(1, 'x'::text);
-- grouping
SELECT continent, name FROM countries GROUP BY continent;
SELECT continent, count(*) FROM countries;
SELECT name, max(pop_est) FROM countries;
SELECT * FROM countries GROUP BY continent;
SELECT continent FROM countries GROUP BY continent ORDER BY name;
SELECT continent FROM countries GROUP BY continent HAVING pop_est > 5;
SELECT name FROM countries HAVING count(*) > 1;
SELECT count(*) FROM countries ORDER BY name;
SELECT continent FROM countries GROUP BY count(*);
SELECT continent FROM countries WHERE count(*) > 5 GROUP BY continent;
SELECT c.name FROM countries c JOIN rivers r ON count(*) = r.id;
SELECT continent AS c FROM countries GROUP BY 2;
SELECT continent FROM countries ORDER BY 2;
SELECT continent FROM countries ORDER BY 0;
SELECT continent FROM countries ORDER BY 'x';
SELECT continent FROM countries GROUP BY 'x';
SELECT DISTINCT continent FROM countries ORDER BY name;
SELECT continent + 1, count(*) FROM countries GROUP BY continent;
SELECT upper(continent), name FROM countries GROUP BY upper(continent);
SELECT upper(continent), continent FROM countries GROUP BY upper(continent);
SELECT name, row_number() OVER () FROM countries GROUP BY continent;
SELECT name AS n FROM countries WHERE n = 'x';
SELECT pop_est AS p, p + 1 FROM countries;
SELECT count(*) AS n FROM countries GROUP BY continent HAVING n > 5;
-- types
SELECT name FROM countries WHERE pop_est;
SELECT name FROM countries WHERE name;
SELECT name FROM countries WHERE 'yes';
SELECT name FROM countries WHERE pop_est = 'many';
SELECT name FROM countries WHERE name LIKE 5;
SELECT name FROM countries WHERE pop_est LIKE '5%';
SELECT name FROM countries WHERE name IN (1, 2);
SELECT name FROM countries WHERE pop_est IN ('a', 'b');
SELECT name FROM countries WHERE pop_est BETWEEN 'a' AND 'b';
SELECT name FROM countries WHERE id IN (SELECT name FROM rivers);
SELECT name FROM countries WHERE id IN (SELECT id, name FROM rivers);
SELECT name FROM countries WHERE id = (SELECT name FROM rivers WHERE id = 1);
SELECT name FROM countries HAVING 5;
SELECT date + 1.5 FROM seattle_weather;
SELECT date || temp_max FROM seattle_weather LIMIT 1;
SELECT weather - 1 FROM seattle_weather;
SELECT is_capital + megacity FROM populated_places;
SELECT is_capital > 5 FROM populated_places;
SELECT NOT name FROM countries;
SELECT -name FROM countries;
SELECT * FROM countries c JOIN rivers r ON c.name;
SELECT * FROM countries c JOIN rivers r ON c.name = r.id;
VALUES (1, 2), (3);
VALUES (1), ('a');
VALUES (1), ('a'::text);
SELECT * FROM (VALUES (1, 2)) t(a, b, c);
-- syntax
-- unsupported
SELECT;
SELEC 1;
SELECT FROM WHERE;
SELECT 1 +;
SELECT 1 FROM;
SELECT * FROM countries WHERE;
SELECT name, FROM countries;
SELECT (1;
SELECT 1);
SELECT * countries;
SELECT name FROM countries LIMIT;
SELECT name FROM countries ORDER name;
SELECT name FROM countries GROUP continent;
SELECT count(* FROM countries;
SELECT name FROM countries WHERE name = ;
SELECT name FROM countries WHERE name == 'x';
SELECT name FROM countries WHERE id = 1 id = 2;
SELECT name FROM countries JOIN rivers;
SELECT name FROM countries WHERE name IN ();
SELECT CASE WHEN 1 = 1 THEN 2;
SELECT 5 5;
SELECT 'a' 'b';
SELECT 1 LIMIT 1 LIMIT 2;
SELECT 1 WHERE true WHERE false;
SELECT name FROM countries HAVING true WHERE true;
SELECT 1 ORDER BY 1 GROUP BY 1;
SELECT cast(1 AS);
SELECT cast(1, int);
SELECT 1::;
SELECT extract(year date '2020-01-01');
SELECT a b c;
SELECT * FROM (SELECT 1) AS;
SELECT 1 UNION;
UNION SELECT 1;
WITH SELECT 1;
WITH a SELECT 1;
WITH a AS SELECT 1 SELECT 1;
FROM countries SELECT name;
SELECT 1 @@@ 2;
SELECT ]1;
SELECT 1e;
SELECT name FROM countries WHERE name = “Spain”;
SELECT \x;
SELECT 12abc;
SELECT '\ud800' || E'\ud800';
-- reading only
-- unsupported
INSERT INTO rivers (id) VALUES (99);
-- unsupported
UPDATE countries SET name = 'x';
-- unsupported
DELETE FROM countries;
-- unsupported
CREATE TABLE t (x int);
-- unsupported
DROP TABLE countries;
-- unsupported
ALTER TABLE countries ADD x int;
-- unsupported
TRUNCATE countries;
-- unsupported
CREATE TABLE t AS SELECT 1;
-- unsupported
SELECT 1 INTO t;
-- unsupported
SELECT name FROM rivers FOR UPDATE;
-- unsupported
GRANT SELECT ON countries TO public;
-- unsupported
CREATE INDEX i ON countries (name);
-- error: 25006
-- unsupported
SET timezone TO 'UTC';
-- error: 25006
-- unsupported
SHOW timezone;
-- error: 25006
-- unsupported
EXPLAIN SELECT 1;
-- error: 25006
-- unsupported
BEGIN;
-- error: 25006
-- unsupported
COMMIT;
-- error: 25006
-- unsupported
COPY countries TO '/tmp/x';
-- error: 25006
-- unsupported
COPY countries FROM '/etc/passwd';
-- error: 25006
-- unsupported
VACUUM;
-- error: 25006
-- unsupported
DO $$ BEGIN END $$;
-- error: 25006
-- unsupported
CALL nothing();
-- error: 25006
-- unsupported
PREPARE q AS SELECT 1;
-- error: 25006
-- unsupported
LISTEN x;
-- error: 42601
-- unsupported
SELECT 1; SELECT 2;
-- error: 25006
-- unsupported
MERGE INTO rivers r USING countries c ON r.id = c.id WHEN MATCHED THEN DELETE;
-- error: 42883
-- unsupported
SELECT pg_read_file('/etc/passwd');
-- error: 42883
-- unsupported
SELECT pg_sleep(10);
-- error: 42883
-- unsupported
SELECT set_config('timezone', 'UTC', false);
-- error: 42883
-- unsupported
SELECT current_setting('timezone');
-- error: 42P01
-- unsupported
SELECT * FROM pg_catalog.pg_tables;
-- error: 42P01
-- unsupported
SELECT * FROM information_schema.tables;
-- the system's own tables and functions
-- unsupported
SELECT count(*) > 0 AS some FROM information_schema.tables;
-- unsupported
SELECT count(*) > 0 AS some FROM pg_catalog.pg_class;
-- unsupported
SELECT version() IS NOT NULL AS v;
-- unsupported
SELECT pg_sleep(0);
-- unsupported
SELECT ST_NumInteriorRings(geom) AS n FROM countries ORDER BY id LIMIT 1;
-- arguments of their own syntax
SELECT nullif(1);
SELECT nullif(1, 2, 3);
SELECT nullif();
SELECT greatest();
SELECT coalesce();
-- names that no dialect has
SELECT foo(1);
SELECT * FROM foo(1);
SELECT * FROM foo(now());
-- no functions of PostgreSQL
SELECT year(now());
SELECT median(id) FROM countries;
SELECT len('a');
SELECT getdate();
-- what PostgreSQL has beside it
-- unsupported
SELECT * FROM generate_series(1,2) WITH ORDINALITY;
-- unsupported
SELECT name FROM countries ORDER BY continent FETCH FIRST 2 ROWS WITH TIES;
-- unsupported
SELECT * FROM ROWS FROM (generate_series(1,2));
-- unsupported
SELECT j.id FROM countries a JOIN countries b USING (id) AS j;
-- unsupported
SELECT count(*) FROM (countries a JOIN countries b ON a.id = b.id) AS x;
-- unsupported
SELECT count(*) FROM (TABLE countries) t;
-- unsupported
WITH x AS (TABLE countries) SELECT count(*) FROM x;
SELECT current_timestamp(3) IS NULL;
SELECT localtimestamp(0) IS NULL;
-- unsupported
SELECT (c).name FROM countries c;
-- unsupported
SELECT 1 OPERATOR(pg_catalog.+) 2;
-- unsupported
SELECT 'a' COLLATE "C";
-- unsupported
SELECT 'a' IS NORMALIZED;
-- unsupported
SELECT 'a' IS NOT NFC NORMALIZED;
-- unsupported
SELECT array[1,2] || 3;
-- unsupported
SELECT array[1,2] || array[3];
SELECT regexp_replace('abc', 'b', 'x', 1, 1);
-- unsupported
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY interval '1 day');
-- unsupported
SELECT rank(5) WITHIN GROUP (ORDER BY id) FROM countries;
-- unsupported
SELECT ST_AsText(ST_MakePoint(1,2,3));
-- unsupported
SELECT ST_Centroid(ST_Point(1,2)::geography);
SELECT GeometryType(ST_Point(1,2));
SELECT acosh(1), asinh(0), atanh(0);
-- unsupported
SELECT daterange('2020-01-01','2020-01-02')::text;
-- unsupported
SELECT collation for ('a');
-- unsupported
SELECT * FROM json_each('{}');
-- unsupported
SELECT count(VARIADIC array[1]);
-- unsupported
SELECT overlay('abc' placing 'x' from 1 for 1);
-- unsupported
SELECT ctid IS NULL FROM countries LIMIT 1;
