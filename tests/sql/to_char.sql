SELECT to_char(date '2020-02-09', 'YYYY-MM-DD'), to_char(date '2020-02-09', 'DD/MM/YY'), to_char(date '2020-02-09', 'YYYYMMDD'), to_char(date '2020-02-09', 'FMMM/FMDD');
SELECT to_char(timestamp '2020-02-09 03:04:05.678', 'HH24:MI:SS'), to_char(timestamp '2020-02-09 15:04:05.678', 'HH12:MI:SS AM'), to_char(timestamp '2020-02-09 15:04:05.678', 'HH:MI pm'), to_char(timestamp '2020-02-09 03:04:05.678', 'MS'), to_char(timestamp '2020-02-09 03:04:05.678', 'US'), to_char(timestamp '2020-02-09 00:04:05', 'HH12 a.m.');
SELECT to_char(date '2020-02-09', 'Month'), to_char(date '2020-02-09', 'FMMonth'), to_char(date '2020-02-09', 'MONTH'), to_char(date '2020-02-09', 'month'), to_char(date '2020-02-09', 'Mon'), to_char(date '2020-02-09', 'MON'), to_char(date '2020-02-09', 'mon');
SELECT to_char(date '2020-02-09', 'Day'), to_char(date '2020-02-09', 'FMDay'), to_char(date '2020-02-09', 'Dy'), to_char(date '2020-02-09', 'DY'), to_char(date '2020-02-09', 'D'), to_char(date '2020-02-09', 'ID'), to_char(date '2020-02-09', 'DDD');
SELECT to_char(date '2020-02-09', 'Q'), to_char(date '2020-02-09', 'WW'), to_char(date '2021-01-03', 'IW'), to_char(date '2021-01-03', 'IYYY'), to_char(date '2020-02-09', 'W');
SELECT to_char(date '2020-02-09', '"Q"Q YYYY'), to_char(date '2020-02-09', 'YYYY"Y"MM"M"'), to_char(date '2020-02-09', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
SELECT to_char(timestamp '2020-02-09 03:04:05', 'Dy, DD Mon YYYY HH24:MI:SS'), to_char(timestamp '2020-02-09 03:04:05', 'yyyy/mm/dd hh24:mi');
SELECT to_char(1234.5, '9999.99'), to_char(1234.5, 'FM9999.99'), to_char(1234.5, 'FM9999.00'), to_char(1234567.891, '9,999,999.99'), to_char(1234567.891, 'FM9,999,999.99'), to_char(0.5, '0.99'), to_char(0.5, 'FM0.99'), to_char(0.5, '9.99');
SELECT to_char(5, '000'), to_char(5, 'FM000'), to_char(-5, '999'), to_char(-5, 'FM999'), to_char(-5, 'S999'), to_char(5, 'S999'), to_char(12345, '999'), to_char(0, '999'), to_char(0, 'FM999');
SELECT to_char(485, 'FM999.0'), to_char(0.1, 'FM9.99'), to_char(1e6, 'FM999,999,999'), to_char(1234, 'FM9G999'), to_char(12.345, 'FM990D00'), to_char(-12.3, 'FM990.00'), to_char(99.999, 'FM990.00');
SELECT to_char(pop_est, 'FM999,999,999,999') AS pop, name FROM countries ORDER BY pop_est DESC LIMIT 5;
SELECT to_char(pop_est, '999,999,999,999') AS pop FROM countries ORDER BY id LIMIT 4;
SELECT to_char(temp_max, 'FM990.0'), to_char(temp_min, '990.00') FROM seattle_weather WHERE date BETWEEN '2012-01-09' AND '2012-01-14' ORDER BY date;
SELECT to_char(date, 'FMMonth') AS month, round(avg(precipitation)::numeric, 2) FROM seattle_weather GROUP BY to_char(date, 'FMMonth'), extract(month FROM date) ORDER BY extract(month FROM date);
SELECT to_char(date, 'Dy') AS day, count(*) FROM seattle_weather WHERE weather = 'snow' GROUP BY 1 ORDER BY 1;
SELECT to_char("Date", 'YYYY') AS year, avg("CO2") FROM mauna_loa_co2 WHERE "Date" >= '2015-01-01' GROUP BY 1 ORDER BY 1;
-- unsupported
SELECT to_char(interval '1 day 2 hours', 'HH24:MI'), to_char(interval '26 hours 5 minutes', 'HH24:MI:SS');
SELECT to_char(NULL::date, 'YYYY'), to_char(date '2020-01-01', NULL), to_char(date '2020-01-01', '');
-- unsupported
SELECT to_number('1,234.5', '9,999.9'), to_number('-12', 'S99');
SELECT to_char('x', 'YYYY');
SELECT to_char(date '2020-01-01');
SELECT to_char(true, 'YYYY');
