SELECT interval '1 day', interval '2 hours', interval '1 year 2 months 3 days', interval '90 minutes', interval '1.5 hours', interval '-1 day', interval '1 week', interval '100 days', interval '36 hours';
SELECT interval '1 day 02:03:04', interval '02:03', interval '00:00:01.5', interval '1 mon', interval '1 y', interval '1 h 30 m 15 s', interval '0', interval '-1 day +02:00', interval '1 month ago';
-- unsupported
SELECT interval '1' day, interval '2' hour, interval '5' minute, interval '3' month, interval '1' year;
SELECT interval '1 day' + interval '2 hours', interval '1 day' - interval '2 hours', interval '1 day' * 3, 2.5 * interval '1 day', interval '1 month' / 2, -interval '1 day', interval '1 hour' * 1.5;
SELECT interval '1 day' = interval '24 hours', interval '1 month' > interval '29 days', interval '1 month' = interval '30 days', interval '1 year' = interval '12 months', interval '1 hour' < interval '61 minutes';
SELECT extract(day FROM interval '3 days 4 hours'), extract(hour FROM interval '3 days 28 hours'), extract(epoch FROM interval '1 day 1 hour'), extract(month FROM interval '14 months'), extract(year FROM interval '14 months'), extract(minute FROM interval '90 minutes'), date_part('epoch', interval '1 month');
SELECT timestamp '2020-01-31 10:00' + interval '1 month', timestamp '2020-02-29' - interval '1 year', timestamp '2020-03-01' - interval '1 month 1 day', date '2019-12-31' + interval '2 months', interval '1 day' + date '2020-01-01';
SELECT (timestamp '2020-01-02 03:04:05' - timestamp '2020-01-01')::text, (timestamp '2020-01-01' - timestamp '2020-01-02 03:04:05')::text, (now() - now())::text;
SELECT justify_days(interval '35 days')::text, justify_hours(interval '27 hours')::text, justify_interval(interval '1 mon -1 hour')::text;
SELECT interval '1 day'::text || '!', cast('1 day' AS interval), '01:30'::interval, '1 day'::interval > '23 hours';
-- unsupported
SELECT sum(d)::text, avg(d)::text, max(d)::text FROM (SELECT (lead(date) OVER (ORDER BY date)::timestamp - date::timestamp) AS d FROM seattle_weather WHERE date < '2012-01-05') t;
SELECT date, date + interval '36 hours' AS later, date - interval '1 month' AS month_before FROM seattle_weather WHERE date IN ('2012-03-31', '2012-02-29') ORDER BY date;
SELECT x::text, count(*) FROM (VALUES (interval '1 day'), (interval '24 hours'), (interval '2 days')) v(x) GROUP BY x = interval '1 day', x::text ORDER BY 1;
SELECT count(*) FROM (SELECT DISTINCT x FROM (VALUES (interval '1 day'), (interval '24 hours'), (interval '2 days')) v(x)) t;
SELECT pg_typeof(interval '1 day'), pg_typeof(interval '1 day' * 2), pg_typeof(timestamp '2020-01-01' - timestamp '2020-01-01');
SELECT interval '1 fortnight';
SELECT interval 'x days';
SELECT interval '1 day' * 'x';
SELECT interval '1 day' + 1;
SELECT interval '1 day' / 0;
SELECT interval '1 day' = 1;
SELECT interval '3 days 10:00' < interval '4 days', interval '1 mon 1 day' BETWEEN interval '30 days' AND interval '32 days';
