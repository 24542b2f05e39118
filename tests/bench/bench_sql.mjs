// SQL against DuckDB on one thread, SQLite, and PostgreSQL with PostGIS where DuckDB has no answer.
// Needs build/bench_sql, @duckdb/node-api in build/bench-npm; build/bench_sqlite and psql where they are
// there. Prints one JSON object a line.
//   node bench_sql.mjs [NAME ...]    only these queries of bench_sql.c
//
// Each engine holds equal tables in memory: the same columns, distributions and sizes, its own random
// values. Only the query is timed. DuckDB's results are complete inside DuckDB, as ours are a table, and
// are not read into JavaScript: so the whole of a sort is done. SQLite, which takes half a minute for some
// of these, has a tenth of the rows, its times count tenfold: to its advantage, since sorting a tenth
// takes less than a tenth.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROUNDS = 5;
const SQLITE_ROUNDS = 3;
const SQLITE_SCALE = 10;
const PLANS = 50; // for each round

const { DuckDBInstance } = createRequire(resolve('build/bench-npm/package.json'))('@duckdb/node-api');

const wanted = process.argv.slice(2);
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

// A program that answers lines by lines.
class Lines {
  constructor(command, args) {
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.gone = new Promise((done) => {
      this.child.on('error', () => done({ done: true }));
      this.child.on('exit', () => setImmediate(done, { done: true }));
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async read() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('it ended early');
    return value;
  }

  write(text) { this.child.stdin.write(`${text}\n`); }

  async ask(text) {
    this.write(text);
    return JSON.parse(await this.read());
  }

  end() { this.child.stdin.end(); }
}

// ---- the engines

async function startOurs() {
  const ours = new Lines('build/bench_sql', ['serve']);
  const queries = [];
  for (let line = await ours.read(); line; line = await ours.read()) queries.push(JSON.parse(line));
  return { ours, queries };
}

// Names are four letters, all different; t is a table of its own, not a view over random().
async function startDuckdb() {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  await db.run('SET threads = 1');
  await db.run(`CREATE TABLE dim AS SELECT i::BIGINT AS k,
    ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'][i % 8 + 1] AS region,
    chr((97 + n // 17576)::INT) || chr((97 + n // 676 % 26)::INT) || chr((97 + n // 26 % 26)::INT) ||
      chr((97 + n % 26)::INT) AS name
    FROM (SELECT i, i * 16909 % 456976 AS n FROM range(1000) r(i))`);
  await db.run(`CREATE TABLE t AS SELECT v, w, name AS cat, r.k, ts, lng, lat FROM (SELECT random() * 100 AS v,
      exp(2 * sqrt(-2 * ln(1 - random())) * cos(6.283185307179586 * random())) AS w,
      floor(random() * 1000)::BIGINT AS c, floor(random() * 1000)::BIGINT AS k,
      make_timestamp((1400000000000000 + floor(random() * 315360000000000))::BIGINT) AS ts,
      random() * 360 - 180 AS lng, random() * 170 - 85 AS lat
    FROM range(10000000)) r JOIN dim ON dim.k = c`);
  await db.run('CREATE TYPE names AS ENUM (SELECT name FROM dim ORDER BY name)');
  await db.run('CREATE TABLE te AS SELECT v, cat::names AS cat FROM t');
  await db.run('CREATE TABLE dime AS SELECT k, region, name::names AS name FROM dim');
  const version = (await (await db.run('SELECT version()')).getRows())[0][0].replace(/^v/, '');
  return { db, name: `DuckDB ${version}, one thread` };
}

async function startSqlite() {
  if (!existsSync('build/bench_sqlite')) return null;
  const lite = new Lines('build/bench_sqlite', []);
  return { lite, name: `SQLite ${JSON.parse(await lite.read()).version}, 1 M rows x 10` };
}

// psql prints "Time: 1.234 ms" behind each statement.
class Postgres extends Lines {
  static async start() {
    for (const database of [process.env.PGDATABASE, 'carto', 'postgres']) {
      if (!database) continue;
      const postgres = new Postgres('psql', ['-X', '-q', '-A', '-t', '-d', database]);
      try {
        postgres.write(`\\timing on\nSET jit = off;\nSET max_parallel_workers_per_gather = 0;
SELECT 'version ' || current_setting('server_version');`);
        postgres.version = (await postgres.find(/^version ([0-9.]+)/))[1];
        await postgres.find(/^Time: /);
        return postgres;
      } catch { /* the next one */ }
    }
    return null;
  }

  async find(pattern) {
    for (;;) {
      const next = await Promise.race([this.lines.next(), this.gone]);
      if (next.done) throw new Error('psql ended early');
      const found = pattern.exec(next.value);
      if (found) return found;
    }
  }

  async time(sql) {
    this.write(`${sql};`);
    return Number((await this.find(/^Time: ([0-9.]+) ms/))[1]);
  }

  async planning(sql) {
    this.write(`EXPLAIN (SUMMARY) ${sql};`);
    const ms = Number((await this.find(/^Planning Time: ([0-9.]+) ms/))[1]);
    await this.find(/^Time: /);
    return ms;
  }

  async postgis() {
    this.write("SELECT 'postgis ' || count(*) FROM pg_extension WHERE extname = 'postgis';");
    const count = Number((await this.find(/^postgis ([0-9]+)/))[1]);
    await this.find(/^Time: /);
    return count > 0;
  }
}

// ---- the same question in other words

// Where a column's type or the words make DuckDB much faster.
const DUCKDB_OTHER = {
  group: ['cat an ENUM', 'SELECT cat, avg(v) FROM te GROUP BY cat'],
  top: ['cat an ENUM', 'SELECT cat, count(*) AS n FROM te GROUP BY cat ORDER BY n DESC, cat LIMIT 20'],
  month: ['by year(), month()', 'SELECT year(ts), month(ts), count(*) FROM t GROUP BY 1, 2 ORDER BY 1, 2'],
  join_cat: ['cat an ENUM', `SELECT d.region, count(*), avg(t.v) FROM te t JOIN dime d ON t.cat = d.name
    GROUP BY d.region ORDER BY d.region`],
};

const quantile = (parts) => `SELECT v FROM (SELECT v, row_number() OVER (ORDER BY v) AS r FROM t)
  WHERE r IN (${parts.map((part) => Math.ceil(part * 1e6)).join()})`.replace(/\s+/g, ' ');

const SQLITE_OTHER = {
  month: "SELECT strftime('%Y-%m', ts, 'unixepoch') AS month, count(*) FROM t GROUP BY 1 ORDER BY 1",
  quantiles: quantile(Array.from({ length: 19 }, (_, i) => (i + 1) / 20)),
  quantiles5: quantile([0.05, 0.25, 0.5, 0.75, 0.95]),
};

// ---- measuring

function report(work, unit, mine, peer, theirs, least) {
  const ratio = Number((theirs / mine).toFixed(2));
  const row = { work, unit, ours: Number(mine.toFixed(3)), peer, theirs: Number(theirs.toFixed(3)), ratio };
  if (least) Object.assign(row, { budget: `>= ${least}`, met: ratio >= least });
  console.log(JSON.stringify(row));
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

// Every side takes its turn in each round, so that a slow spell of the machine hits all of them.
async function interleaved(sides, rounds) {
  const times = sides.map(() => []);
  for (const side of sides) await side();
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < sides.length; i++) times[i].push(await sides[i]());
  }
  return times.map(median);
}

async function againstDuckdb(ours, duckdb, query) {
  const sides = [async () => (await ours.ask(query.name)).ms, () => timed(() => duckdb.db.run(query.sql))];
  const other = DUCKDB_OTHER[query.name];
  if (other) sides.push(() => timed(() => duckdb.db.run(other[1])));
  const [mine, theirs, others] = await interleaved(sides, ROUNDS);
  report(query.work, 'ms', mine, duckdb.name, theirs, 2);
  if (other) report(query.work, 'ms', mine, `${duckdb.name}, ${other[0]}`, others);
  return mine;
}

async function againstSqlite(sqlite, query, mine) {
  const sql = SQLITE_OTHER[query.name] ?? query.sql;
  const [theirs] = await interleaved([async () => (await sqlite.lite.ask(sql)).ms], SQLITE_ROUNDS);
  report(query.work, 'ms', mine, sqlite.name, theirs * SQLITE_SCALE, 20);
}

async function againstPostgis(ours, postgres, query) {
  if (!await postgres.postgis()) return console.error('skipped: PostGIS, since the database does not have it');
  await postgres.time(`CREATE TEMP TABLE points AS
    SELECT ST_MakePoint(20 * random() - 10, 20 * random() - 10) AS pt FROM generate_series(1, 1000000)`);
  await postgres.time('ANALYZE points');
  const sides = [async () => (await ours.ask(query.name)).ms, () => postgres.time(query.sql)];
  const [mine, theirs] = await interleaved(sides, ROUNDS);
  report(query.work, 'ms', mine, `PostgreSQL ${postgres.version}, PostGIS`, theirs);
}

// PostgreSQL's figure leaves out parsing, ours does not. Its tables have what a schema has: keys, statistics.
async function againstPlanner(ours, postgres, query) {
  await postgres.time(`CREATE TEMP TABLE shops AS SELECT i::bigint AS shop_id, 'city ' || i AS city,
    'region ' || i % 8 AS region, random() * 100 AS area FROM generate_series(0, 99) i`);
  await postgres.time(`CREATE TEMP TABLE sales AS SELECT i::bigint AS sale_id, i % 100 AS shop_id,
    timestamp '2014-05-13' + i * interval '30 days' AS sold_at, random() * 100 AS amount
    FROM generate_series(0, 99) i`);
  await postgres.time('ALTER TABLE shops ADD PRIMARY KEY (shop_id)');
  await postgres.time('ALTER TABLE sales ADD PRIMARY KEY (sale_id)');
  await postgres.time('ANALYZE shops');
  await postgres.time('ANALYZE sales');
  const planning = async () => {
    const times = [];
    for (let i = 0; i < PLANS; i++) times.push(await postgres.planning(query.sql));
    return median(times) * 1000;
  };
  const [mine, theirs] = await interleaved([async () => (await ours.ask('plan')).us, planning], ROUNDS);
  const ratio = Number((mine / theirs).toFixed(4));
  console.log(JSON.stringify({
    work: query.work, unit: 'us', ours: Number(mine.toFixed(3)),
    peer: `PostgreSQL ${postgres.version}, planning alone`, theirs, ratio, budget: '<= 0.1', met: ratio <= 0.1,
  }));
}

const { ours, queries } = await startOurs();
const chosen = queries.filter((query) => !wanted.length || wanted.includes(query.name));
const named = (name) => chosen.find((query) => query.name === name);
const plain = chosen.filter((query) => query.name !== 'contains' && query.name !== 'plan');
const times = {};

if (plain.length) {
  const duckdb = await startDuckdb();
  for (const query of plain) times[query.name] = await againstDuckdb(ours, duckdb, query);
  duckdb.db.closeSync();
  const sqlite = await startSqlite();
  if (!sqlite) console.error('skipped: SQLite, since its library is missing');
  else {
    for (const query of plain) await againstSqlite(sqlite, query, times[query.name]);
    sqlite.lite.end();
  }
}
if (named('contains') || named('plan')) {
  const postgres = await Postgres.start();
  if (!postgres) console.error('skipped: PostgreSQL, since no server answers psql');
  else {
    if (named('contains')) await againstPostgis(ours, postgres, named('contains'));
    if (named('plan')) await againstPlanner(ours, postgres, named('plan'));
    postgres.end();
  }
}
ours.end();
