// The chart checker beside Vega-Lite's own schema in Ajv, over CHART_MUTATIONS (6000) mutations of the examples and as
// many specifications made from the schema, with CHART_SEED (the time): node oracle.mjs ENGINE
// Fails when anything is refused that the schema accepts, or when less than 95% of what it refuses is found. Fields
// that the data does not have are no matter of the schema: they are counted apart, and misspelt ones have to be found.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { MUTATIONS, allPlaces, examples, generator, mutated, randomOf } from './specs.mjs';

const engine = resolve(process.argv[2]);
const count = Number(process.env.CHART_MUTATIONS || 6000);
const seed = Number(process.env.CHART_SEED || Date.now() % 1e9);
const shown = Number(process.env.CHART_SHOW || 5);
const LEAST = 0.95;

const require = createRequire(resolve('build/charts-npm/package.json'));
const Ajv = require('ajv').default;
const schema = JSON.parse(readFileSync('build/charts-npm/node_modules/vega-lite/build/vega-lite-schema.json', 'utf8'));
const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);

const r = randomOf(seed);
const corpus = examples();
const others = allPlaces(corpus);

function verdicts(specs) {
  const result = spawnSync(engine, [], { input: specs.map((s) => JSON.stringify(s) + '\n').join(''), encoding: 'utf8',
    maxBuffer: 1 << 28 });
  if (result.status !== 0) throw new Error(`${engine}: ${result.status ?? result.signal}\n${result.stderr}`);
  const lines = result.stdout.split('\n').slice(0, -1);
  if (lines.length !== specs.length) throw new Error(`${engine}: ${lines.length} answers to ${specs.length}`);
  return lines;
}

/* Compares the two over cases {kind, spec}; returns [accepted, refused, found, wrongly refused]. */
function compare(title, cases) {
  const answers = verdicts(cases.map((c) => c.spec));
  const kinds = {}, sum = [0, 0, 0, 0], missed = {};
  cases.forEach((c, i) => {
    const k = (kinds[c.kind] ??= [0, 0, 0, 0]), good = validate(c.spec), told = answers[i].startsWith('fields: ') ? '' : answers[i];
    for (const at of good ? (told ? [0, 3] : [0]) : told ? [1, 2] : [1]) k[at]++, sum[at]++;
    if (good && told && sum[3] <= shown)
      console.log(`REFUSED, though the schema accepts it (${c.kind}): ${told}\n  ${JSON.stringify(c.spec).slice(0, 1500)}`);
    if (!good && !told && (missed[c.kind] = (missed[c.kind] ?? 0) + 1) <= (process.env.CHART_SHOW ? shown : 0))
      console.log(`MISSED (${c.kind}): ${validate.errors.at(-2)?.instancePath} ${validate.errors.slice(0, 1).map((e) =>
        e.instancePath + ' ' + e.message)} ${c.was ?? ''}\n  ${JSON.stringify(c.spec).slice(0, 900)}`);
  });
  const share = (k) => (k[1] ? ((100 * k[2]) / k[1]).toFixed(1) + '%' : '-');
  console.log(`${title}: ${sum[0]} accepted by the schema, ${sum[3]} of them refused; ${sum[1]} refused by it, ` +
    `${sum[2]} of them found (${share(sum)})`);
  if (Object.keys(kinds).length > 1)
    for (const [kind, k] of Object.entries(kinds)) console.log(`  ${kind.padEnd(14)} ${k[1]} refused, ${share(k)} found`);
  return sum;
}

const kinds = Object.keys(MUTATIONS);
function mutations(sources, n) {
  const cases = [];
  while (cases.length < n) {
    const kind = kinds[cases.length % kinds.length], source = r.pick(sources);
    const spec = mutated(source.spec, kind, r, others);
    if (spec && JSON.stringify(spec).length < 1 << 20) cases.push({ kind, spec, was: source.name });
  }
  return cases;
}

/* The examples that bring their rows, the name of one field in an encoding misspelt. */
function fields() {
  const cases = [];
  for (const { name, spec } of corpus) {
    if (!Array.isArray(spec.data?.values) || !spec.encoding || spec.transform) continue;
    if (spec.layer?.some((view) => view.data || view.transform)) continue; // whose fields they are is not known
    for (const [channel, def] of Object.entries(spec.encoding)) {
      if (typeof def?.field !== 'string' || /[.[]/.test(def.field)) continue;
      const copy = structuredClone(spec);
      copy.encoding[channel].field = def.field + 'x';
      cases.push({ name, spec: copy });
    }
  }
  const found = verdicts(cases.map((c) => c.spec)).filter((line) => line.startsWith('fields: ')).length;
  console.log(`misspelt fields: ${cases.length}, ${found} of them found`);
  return cases.length - found;
}

console.log(`charts with CHART_SEED=${seed}`);
const generate = generator(schema, r);
const made = Array.from({ length: count }, () => ({ kind: 'made', spec: generate() }));
const plain = compare('examples', corpus.map((e) => ({ kind: 'example', spec: e.spec })));
const changed = compare('mutated examples', mutations(corpus, count));
const random = compare('made from the schema', made);
const odd = compare('these mutated', mutations(made.filter((c) => validate(c.spec)), count));
const wrong = plain[3] + changed[3] + random[3] + odd[3];
const found = changed[2] / changed[1];
const whole = verdicts(corpus.map((e) => e.spec)).filter((line) => line).length;
const failed = (wrong > 0) + !(found >= LEAST) + (plain[1] > 0) + (whole > 0) + (fields() > 0);
console.log(`${2 * count + corpus.length + made.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
