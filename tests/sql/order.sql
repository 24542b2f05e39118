SELECT name, lastcensus FROM countries WHERE continent = 'Africa' ORDER BY lastcensus, name LIMIT 60;
SELECT name, lastcensus FROM countries WHERE continent = 'Africa' ORDER BY lastcensus DESC, name LIMIT 12;
SELECT name, lastcensus FROM countries WHERE continent = 'Africa' ORDER BY lastcensus NULLS FIRST, name DESC LIMIT 12;
SELECT name, lastcensus FROM countries WHERE continent = 'Africa' ORDER BY lastcensus DESC NULLS LAST, name LIMIT 12;
SELECT x FROM (VALUES (2), (NULL), (1), (3)) v(x) ORDER BY x;
SELECT x FROM (VALUES (2), (NULL), (1), (3)) v(x) ORDER BY x DESC;
SELECT x FROM (VALUES (2), (NULL), (1), (3)) v(x) ORDER BY x ASC NULLS FIRST;
SELECT x FROM (VALUES (2), (NULL), (1), (3)) v(x) ORDER BY -x NULLS LAST;
-- not a number is the greatest
SELECT x FROM (VALUES ('NaN'::float8), ('-Infinity'), (0), ('Infinity'), (NULL)) v(x) ORDER BY x;
SELECT x FROM (VALUES ('b'), ('B'), ('a'), ('A'), (''), (' '), ('é'), ('z'), ('10'), ('9')) v(x) ORDER BY x;
SELECT name FROM populated_places WHERE name >= 'Z' ORDER BY name DESC, id LIMIT 12;
SELECT b FROM (VALUES (true), (NULL), (false)) v(b) ORDER BY b;
SELECT name, pop_est FROM countries ORDER BY pop_est / 1000000 DESC, name LIMIT 8;
-- by what is not in the output
SELECT name FROM countries ORDER BY gdp_md DESC LIMIT 5;
SELECT name FROM countries ORDER BY length(name), name LIMIT 6;
SELECT c.name AS n FROM countries c ORDER BY c.continent, n LIMIT 6;
-- an output name wins over an input column
SELECT -pop_est AS pop_est, name FROM countries ORDER BY pop_est LIMIT 3;
SELECT name AS id, id AS name FROM rivers ORDER BY name LIMIT 4;
-- but not within an expression
SELECT -id AS id FROM rivers ORDER BY id + 0 LIMIT 3;
SELECT continent, count(*) FROM countries GROUP BY continent ORDER BY count(*) DESC, continent DESC;
SELECT continent FROM countries GROUP BY continent ORDER BY sum(pop_est) DESC;
SELECT name, pop_max FROM populated_places ORDER BY pop_max DESC, id OFFSET 10 LIMIT 10;
SELECT is_capital, name FROM populated_places ORDER BY is_capital DESC, pop_max DESC, name LIMIT 5;
SELECT date, temp_max FROM seattle_weather ORDER BY temp_max DESC, date LIMIT 5;
SELECT date, temp_min FROM seattle_weather ORDER BY temp_min, date DESC LIMIT 5;
SELECT name, latitude FROM populated_places ORDER BY abs(latitude), id LIMIT 5;
SELECT name FROM us_states ORDER BY region DESC, region_sub, name;
SELECT x, y FROM (VALUES (1, 'b'), (1, 'a'), (2, NULL), (NULL, 'z')) v(x, y) ORDER BY x DESC NULLS LAST, y ASC NULLS FIRST;
SELECT * FROM (SELECT name, pop_est FROM countries ORDER BY pop_est DESC LIMIT 5) t ORDER BY name;
SELECT quadbin FROM places_quadbin ORDER BY quadbin DESC LIMIT 3;
SELECT h3 FROM places_h3 ORDER BY h3 DESC LIMIT 3;
SELECT x FROM (VALUES (9007199254740993), (9007199254740992), (9007199254740994)) v(x) ORDER BY x DESC;
SELECT x::text FROM (VALUES (interval '1 month'), (interval '29 days'), (interval '31 days'), (interval '12 hours')) v(x) ORDER BY x;
SELECT name FROM rivers ORDER BY 1 DESC;
SELECT name, id FROM rivers ORDER BY CASE WHEN name LIKE 'M%' THEN 0 ELSE 1 END, name;
-- unsupported
SELECT name FROM countries ORDER BY name COLLATE "C" LIMIT 2;
-- unsupported
SELECT id FROM rivers ORDER BY id USING > LIMIT 2;
