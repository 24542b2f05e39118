SELECT date '2020-02-28' + 1, date '2020-02-28' - 28, date '2020-03-01' - date '2020-02-01', date '2020-01-31' + interval '1 month', date '2020-03-31' - interval '1 month';
SELECT timestamp '2020-01-01 10:00' + interval '90 minutes', timestamp '2020-01-01' - timestamp '2019-12-31 12:00' = interval '12 hours', date '2020-01-01' + interval '1 day 2 hours';
SELECT extract(year FROM date '2020-02-29'), extract(month FROM date '2020-02-29'), extract(day FROM date '2020-02-29'), extract(dow FROM date '2020-02-29'), extract(isodow FROM date '2020-03-01'), extract(doy FROM date '2020-12-31'), extract(week FROM date '2021-01-03'), extract(quarter FROM date '2020-05-01'), extract(isoyear FROM date '2021-01-03'), extract(decade FROM date '2020-05-01'), extract(century FROM date '2000-12-31'), extract(millennium FROM date '2001-01-01');
SELECT extract(hour FROM timestamp '2020-02-29 13:14:15.678'), extract(minute FROM timestamp '2020-02-29 13:14:15.678'), extract(second FROM timestamp '2020-02-29 13:14:15.678'), extract(milliseconds FROM timestamp '2020-02-29 13:14:15.678'), extract(microseconds FROM timestamp '2020-02-29 13:14:15.678'), extract(epoch FROM timestamp '2020-02-29 13:14:15.678'), extract(epoch FROM date '1970-01-02');
SELECT date_part('year', date '2020-02-29'), date_part('hour', timestamp '2020-02-29 13:14:15'), date_part('epoch', timestamptz '2020-01-01 00:00:00+00'), date_part('dow', timestamp '2020-02-29 13:00'), date_part('second', timestamp '2020-02-29 13:14:15.5');
SELECT pg_typeof(extract(year FROM now())), pg_typeof(date_part('year', now())), pg_typeof(date_trunc('day', date '2020-01-01')), pg_typeof(date_trunc('day', timestamp '2020-01-01')), pg_typeof(date '2020-01-01' + 1), pg_typeof(date '2020-01-01' + interval '1 day'), pg_typeof(date '2020-01-02' - date '2020-01-01'), pg_typeof(now() - now()), pg_typeof(current_date);
SELECT date_trunc('year', timestamp '2020-05-17 13:14:15'), date_trunc('quarter', timestamp '2020-05-17 13:14:15'), date_trunc('month', timestamp '2020-05-17 13:14:15'), date_trunc('week', timestamp '2020-05-17 13:14:15'), date_trunc('day', timestamp '2020-05-17 13:14:15'), date_trunc('hour', timestamp '2020-05-17 13:14:15'), date_trunc('minute', timestamp '2020-05-17 13:14:15'), date_trunc('second', timestamp '2020-05-17 13:14:15.9'), date_trunc('decade', timestamp '2025-05-17'), date_trunc('century', timestamp '2025-05-17');
SELECT date_trunc('month', date '2020-05-17'), date_trunc('week', timestamptz '2020-05-17 13:14:15+00'), date_trunc('MONTH', date '2020-05-17');
SELECT date_trunc('month', date) AS month, count(*), avg(temp_max) FROM seattle_weather WHERE date < '2013-01-01' GROUP BY 1 ORDER BY 1;
SELECT date_trunc('week', date) AS week, sum(precipitation) FROM seattle_weather WHERE date < '2012-03-01' GROUP BY week ORDER BY week;
SELECT extract(quarter FROM date) AS q, min(temp_min), max(temp_max) FROM seattle_weather GROUP BY q ORDER BY q;
SELECT min(date), max(date), count(*), max(date) - min(date) + 1 AS days FROM seattle_weather;
SELECT date, date + 7 AS next, date - interval '1 day' AS day_before FROM seattle_weather WHERE date = '2012-03-01';
SELECT "Date", extract(epoch FROM "Date") FROM mauna_loa_co2 WHERE "Date" BETWEEN '1969-11-01' AND '1970-03-01' ORDER BY 1;
SELECT count(*) FROM mauna_loa_co2 WHERE "Date" >= date '2000-01-01' AND "Date" < date '2000-01-01' + interval '1 year';
SELECT count(*) FROM seattle_weather WHERE date >= timestamp '2015-12-30 12:00';
SELECT count(*) FROM seattle_weather WHERE date > '2015-12-30'::date AND date <= '2015-12-31'::timestamptz;
-- unsupported
SELECT to_date('2020-05-17', 'YYYY-MM-DD'), to_date('17/05/2020', 'DD/MM/YYYY'), to_date('20200517', 'YYYYMMDD'), to_timestamp(0), to_timestamp(1589721255.5), to_timestamp('2020-05-17 13:14:15', 'YYYY-MM-DD HH24:MI:SS');
-- unsupported
SELECT make_date(2020, 2, 29), make_timestamp(2020, 2, 29, 13, 14, 15.5), make_interval(days => 3)::text;
SELECT now() = current_timestamp, current_date = now()::date, now() > '2020-01-01', now() - now() = interval '0';
SELECT date '2020-01-01' < date '2020-01-02', date '2020-01-01' = '2020-01-01', timestamp '2020-01-01' = date '2020-01-01', timestamptz '2020-01-01 02:00+02' = timestamptz '2020-01-01 00:00+00', date '2020-01-01' BETWEEN '2019-12-31' AND '2020-01-02';
SELECT timestamptz '2020-01-01 00:00:00+05:30', timestamptz '2020-01-01T00:00:00Z', timestamptz '2020-01-01 00:00', timestamp '2020-01-01 00:00:00.123456', timestamptz '2020-06-01 12:00-07';
-- unsupported
SELECT age(date '2020-03-01', date '2019-01-31')::text, age(timestamp '2020-01-01 12:00', timestamp '2020-01-01')::text, (timestamp '2020-03-01' - timestamp '2020-01-01 12:00')::text;
SELECT greatest(date '2020-01-01', date '2021-01-01'), least(date '2020-01-01', NULL), coalesce(NULL, date '2020-01-01'), nullif(date '2020-01-01', date '2020-01-01');
-- unsupported
SELECT timestamptz '2020-01-01 12:00+00' AT TIME ZONE 'UTC', timestamp '2020-01-01 12:00' AT TIME ZONE 'UTC';
SELECT date '1600-02-29' - 1, date '1900-02-28' + 1, date '2000-02-28' + 1, date '0001-01-01', date '9999-12-31';
SELECT date '2020-01-31' + interval '1 month' * n AS d FROM (VALUES (0), (1), (2), (13), (-1)) v(n) ORDER BY n;
SELECT (date '2020-01-01' + n)::text AS d, extract(isodow FROM date '2020-01-01' + n) FROM (VALUES (0), (1), (2), (3), (4), (5), (6)) v(n) ORDER BY n;
SELECT date '20200517', date '2020-5-7';
SELECT extract(nonsense FROM date '2020-01-01');
SELECT date_trunc('nonsense', timestamp '2020-01-01');
SELECT extract(hour FROM date '2020-01-01');
SELECT date_part('year', '2020-01-01');
SELECT extract(year FROM '2020-01-01');
SELECT date '2021-02-29';
SELECT timestamp '2020-01-01 24:00:01';
SELECT timestamp '2020-01-01 24:00';
SELECT date '2020-01-01' + '1 day';
SELECT date '2020-01-01' + 'x';
SELECT date '2020-01-01' + date '2020-01-01';
SELECT date '2020-01-01' * 2;
-- unsupported
SELECT make_date(2020, 2, 30);
-- unsupported
SELECT to_date('x', 'YYYY');
SELECT date '294277-01-01' + interval '300000 years';
SELECT date_bin('15 minutes', timestamp '2020-01-01 10:37', timestamp '2020-01-01');
SELECT extract(year FROM date) AS y, count(*) FILTER (WHERE precipitation > 0) AS wet, round(100.0 * count(*) FILTER (WHERE precipitation > 0) / count(*), 1) AS pct FROM seattle_weather GROUP BY y ORDER BY y;
SELECT d.day, w.weather FROM (SELECT date '2012-01-01' + n AS day FROM (VALUES (0), (1), (-1)) v(n)) d LEFT JOIN seattle_weather w ON w.date = d.day ORDER BY d.day;
-- unsupported
SELECT d::date FROM generate_series(date '2020-01-30', date '2020-02-02', interval '1 day') g(d) ORDER BY 1;
-- unsupported
SELECT n FROM generate_series(1, 5) n ORDER BY n;
-- AT TIME ZONE as a function
SELECT timezone('UTC', timestamp '2020-01-01') AS a, timezone('UTC', '2020-01-01 00:00:00') AS b, timezone('UTC', timestamptz '2020-01-01 10:00') AS c;
SELECT timestamp '2020-01-01' AT TIME ZONE 'UTC' AS a, '2020-01-01' AT TIME ZONE 'UTC' AS b;
