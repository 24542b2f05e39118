-- Functions of text, numbers, arrays and intervals that are asked for now and then.

SELECT string_to_array('a,b,,c', ','), string_to_array('abc', NULL), string_to_array('abc',''), string_to_array('', ','), string_to_array('a,b,x', ',', 'x'), string_to_array(NULL, ','), string_to_array('a,,b', ',', ''), string_to_array('abcabc','bc');
SELECT array_to_string(array[1,2,null,3], ','), array_to_string(array[1,2,null,3], ',', '*'), array_to_string(array['a','b'], ''), array_to_string(array[1.5,2.25], ' '), array_to_string(array[true,false], ','), array_to_string(array[date '2020-01-01'], ','), array_to_string(array[1], NULL), array_to_string(array['a"b',E'c\n'], ',');
SELECT array_to_string(array_agg(n), ';') FROM (SELECT name AS n FROM countries ORDER BY name LIMIT 3) t;
SELECT cardinality(string_to_array('a,b', ','));
SELECT round('1.567', 2), trunc('1.567', 1);
SELECT md5('hello'), md5(''), md5('é'), md5(repeat('a', 55)), md5(repeat('a', 56)), md5(repeat('a', 64)), md5(repeat('abc', 1000));
SELECT overlay('Txxxxas', 'hom', 2, 4), overlay('abcdef', 'XY', 3), overlay('abc','X',1,0), overlay('abc','X',4,1), overlay('abc','X',10,1), overlay('héllo','XX',2,1);
SELECT overlay('abc','X',0,1);
SELECT overlay('abc','X',-1);
SELECT overlay('abc','X',2,-1);
SELECT to_hex(255), to_hex(-1), to_hex(-1::bigint), to_hex(0), to_hex(9223372036854775807);
SELECT format('Hello %s, %1$s', 'World'), format('%s', NULL), format('%L', NULL), format('%L', 'it''s'), format('%%'), format('%s %s', 1, true), format('%10s|%-10s|', 'a', 'b'), format('%2$s %1$s', 'a', 'b'), format('%s', 1.5), format('x'), format('%s %s', 'a', 'b'), format('%2$s %s', 'a', 'b','c'), format(NULL), format('%L', E'a\\b'), format('%5L', 'a');
SELECT format('%s');
SELECT format('%d', 1);
SELECT format('%');
SELECT format('%0$s', 1);
SELECT format('%3$s', 1);
-- unsupported
SELECT format('%I', 'a b');
SELECT format('%s', date '2020-01-01');
SELECT quote_literal('it''s'), quote_literal(E'a\\b'), quote_literal(42), quote_literal(1.5), quote_nullable(NULL), quote_nullable('a'), quote_literal(NULL);
SELECT num_nulls(1, NULL, 'a'), num_nonnulls(1, NULL, 'a'), num_nulls(NULL), num_nonnulls(NULL);
SELECT asinh(1), asinh(-1), asinh(0), asinh(1e-5), asinh(1e200), acosh(1), acosh(2), acosh(1e200), atanh(0.5), atanh(-0.5), atanh(1e-5), atanh(0), sinh(1), sinh(-1e-5), sinh(0.005), cosh(1), cosh(-2), tanh(0.5), tanh(100), tanh(-1e-6), cot(1), asinh('NaN'), acosh('Infinity'), atanh(1), atanh(-1), sinh(1000), cosh(-1000), asinh('-Infinity'), tanh('Infinity'), sinh('-Infinity');
SELECT acosh(0.5);
SELECT atanh(1.5);
SELECT cot(0);
-- unsupported
SELECT sind(30), cosd(60), tand(45), asind(0.5), acosd(0.5), atand(1), atan2d(1,1), cotd(45), sind(-390), cosd(180), tand(135), sind(37.5), cosd(0.1);
SELECT factorial(0), factorial(5), factorial(20), factorial(25);
SELECT factorial(-1);
SELECT make_interval(1), make_interval(1,2), make_interval(1,2,3,4,5,6,7.5), make_interval(), make_interval(0,0,0,0,25), make_interval(0,0,0,0,0,0,-1.5), make_interval(0,-14);
SELECT date_bin('15 minutes', timestamp '2020-02-11 15:44:17', timestamp '2001-01-01'), date_bin('15 minutes', timestamp '2000-02-11 15:44:17', timestamp '2001-01-01'), date_bin('1 day', timestamptz '2020-02-11 15:44:17', timestamptz '2001-01-01 12:00'), date_bin('15 minutes', timestamp '2000-12-31 23:45', timestamp '2001-01-01'), date_bin('7 days', date '2020-01-05', date '2020-01-01');
SELECT date_bin('1 month', timestamp '2020-02-11 15:44:17', timestamp '2001-01-01');
SELECT date_bin('0 days', timestamp '2020-02-11 15:44:17', timestamp '2001-01-01');
SELECT date_bin('-1 days', timestamp '2020-02-11 15:44:17', timestamp '2001-01-01');
SELECT justify_days(interval '35 days'), justify_days(interval '1 mon -35 days'), justify_days(interval '-1 mon 35 days'), justify_hours(interval '27 hours'), justify_hours(interval '1 day -27 hours'), justify_interval(interval '1 mon -1 hour'), justify_interval(interval '29 days 25 hours'), justify_interval(interval '-1 mon 1 hour'), justify_hours(interval '-30 hours'), justify_days(interval '-35 days');
SELECT isfinite(date '2020-01-01'), isfinite(timestamp '2020-01-01'), isfinite(interval '1 day');
SELECT statement_timestamp() = now(), transaction_timestamp() = now();
SELECT array_to_string(ARRAY[timestamp '2020-01-01 10:00'], ',');
-- unsupported
SELECT array_position(array['a','b'], 'b'), array_position(array[1,2], 3);
-- unsupported
SELECT array_upper(array[1,2],1), array_lower(array[1,2],1), array_ndims(array[1,2]), array_upper(array[1],2);
-- unsupported
SELECT array_append(array[1,2],3), array_prepend(0,array[1]), array_cat(array[1],array[2]), array_remove(array[1,2,1],1);
SELECT year(now());
SELECT foo(1);
SELECT uper('a');
SELECT lenght('a');
SELECT st_distanc('a','b');
SELECT string_to_array(NULL, NULL), string_to_array('a', ',', NULL);
SELECT array_to_string(string_to_array('a b c', ' '), '-'), split_part('a,b', ',', 1);
SELECT count(*), sum(cardinality(string_to_array(name, ' '))) FROM countries;
SELECT md5(name) FROM countries ORDER BY name LIMIT 3;
SELECT trunc(extract(epoch from date_bin('1 hour', timestamp '2020-01-01 10:59:59', 'epoch'))) ;
-- unsupported
SELECT 1 + 2 & 3, 1 | 2 = 3, 7 & 3 << 1;
SELECT round('2.567', 1), round('12345.678', -2), round(25, -1), round(25.55, 1);
-- unsupported
SELECT format('|%-*s|', 5, 'x');
-- unsupported
SELECT array[1,2] || 3;
-- unsupported
SELECT array[1] || array[2];
-- unsupported
SELECT bit_count('a');
-- unsupported
SELECT pg_typeof(convert_from('a', 'UTF8'));
-- unsupported
SELECT generate_subscripts(array[1], 1);
-- unsupported
SELECT daterange('2020-01-01', '2020-02-01');
SELECT median(1);
SELECT len('a');
SELECT getdate();
SELECT datediff('2020-01-01', '2020-01-02');
SELECT string_to_array(name, ' ') FROM countries ORDER BY name LIMIT 3;
SELECT md5(string_agg(name, ',' ORDER BY name)) FROM countries;
SELECT format('%s (%s): %L', name, id, continent) FROM countries ORDER BY name LIMIT 3;
