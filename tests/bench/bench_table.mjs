// Loading tables against DuckDB on one thread and Node's JSON.parse, each including reading the file.
// Needs build/bench_table and @duckdb/node-api in build/bench-npm. Prints one JSON object a line.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const ROUNDS = 7;
const CSV = 'build/bench-data/points.csv';
const GEOJSON = 'build/bench-data/points.geojson';

const { DuckDBInstance } = createRequire(resolve('build/bench-npm/package.json'))('@duckdb/node-api');

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

function ours(what) {
  return JSON.parse(execFileSync('build/bench_table', [what], { encoding: 'utf8' }));
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

// Every side takes its turn in each round, so that a slow spell of the machine hits all of them.
async function interleaved(sides) {
  const times = sides.map(() => []);
  for (const side of sides) await side();
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < sides.length; i++) times[i].push(await sides[i]());
  }
  return times.map(median);
}

function report(work, unit, mine, peer, theirs, least) {
  const ratio = Number((theirs / mine).toFixed(2));
  console.log(JSON.stringify({
    work, unit, ours: Number(mine.toFixed(1)), peer, theirs: Number(theirs.toFixed(1)), ratio,
    budget: `>= ${least}`, met: ratio >= least,
  }));
}

execFileSync('build/bench_table', ['make']);
const db = await (await DuckDBInstance.create(':memory:')).connect();
await db.run('SET threads=1');
const version = (await (await db.run('SELECT version()')).getRows())[0][0].replace(/^v/, '');
const duckdb = `DuckDB ${version}, one thread`;

const csv = await interleaved([
  async () => ours('csv').ours,
  () => timed(() => db.run(`CREATE OR REPLACE TABLE t AS SELECT * FROM read_csv('${CSV}')`)),
]);
report('load CSV, 1 M rows', 'ms', csv[0], duckdb, csv[1], 2);

const geojson = await interleaved([
  async () => ours('geojson').ours,
  () => timed(() => db.run(`CREATE OR REPLACE TABLE t AS SELECT unnest(features)
    FROM read_json('${GEOJSON}', maximum_object_size = 1000000000)`)),
  () => timed(async () => JSON.parse(readFileSync(GEOJSON, 'utf8'))),
]);
report('load GeoJSON, 200 k points', 'ms', geojson[0], `${duckdb}, read_json`, geojson[1], 3);
report('load GeoJSON, 200 k points', 'ms', geojson[0], `Node ${process.versions.node} JSON.parse`, geojson[2], 3);

const { bytes, raw } = ours('csv');
const ratio = Number((bytes / raw).toFixed(3));
console.log(JSON.stringify({
  work: 'memory of a table, 1 M rows', unit: 'MB', ours: bytes / 1e6, peer: 'values and dictionaries alone',
  theirs: raw / 1e6, ratio, budget: '<= 1.2', met: ratio <= 1.2,
}));
