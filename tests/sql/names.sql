SELECT NAME, Pop_Est FROM WORLD.Countries WHERE ID = 1;
SELECT "name" FROM "world"."countries" WHERE "id" = 1;
SELECT "Name" FROM countries;
SELECT name AS "Name" FROM countries WHERE id = 1;
SELECT "Date" FROM mauna_loa_co2 WHERE "CO2" > 416 ORDER BY 1;
SELECT Date FROM mauna_loa_co2;
SELECT max("adjusted CO2") FROM climate.mauna_loa_co2;
SELECT m."CO2", m."adjusted CO2" - m."CO2" AS "the difference" FROM demo.climate.mauna_loa_co2 m ORDER BY m."Date" LIMIT 2;
SELECT 1 AS "a""b", 2 AS "ñandú", 3 AS ñ, 4 AS _x1, 5 AS a$b;
SELECT date, date.date FROM seattle_weather date ORDER BY date.date LIMIT 1;
SELECT w.date FROM demo.climate.seattle_weather w WHERE w.date = '2012-01-01';
SELECT climate.seattle_weather.date FROM climate.seattle_weather WHERE date = '2012-01-01';
SELECT demo.climate.seattle_weather.date FROM climate.seattle_weather WHERE date = '2012-01-01';
SELECT x.select FROM (SELECT 1 AS select) x;
SELECT 1 AS year, 2 AS month, 3 AS day, 4 AS value, 5 AS type, 6 AS count, 7 AS name;
SELECT 1 year, 2 total, 3 "order";
SELECT year, count FROM (SELECT 2020 AS year, 5 AS count) t;
SELECT timestamp, text, time FROM (SELECT 1 AS timestamp, 2 AS text, 3 AS time) t;
-- comments
SELECT 1 -- one
+ 2 /* two */ AS three;
SELECT /* nested /* comments */ are fine */ 5 AS five;
SELECT '-- no comment' AS a, '/* nor this */' AS b;
/* first */ SELECT 1 /**/AS/**/x;
SELECT 1 /* open;
SELECT 'open;
SELECT "open;
SELECT $$open;
-- dollar quotes
SELECT $$it's$$, $q$a $$ b$q$, $$$$, $$a\n$$;
SELECT $a$text$b$ more$a$;
SELECT 1 AS a, 1 AS a;
SELECT * FROM (SELECT 1 AS a, 2 AS a) t;
SELECT a FROM (SELECT 1 AS a, 2 AS a) t;
SELECT 1AS x;
SELECT 1 AS select;
SELECT 1 select;
SELECT name from;
SELECT "" FROM countries;
-- error: 42P01
SELECT a.b.c.d FROM countries;
SELECT c.name FROM countries c WHERE countries.id = 1;
SELECT * FROM countries c, rivers c;
SELECT name FROM countries c WHERE c.ID = 3;
SELECT t.* FROM rivers r;
SELECT 1 AS aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;
	SELECT	1
;
sElEcT 1 aS x wHeRe TrUe;
SELECT(1)+(2)AS"three";
SELECT 1=1and 2=2;
SELECT 'a'::text='a',-1<-(-1),2--1
;
SELECT count(*)FROM countries WHERE(continent='Asia')AND NOT(pop_est<0);
SELECT name FROM only_this_table_is_missing;
SELECT * FROM nowhere.countries;
SELECT * FROM demo.nowhere.countries;
-- error: 42P01
SELECT * FROM other.world.countries;
-- error: 42P01
SELECT * FROM a.b.c.d;
