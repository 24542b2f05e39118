SELECT length('abc'), length(''), length('héllo'), char_length('日本'), character_length('x'), octet_length('é');
SELECT upper('héllo'), lower('ÀÉÎ'), initcap('hello wORLD-foo bar_baz'), upper('ß'), lower('ΣΑΣ');
SELECT trim('  x  '), ltrim('  x'), rtrim('x  '), btrim('xyaxy', 'xy'), ltrim('aab', 'a'), rtrim('baa', 'a'), trim(both 'x' from 'xxaxx'), trim(leading 'x' from 'xxa'), trim(trailing from 'a  '), trim('xy' from 'yxaxy');
SELECT substring('hello', 2, 3), substring('hello' from 2 for 3), substring('hello', 2), substr('hello', 3), substr('hello', 2, 2), substring('hello', 0, 3), substring('hello', -1, 3), substring('hello', 10), substring('héllo', 2, 1);
SELECT left('hello', 2), left('hello', -2), right('hello', 2), right('hello', -2), left('hi', 10), left('hi', 0), right('hi', 0), left('日本語', 2);
SELECT position('l' in 'hello'), position('z' in 'hello'), position('' in 'hello'), strpos('hello', 'lo'), strpos('日本語', '語');
SELECT replace('aaa', 'a', 'bb'), replace('abc', '', 'x'), replace('abc', 'z', 'x'), replace('hello', 'l', ''), translate('hello', 'el', 'ip'), translate('hello', 'l', '');
SELECT concat('a', 1, NULL, true, 2.5), concat_ws('-', 'a', NULL, 'b', 3), concat_ws(NULL, 'a');
SELECT lpad('5', 3, '0'), lpad('hello', 3), rpad('x', 3, 'ab'), lpad('x', 5), lpad('x', 5, ''), rpad('hello', 2), lpad('x', -1), lpad('x', 4, 'abc');
SELECT repeat('ab', 3), repeat('x', 0), repeat('x', -1), reverse('abc'), reverse('日本');
SELECT split_part('a,b,c', ',', 2), split_part('a,b,c', ',', 5), split_part('a,b,c', ',', -1), split_part('abc', '', 1), split_part('a--b', '--', 2);
SELECT ascii('A'), ascii('é'), ascii(''), chr(65), chr(233), chr(128512);
SELECT starts_with('hello', 'he'), starts_with('hello', 'x'), starts_with('a', '');
SELECT md5('hello'), to_hex(255);
-- unsupported
SELECT overlay('abcdef' placing 'XX' from 2 for 3), overlay('abcdef' placing 'XX' from 3);
-- unsupported
SELECT quote_literal('it''s'), quote_ident('a b'), quote_ident('abc');
-- unsupported
SELECT format('%s is %s', 'x', 5), format('%I', 'a b'), format('%L', 'it''s'), format('%%'), format('%s', NULL), format('%2$s %1$s', 'a', 'b');
SELECT 'it''s', E'a\nb', E'tab\there', 'back\slash', E'\\', E'\x41', E'\u00e9';
SELECT 'a'
  'b' AS joined;
-- unsupported
SELECT U&'\0041', 'x'::text COLLATE "C";
SELECT name, upper(name), length(name), left(name, 3), reverse(name) FROM rivers ORDER BY id;
SELECT name, nameascii, length(name), octet_length(name) FROM populated_places WHERE name <> nameascii ORDER BY pop_max DESC, id LIMIT 12;
SELECT split_part(timezone, '/', 1) AS area, count(*) FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT split_part(economy, '. ', 2) AS economy, count(*) FROM countries GROUP BY 1 ORDER BY 1;
SELECT DISTINCT initcap(lower(region_sub)) FROM us_states ORDER BY 1;
SELECT name, position(' ' in name) AS at, split_part(name, ' ', 2) AS second FROM us_states WHERE name LIKE '% %' ORDER BY name;
SELECT replace(upper(name), ' ', '_') AS key FROM us_states WHERE region = 'Northeast' ORDER BY key;
SELECT lpad(id::text, 3, '0') || '-' || rpad(postal, 4, '.') FROM us_states ORDER BY id LIMIT 5;
SELECT concat_ws(', ', name, adm1name, iso_a2) FROM populated_places WHERE adm1name IS NULL ORDER BY id LIMIT 5;
SELECT upper(left(name, 1)) || lower(substring(name, 2)) = initcap(name) AS same, count(*) FROM countries GROUP BY 1 ORDER BY 1;
SELECT min(length(formal_en)), max(length(formal_en)), sum(length(formal_en)) FROM countries;
SELECT name FROM populated_places WHERE strpos(name, '-') > 0 AND pop_max > 3000000 ORDER BY name;
SELECT upper(5);
SELECT upper(5::text), length(12345::text);
SELECT length(5);
SELECT substring('abc', 1, -1);
SELECT split_part('a,b', ',', 0);
SELECT chr(0);
SELECT repeat('x', 2000000000);
SELECT left('abc', 'x');
SELECT lower();
SELECT lower('a', 'b');
SELECT nosuchfunction('a');
SELECT string_to_array('a,b,c', ','), array_to_string(ARRAY['a', NULL, 'b'], '-'), array_to_string(ARRAY[1, NULL, 2], ',', '*');
SELECT 'a' < 'aa', 'a' || NULL, '' || '', ' ' = '';
SELECT greatest('apple', 'Banana', 'cherry'), least('apple', 'Banana', 'cherry');
SELECT max(name || ' (' || iso_a2 || ')') FROM countries;
SELECT regexp_replace('hello world', 'o', '0'), regexp_replace('hello world', 'o', '0', 'g'), regexp_replace('Hello', 'h', 'j', 'i'), regexp_replace('abc', '(b)', '[\1]'), regexp_replace('abc', 'b', '\&\&');
SELECT substring('foobar' from 'o(.)b'), substring('foobar' from 'o.b'), substring('foobar', 'z');
SELECT regexp_replace(formal_en, '^(\w+) of (.*)$', '\2, \1') FROM countries WHERE continent = 'South America' ORDER BY id;
SELECT substring(income_grp from '^\d') AS n, substring(income_grp from '[A-Za-z].*') AS t, count(*) FROM countries GROUP BY 1, 2 ORDER BY 1;
SELECT DISTINCT regexp_replace(iso_3166_2, '^US-', '') = postal FROM us_states;
-- letters of other alphabets, and those whose other case is not their own
SELECT upper('sơ ư ς ÿ') AS u, lower('SƠ Ÿ ΌΏ') AS l;
SELECT upper('ıiİI') AS a, lower('ıiİI') AS b, upper('ß ǆ ǅ Ǆ ĸ ſ µ ə ɛ ϐ') AS c, lower('Ǆ ǅ ǆ ẞ Ə Ɛ Ӏ Ϣ') AS d, initcap('ÿ ςa ơx ЖУК') AS e;
SELECT 'ÿ' ~* 'Ÿ' AS a, 'ς' ~* 'Σ' AS b, 'σ' ~* 'ς' AS c, 'ς' ILIKE 'σ' AS d, 'İ' ILIKE 'i' AS e, 'ı' ILIKE 'I' AS f, 'ЖУК' ~* 'жук' AS g;
SELECT 'ÿ' ~ '[[:lower:]]' AS a, 'Ÿ' ~ '[[:upper:]]' AS b, 'ς' ~ '[[:lower:]]' AS c, 'ı' ~ '[[:lower:]]' AS d, 'İ' ~ '[[:upper:]]' AS e, 'Ö' ~ '[[:lower:]]' AS f;
