// Charts: the example specifications of Vega-Lite checked here and by Ajv with Vega-Lite's schema compiled, both over
// parsed specifications, taking turns (what is known of their data's fields is checked here only); the median round of each. Needs build/bench_chart, and build/charts-npm.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { examples } from '../charts/specs.mjs';

const TURNS = 5, ROUNDS = 41;

const require = createRequire(resolve('build/charts-npm/package.json'));
const Ajv = require('ajv').default;
const schema = JSON.parse(readFileSync('build/charts-npm/node_modules/vega-lite/build/vega-lite-schema.json', 'utf8'));
const { version } = require('ajv/package.json');
const start = performance.now();
const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
const compiling = performance.now() - start;
const specs = examples().map((e) => e.spec);

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

function round() {
  const from = performance.now();
  for (const spec of specs) if (!validate(spec)) throw new Error('the schema refuses an example');
  return performance.now() - from;
}

for (let i = 0; i < 2 * ROUNDS; i++) round(); // compiled by now
const ours = [], init = [], theirs = [];
for (let turn = 0; turn < TURNS; turn++) {
  const { ms, init_ms, specs: count } = JSON.parse(execFileSync('build/bench_chart', { encoding: 'utf8' }));
  if (count !== specs.length) throw new Error(`${count} examples here, ${specs.length} there`);
  ours.push(ms);
  init.push(init_ms);
  theirs.push(median(Array.from({ length: ROUNDS }, round)));
}

function report(work, mine, other, budget) {
  const ratio = Number((other / mine).toFixed(1));
  console.log(JSON.stringify({
    work, unit: 'ms', ours: Number(mine.toFixed(3)), peer: `Ajv ${version}`, theirs: Number(other.toFixed(2)), ratio,
    ...(budget ? { budget: `>= ${budget}`, met: ratio >= budget } : {}),
  }));
}

report(`check ${specs.length} chart specifications`, median(ours), median(theirs), 10);
report('read the rules of charts, once', median(init), compiling);
