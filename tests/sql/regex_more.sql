-- Regular expressions: options, escapes, and the functions of PostgreSQL 15.

SELECT 'A' ~* '[[:lower:]]', 'a' ~* '[[:upper:]]', 'A' ~* '[^[:lower:]]', '1' ~* '[[:lower:]]';
SELECT regexp_replace('caab','[[:upper:]]?A+','-','i');
-- unsupported
SELECT 'a' ~ '(?=a)';
-- unsupported
SELECT 'a' ~ '(?<=a)';
-- unsupported
SELECT 'a' ~ '(?#c)a';
SELECT 'a' ~ 'a(?i)';
-- unsupported
SELECT 'aa' ~ '(a)\1';
SELECT 'a' ~ '\x61', 'a' ~ '\u0061', 'a' ~ '\U00000061', 'az' ~ '^\x61z$', 'é' ~ '^\u00e9$', 'a' ~ '[\x61-\x63]';
SELECT 'a' ~ '\x00';
SELECT 'a' ~ '\x';
SELECT 'a' ~ '\u61';
SELECT 'abc' ~ '***=abc', 'a.c' ~ '***=a.c', 'abc' ~ '***=a.c', 'aBc' ~* '***=AbC';
SELECT 'abc' ~ '***:a.c';
SELECT 'abc' ~ '***x';
SELECT regexp_replace('a.c', '.', '-', 'q'), regexp_replace('A.C', 'a.', '-', 'qi');
SELECT 'A' ~ '(?i)a', 'A' ~ '(?ic)a', 'A' ~ '(?s)A', 'a.c' ~ '(?q)a.c', 'a
b' ~ '(?n)a.b', 'a
b' ~ 'a.b', 'a
b' ~ '(?n)^b$', 'a
b' ~ '^b', 'a
b' ~ '(?p)a.b', 'a
b' ~ '(?p)^b', 'a
b' ~ '(?w)a.b', 'a
b' ~ '(?w)^b', 'a
b' ~ '(?n)a[^x]b', 'a
b' ~ '(?n)a\Wb', 'a
b' ~ '(?m)a$', 'a
b' ~ '(?n)a[^x\n]b', 'a
b' ~ '(?n)\Ab', 'a
b' ~ '(?n)a\nb';
SELECT 'A' ~ '(?k)a';
-- unsupported
SELECT 'A' ~ '(?x)a';
SELECT regexp_replace('a', 'a', 'b', 'k');
-- unsupported
SELECT regexp_replace('a', 'a', 'b', 'x');
-- unsupported
SELECT regexp_replace('a', 'a', 'b', 'b');
-- unsupported
SELECT 'a' ~ '[[.a.]]';
-- unsupported
SELECT 'a' ~ '[[=a=]]';
SELECT 'a b' ~ '[[:<:]]b', 'ab' ~ '[[:<:]]b', 'ab c' ~ 'b[[:>:]]';
SELECT 'a' ~ '[[:foo:]]';
SELECT 'a' ~ '[a';
SELECT 'a' ~ '\Q';
-- unsupported
SELECT 'a' ~ '\ca';
SELECT regexp_match('foobarbequebaz', 'bar.*que'), regexp_match('foobarbequebaz', '(bar)(beque)'), regexp_match('abc', 'x'), regexp_match('abc','(x)?b'), regexp_match('abc','B','i');
SELECT regexp_match('abc', 'a', 'g');
SELECT regexp_count('123123123123', '\d\d\d', 1), regexp_count('ABCABCAXYaxy', 'A.', 1, 'i'), regexp_count('ABCABCAXYaxy', 'A.'), regexp_count('aaa','a',2), regexp_count('abc','x*'), regexp_count('abc', ''), regexp_count('aaa','a',9), regexp_count('aaa','aa');
SELECT regexp_count('aaa','a',0);
SELECT regexp_count('aaa','a',1,'g');
SELECT regexp_instr('ABCDEF', 'c(.)(..)', 1, 1, 0, 'i'), regexp_instr('ABCDEF', 'c(.)(..)', 1, 1, 0, 'i', 2), regexp_instr('abcabc','b',3), regexp_instr('abcabc','b',1,2), regexp_instr('abcabc','b',1,2,1), regexp_instr('abc','x'), regexp_instr('abc','b');
SELECT regexp_substr('ABCDEF', 'c(.)(..)', 1, 1, 'i'), regexp_substr('ABCDEF', 'c(.)(..)', 1, 1, 'i', 2), regexp_substr('abcabd','b.',1,2), regexp_substr('abcabd','b.',3), regexp_substr('abc','x',1,1), regexp_substr('abc','(x)?b',1,1,'',1);
SELECT regexp_split_to_array('hello world  foo', '\s+'), regexp_split_to_array('abc', ''), regexp_split_to_array('aXbxc', 'x', 'i'), regexp_split_to_array('', 'x'), regexp_split_to_array('abc', 'b*'), regexp_split_to_array('xax','x'), regexp_split_to_array('abc','x*');
SELECT regexp_replace('abcabc', 'b', 'X', 1, 2), regexp_replace('abcabc', 'b', 'X', 3), regexp_replace('abcABC', 'b', 'X', 1, 0, 'i'), regexp_replace('abcabc','b','X',1,0), regexp_replace('abcabc','b','X',1,9);
SELECT regexp_replace('abcabc', 'b', 'X', 0);
SELECT regexp_replace('abcabc', 'b', 'X', 1, -1);
SELECT regexp_replace('abcabc', 'b', 'X', 1, 1, 'g');
SELECT regexp_like('Hello', 'hello', 'i'), regexp_like('a
b','^b','n');
SELECT regexp_like('a', 'a', 'g');
-- unsupported
SELECT (regexp_match('abc-123', '([a-z]+)-(\d+)'))[2];
SELECT pg_typeof(string_to_array('a', ',')), pg_typeof(array[1]), pg_typeof(array[1.5]), pg_typeof(array['a']), pg_typeof(regexp_match('a','a'));
SELECT name, regexp_count(name, '[aeiou]'), regexp_match(name, '^(.)(.)') FROM countries ORDER BY name LIMIT 5;
-- unsupported
SELECT 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 3, 8 >> 1, 2::bigint << 40, 1 << 33, -8 >> 1, 5::bigint & 3, 1 << -1, 1::bigint << 65;
SELECT 'abc' ~ '[[:alpha:][:<:]]';
SELECT 'aé' ~ '\x{e9}';
SELECT regexp_replace('abc', '', '-', 'g'), regexp_replace('héé', 'é', 'e', 3), regexp_substr('héllo', '.', 2);
SELECT regexp_split_to_array(NULL, 'a'), regexp_match('a', NULL);
SELECT regexp_count(name, 'a', 1, 'i'), count(*) FROM countries GROUP BY 1 ORDER BY 1;
SELECT x, y FROM (SELECT regexp_match(name, '(\w+) (\w+)') AS x, name AS y FROM countries) t WHERE x IS NOT NULL ORDER BY y LIMIT 5;
-- unsupported
SELECT 'a' ~ '(?!b)a';
SELECT 'ab' ~ '(?:a)(?i:b)';
SELECT name FROM countries WHERE name ~ '(?i)^UNITED' ORDER BY 1;
SELECT regexp_substr(name, '[aeiou]{2}', 1, 1, 'i') AS v, count(*) FROM countries GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5;
SELECT name, regexp_replace(name, '[aeiou]', '*', 2, 2) FROM countries ORDER BY name LIMIT 5;
SELECT array_to_string(regexp_split_to_array(name, '\s+'), '_') FROM countries ORDER BY name DESC LIMIT 4;
SELECT 'a(?i)b' ~ '***=(?i)', '***:a' ~ '***=***:', 'A' ~ '***:(?i)a';
