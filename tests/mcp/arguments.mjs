// The listed input schemas against the server's own check, over random and damaged arguments:
// an official validator and the server must refuse the same ones.

import assert from 'node:assert/strict';
import { group } from './harness.mjs';
import { withPipe } from './pipe.mjs';
import { envelope, META, MODERN, modern } from './messages.mjs';

const CASES = 250;            // for each tool
const IN_FLIGHT = 50;
const SHOWN = 5;

/* Numbers from a seed, so that a failure can be repeated. */

class Random {
  constructor(seed) {
    this.state = seed >>> 0 || 1;
  }

  next() {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state / 2 ** 32;
  }

  below(n) {
    return Math.floor(this.next() * n);
  }

  chance(p) {
    return this.next() < p;
  }

  pick(list) {
    return list[this.below(list.length)];
  }
}

/* Values that mean something, so that valid arguments get past the check and do some work. */

const WORDS = {
  connection_name: ['demo'],
  fqn: ['demo', 'demo.world', 'demo.nothing'],
  scopeFqn: ['demo', 'demo.cells'],
  table_fqn: ['demo.world.populated_places', 'demo.climate.seattle_weather', 'demo.world.nothing'],
  column: ['pop_max', 'name', 'nothing'],
  query: ['places', 'SELECT 1'],
  sql: ['SELECT 1', 'SELECT name FROM rivers LIMIT 3', 'nothing'],
  search: ['map', ''],
  provider: ['postgres'],
  connection: ['demo'],
  map: ['mine', 'yours'],
  fillColor: ['#ff0000'],
  outlineColor: ['#00ff00'],
  min: ['2024-01-31'],
  max: ['2024-02-29'],
};
const ODD_TEXTS = ['', ' ', 'a\u0000b', '\u{1f30d}', '..', 'x'.repeat(300), 'true', '1'];
const ODD_NUMBERS = [0, -1, 1, 1.5, 2.0, 100, 101, 500, 501, 1e9, -1e300, 1e300, 2 ** 53];
const ODD_VALUES = [null, true, false, [], {}, [1], { a: 1 }, ...ODD_TEXTS, ...ODD_NUMBERS];

function bounded(random, schema) {
  const low = Math.ceil(schema.minimum ?? 1);
  const high = schema.maximum ?? low + 50;
  return random.chance(0.3) ? random.pick([low, high]) : low + random.below(high - low + 1);
}

function valueFor(random, name, schema) {
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return valueFor(random, name, random.pick(choice));
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type;
  if (type === 'boolean') return random.chance(0.5);
  if (type === 'integer' || type === 'number') return bounded(random, schema);
  if (type === 'null') return null;
  if (type === 'array') {
    const length = Math.max(1, schema.minItems ?? 0);
    return Array.from({ length }, () => valueFor(random, name, schema.items ?? { type: 'string' }));
  }
  if (type === 'object') return schema.properties ? sound(random, schema) : { p: 1 };
  return random.pick(WORDS[name] ?? ['word']);
}

function sound(random, schema) {
  const required = new Set(schema.required ?? []);
  const names = Object.keys(schema.properties ?? {})
    .filter((name) => required.has(name) || random.chance(0.4));
  return Object.fromEntries(
    names.map((name) => [name, valueFor(random, name, schema.properties[name])]));
}

const DAMAGE = [
  (random, args, names) => { delete args[random.pick(names)]; },
  (random, args, names) => { args[random.pick(names)] = random.pick(ODD_VALUES); },
  (random, args, names) => { args[random.pick(names)] = random.pick(ODD_NUMBERS); },
  (random, args, names) => { args[random.pick(names)] = random.pick(ODD_TEXTS); },
  (random, args, names) => { args[random.pick(names)] = null; },
  (random, args, names) => {
    const name = random.pick(names);
    if (typeof args[name] === 'string') args[name] = args[name].toUpperCase();
    else if (typeof args[name] === 'number') args[name] = String(args[name]);
    else args[name] = [args[name] ?? 'a'];
  },
  (random, args) => { args[random.pick(['unknown', 'Query', '', 'constructor'])] = 1; },
  (random, args, names) => {
    const name = random.pick(names);
    args[name.toUpperCase()] = args[name] ?? 'a';
  },
];

function makeArguments(random, schema) {
  const args = sound(random, schema);
  const names = Object.keys(schema.properties ?? {});
  for (let hits = random.below(3); hits > 0; hits--) {
    const damage = random.pick(names.length ? DAMAGE : DAMAGE.slice(-2, -1));
    damage(random, args, names);
  }
  return args;
}

/* Rules between parameters: a schema may leave them out, so the documents decide. */

function exactlyOneSource(args) {
  return ('table_fqn' in args) !== ('query' in args);
}

const STATS_ONLY = ['max_categories', 'categories_order_by', 'spatial_data_type'];

function withoutItsPartner(args) {
  if ('query_parameters' in args && !('query' in args)) return true;
  return !('column' in args) && STATS_ONLY.some((name) => name in args);
}

const BEYOND_SCHEMA = {
  describe: { mustRefuse: (args) => !exactlyOneSource(args), mayRefuse: withoutItsPartner },
};

const FRAME = /^\{"error":"/;     // of the tools whose documents have errors in an object

function verdictOf(name, reply) {
  if (reply.error) return { refused: true, text: `${reply.error.code} ${reply.error.message}` };
  const text = reply.result.content[0]?.text ?? '';
  const refused = reply.result.isError === true &&
    text.replace(FRAME, '').startsWith(`Invalid arguments for ${name}: `);
  return { refused, text };
}

function disagreement(tool, validate, args, reply) {
  const rules = BEYOND_SCHEMA[tool.name] ?? {};
  const { refused, text } = verdictOf(tool.name, reply);
  const expected = !validate(args) || rules.mustRefuse?.(args) === true;
  if (refused === expected) return null;
  if (!expected && rules.mayRefuse?.(args)) return null;
  const why = validate.errors?.map((e) => `${e.instancePath} ${e.message}`).join(', ');
  const sides = expected ? `the schema refuses (${why}), the server does not`
    : 'the schema accepts, the server does not';
  return `${sides}: ${JSON.stringify(args).slice(0, 200)} -> ${text.slice(0, 160)}`;
}

async function askAll(pipe, lines, ids) {
  const replies = [];
  for (let start = 0; start < lines.length; start += IN_FLIGHT) {
    await pipe.write(lines.slice(start, start + IN_FLIGHT).join(''));
    for (const id of ids.slice(start, start + IN_FLIGHT)) replies.push(await pipe.reply(id));
  }
  return replies;
}

async function compare(t, pipe, tool, validate, seed) {
  const random = new Random(seed);
  const cases = Array.from({ length: CASES }, () => makeArguments(random, tool.inputSchema));
  const ids = cases.map((_, i) => `${tool.name} ${i}`);
  const lines = cases.map((args, i) => `${JSON.stringify(modern(ids[i], 'tools/call',
    { name: tool.name, arguments: args }))}\n`);
  await t.test(`${tool.name}: ${CASES} argument objects`, async () => {
    const replies = await askAll(pipe, lines, ids);
    const found = replies.map((reply, i) => disagreement(tool, validate, cases[i], reply))
      .filter(Boolean);
    assert.equal(found.length, 0,
      `${found.length} of ${CASES} (seed ${seed})\n${found.slice(0, SHOWN).join('\n')}`);
    const refused = replies.filter((reply) => verdictOf(tool.name, reply).refused).length;
    assert.ok(refused > 0 && refused < CASES, `${refused} of ${CASES} refused: a dull sample`);
  }, 60_000);
}

/* Spellings of numbers that a JavaScript value cannot keep apart. */

const SPELLINGS = ['2.0', '2e0', '0.2e1', '20E-1', '2.5', '-0', '1e2', '1e400', '"2"', '02'];

async function spellings(t, pipe, tool, validate) {
  for (const spelling of SPELLINGS) {
    await t.test(`page as ${spelling}`, async () => {
      const meta = JSON.stringify(envelope());
      await pipe.write(`{"jsonrpc":"2.0","id":"s","method":"tools/call","params":{"name":` +
        `"list_maps","arguments":{"page":${spelling}},"_meta":${meta}}}\n`);
      const reply = await pipe.take((m) => m.id === 's' || m.error, 'a reply');
      let args;
      try {
        args = JSON.parse(`{"page":${spelling}}`);
      } catch {
        assert.ok(reply.error, 'not JSON, and accepted');
        return;
      }
      const expected = !validate(args);
      assert.equal(verdictOf(tool.name, reply).refused, expected, JSON.stringify(reply));
    });
  }
}

export async function argumentGroup({ server, shapes, seed }) {
  await group('arguments against schemas', (t) => withPipe(server, [], async (pipe) => {
    const { tools } = await pipe.result(modern('list', 'tools/list'));
    assert.ok(tools.length);
    for (const tool of tools) {
      const validate = shapes.compile(tool.inputSchema);
      await compare(t, pipe, tool, validate, seed);
      if (tool.name === 'list_maps') await spellings(t, pipe, tool, validate);
    }
    await t.test('the pipe ends cleanly', () => pipe.close());
  }));
}
