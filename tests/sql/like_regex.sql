SELECT 'abc' LIKE 'abc', 'abc' LIKE 'a%', 'abc' LIKE '%c', 'abc' LIKE '%b%', 'abc' LIKE 'a_c', 'abc' LIKE '_', 'abc' LIKE '', '' LIKE '', '' LIKE '%';
SELECT 'abc' NOT LIKE 'a%', 'ABC' LIKE 'abc', 'ABC' ILIKE 'abc', 'abc' NOT ILIKE 'A%', 'É' ILIKE 'é', 'abc' LIKE 'abcd', 'ab' LIKE 'a%b%';
SELECT '10%' LIKE '10\%', '10x' LIKE '10\%', 'a_b' LIKE 'a\_b', 'axb' LIKE 'a\_b', 'a\b' LIKE 'a\\b', 'a%b' LIKE 'a#%b' ESCAPE '#', 'a\b' LIKE 'a\b' ESCAPE '';
SELECT 'aXbXc' LIKE '%X%X%', 'aaa' LIKE '%a%a%a%', 'aaa' LIKE '%a%a%a%a%', 'mississippi' LIKE 'm%iss%ip%i', 'é' LIKE '_', '日本' LIKE '__', '日本' LIKE '_本';
SELECT 'a\' LIKE 'a\';
SELECT 'a
b' LIKE 'a%b', 'a
b' LIKE 'a_b';
SELECT name FROM countries WHERE name LIKE '%stan' ORDER BY name;
SELECT name FROM countries WHERE name LIKE '% and %' OR name LIKE '%.%' ORDER BY name;
SELECT name FROM countries WHERE name ILIKE '%GUINEA%' ORDER BY name;
SELECT name FROM countries WHERE name LIKE '____' ORDER BY name;
SELECT count(*) FROM populated_places WHERE name LIKE '%''%';
SELECT count(*) FROM populated_places WHERE name LIKE 'S%' AND name NOT LIKE 'San%';
SELECT name FROM populated_places WHERE name LIKE '%\_%' OR name LIKE '%\%%' ORDER BY 1 LIMIT 5;
-- unsupported
SELECT name FROM us_states WHERE name LIKE ANY (ARRAY['New%', '%ota']) ORDER BY name;
SELECT a LIKE b FROM (VALUES ('abc', 'a%'), ('abc', '%d'), (NULL, '%')) v(a, b) ORDER BY a, b;
-- regular expressions
SELECT 'abc' ~ 'b', 'abc' ~ '^b', 'abc' ~ 'c$', 'ABC' ~ 'abc', 'ABC' ~* 'abc', 'abc' !~ 'z', 'ABC' !~* 'abc', '' ~ '', 'abc' ~ '';
SELECT 'abc' ~ 'a.c', 'ac' ~ 'ab*c', 'abbc' ~ 'ab+c', 'ac' ~ 'ab?c', 'abbb' ~ '^ab{3}$', 'abb' ~ '^ab{3}$', 'abbbb' ~ '^ab{2,3}$', 'abbbb' ~ '^ab{2,}$', 'a' ~ '^a{0}$';
SELECT 'cat' ~ '^(cat|dog)$', 'cow' ~ '^(cat|dog)$', 'catdog' ~ '^(cat|dog)+$', 'ab' ~ '^(a|ab)(c|bcd)?$', 'abcd' ~ '^(a|ab)(c|bcd)$';
SELECT 'x5' ~ '[0-9]', 'x' ~ '[^0-9]', '5' ~ '^[^0-9]$', 'a-b' ~ '[a\-]b', ']' ~ '[]]', '^' ~ '[\^]', 'b' ~ '[[:alpha:]]', '5' ~ '[[:digit:]]', ' ' ~ '[[:space:]]', 'é' ~ '^[[:alpha:]]$';
SELECT 'a1' ~ '\d', 'a1' ~ '^\w+$', 'a b' ~ '\s', 'a' ~ '\D', ' ' ~ '\W', 'x' ~ '\S', 'a.b' ~ 'a\.b', 'axb' ~ 'a\.b', 'a|b' ~ 'a\|b';
SELECT 'a
b' ~ 'a.b', 'a
b' ~ '^b', 'a
b' ~ 'a$', 'é' ~ '^.$', '日本' ~ '^..$', 'É' ~* 'é';
SELECT 'aaa' ~ '^(a*)*$', 'ab' ~ '(?:a)(?:b)';
SELECT 'ab12' ~ '^[a-z]+[0-9]+$', '2020-01-31' ~ '^\d{4}-\d{2}-\d{2}$', 'me@x.org' ~* '^[a-z0-9._]+@[a-z0-9.]+\.[a-z]{2,}$', '192.168.0.1' ~ '^(\d{1,3}\.){3}\d{1,3}$';
-- built to explode
SELECT repeat('a', 40) || 'b' ~ '^(a+)+$', repeat('a', 60) ~ '^(a?){60}a{60}$', repeat('ab', 50) ~ '^(a|b|ab)*c$';
SELECT name FROM countries WHERE name ~ '^[AEIOU].*a$' ORDER BY name;
SELECT name FROM countries WHERE name ~* '(north|south|east|west)' ORDER BY name;
SELECT name FROM countries WHERE name !~ '^[A-Za-z .]+$' ORDER BY name;
SELECT count(*) FROM populated_places WHERE name ~ '[^ -~]';
SELECT count(*) FROM populated_places WHERE name ~ '^(San|Santa|Santo) ';
SELECT count(*) FROM populated_places WHERE name ~ '\s\w+\s';
SELECT name FROM populated_places WHERE name ~ '\d' ORDER BY name, id;
SELECT count(*) FROM populated_places WHERE name ~* 'ville$';
SELECT h3 FROM places_h3 WHERE h3 ~ '^83[0-4]0..f+$' ORDER BY h3 LIMIT 10;
SELECT name FROM us_states WHERE postal ~ '^(N|M)[A-H]$' ORDER BY postal;
SELECT 'a' ~ '(';
SELECT 'a' ~ '[';
SELECT 'a' ~ '*a';
SELECT 'a' ~ 'a{2,1}';
SELECT 'a' ~ '[z-a]';
SELECT 'a' ~ 'a\';
SELECT 'a' LIKE 'a' ESCAPE 'xx';
SELECT 5 LIKE '5';
SELECT 5::text LIKE '5', id::text LIKE '1_' FROM rivers WHERE id IN (9, 10) ORDER BY id;
-- unsupported
SELECT 'abc' SIMILAR TO '(a|b)%', 'abc' SIMILAR TO 'b';
-- unsupported
SELECT 'abab' ~ '^(ab)\1$', 'abac' ~ '^(ab)\1$';
-- unsupported
SELECT 'foobar' ~ 'foo(?=bar)', 'foobaz' ~ 'foo(?!bar)';
-- a pattern asked of a few rows, then of all texts of a dictionary
SELECT t.capitals, max(t.places) AS m FROM populated_places p RIGHT JOIN places_h3 t ON p.name = t.largest_place WHERE p.name IS NULL AND (p.name LIKE 'New %') IS NULL GROUP BY 1 ORDER BY 1;
SELECT count(*) AS n FROM (SELECT name FROM populated_places ORDER BY id LIMIT 40) s WHERE name LIKE '%a%' OR name ~ 'e.*o';
SELECT t2.capitals AS g3, max(t2.places) AS a4 FROM populated_places t1 RIGHT JOIN places_h3 t2 ON t1.name = t2.largest_place WHERE ((t1.name) IS NULL) AND (t1.name LIKE 'New %') GROUP BY 1 EXCEPT SELECT t5.pop_sum AS g3, t5.pop_max AS a4 FROM places_h3 t5;
