// Widgets over random rows, filters and spatial filters beside the public JavaScript client, for
// ORACLE_SECONDS (60) with ORACLE_SEED (the time): node oracle.mjs ENGINE
// What is not asked, since the client's answer is an accident of its language or its service's matter
// (tests/corpora/widgets): blank texts in sums and scatters, the place of NaN among categories, rows sorted by a
// column of several types, dates in forms beyond ISO 8601, an othersThreshold of 0, the order of names that are
// numbers among texts of several digits, a count of a named column over no rows, the rounding of `others` where
// addends cancel.

process.env.TZ = 'UTC';
const { execFileSync } = await import('node:child_process');
const { open, METHODS } = await import('./client.mjs');

const engine = process.argv[2];
const seconds = Number(process.env.ORACLE_SECONDS || 60);
const seed = Number(process.env.ORACLE_SEED || Date.now() % 1e9);
const BATCH = 500;

let state = seed >>> 0;
function random() { // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const chance = (p) => random() < p;

const WORDS = ['Sevilla', 'Sévïllà', 'sevilla norte', 'a.b(c)', 'x^$', 'Zürich', 'zoo', '10', '9', '100', 'A', 'a',
  'ab', 'a b', 'a-b', '_x', 'Éa', 'É', 'e', 'ñandú', 'nandu', 'Straße', 'true', 'null', 'ø', 'Łódź', '東京'];
const DATES = ['2024-05-05', '2024-05', '2024', '2024-03-31T23:30:00-02:00', '2024-03-31T23:30:00Z',
  '2024-04-01T00:30:00', '2024-12-30', '1969-12-31T23:59:59.999Z', '1955-06-07', '2021-01-03', '2020-02-29'];
const OPERATIONS = ['count', 'sum', 'avg', 'min', 'max'];
const STEPS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second', 'quarter'];

const number = () => pick([below(20) - 8, Math.round(random() * 1e4) / 100, random() * 1e3 - 500, below(3), 1e17, -1e17]);
const GENERATORS = {
  num: () => (chance(.15) ? null : number()),
  small: () => below(5),
  mixed: () => pick([null, number(), String(below(12)), ` ${below(12)} `, true, false, below(6), '0x1f', '.5']),
  bad: () => pick([number(), number(), number(), 'n/a', null]),
  text: () => (chance(.1) ? null : pick(WORDS)),
  kind: () => pick([null, 1, '1', true, 'true', 2, 'b', 'B', 'é', 0, '']),
  date: () => pick([pick(DATES), below(4e9) * 500 - 5e11, null, pick(DATES)]),
  day: () => pick(DATES),
  flag: () => pick([true, false, null]),
};
const COLUMNS = Object.keys(GENERATORS);
const NUMBERS = ['num', 'small', 'mixed', 'flag'];
const ANY = [...NUMBERS, 'bad'];

function rows() {
  const n = chance(.05) ? 0 : 1 + below(chance(.1) ? 200 : 25);
  return Array.from({ length: n }, (_, i) => {
    const row = {};
    for (const name of COLUMNS) if (i === 0 || !chance(.07)) row[name] = GENERATORS[name]();
    if (chance(.7)) row.geom = { type: 'Point', coordinates: [below(40) / 4 - 5, below(40) / 4 - 5] };
    if (chance(.05)) row.geom = { type: 'LineString', coordinates: [[below(9) - 5, below(9) - 5], [5, 5.5]] };
    return row;
  });
}

const bound = () => (chance(.15) ? null : pick([number(), number(), String(below(12)), 0, 1]));
const FILTERS = {
  in: (column) => ({ values: Array.from({ length: below(6) }, () => GENERATORS[column]()).filter((v) => v !== null) }),
  between: () => ({ values: Array.from({ length: below(4) }, () => [bound(), bound()]) }),
  closed_open: () => ({ values: Array.from({ length: below(4) }, () => [bound(), bound()]) }),
  time: () => ({ values: [[below(4e9) * 500 - 5e11, chance(.2) ? null : 2e12]] }),
  stringSearch: () => {
    const params = {};
    for (const name of ['mustStart', 'mustEnd', 'caseSensitive', 'keepSpecialCharacters']) if (chance(.25)) params[name] = true;
    return { values: Array.from({ length: below(4) }, () => pick(['se', 'SEV', 'a', 'É', '.b(', '^$', '1', 'o', '', 'ñ'])), params };
  },
};

function filters() {
  const set = {};
  for (let i = chance(.4) ? 0 : 1 + below(3); i > 0; i--) {
    const column = pick(COLUMNS), type = pick(Object.keys(FILTERS));
    if (type === 'time' && !['date', 'day', 'num', 'flag', 'small'].includes(column)) continue;
    const filter = FILTERS[type](column);
    if (chance(.3)) filter.owner = pick(['w1', 'w2']);
    (set[column] ??= {})[type] = filter;
  }
  return set;
}

function polygon() {
  const x = below(8) - 5, y = below(8) - 5, w = 1 + below(6), h = 1 + below(6);
  const ring = chance(.5) ? [[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]] : [[x, y], [x + w, y], [x + w / 2, y + h], [x, y]];
  return { type: 'Polygon', coordinates: [ring] };
}

const measure = (columns = NUMBERS) => pick(columns);
const joined = (name, join, columns) => (chance(.15)
  ? { [name]: ['num', pick(['small', 'mixed'])], [join]: pick(OPERATIONS) } : { [name]: measure(columns) });

const PARAMS = {
  formula: () => ({ operation: pick(OPERATIONS), ...joined('column', 'joinOperation', ANY) }),
  categories: () => ({
    column: pick(['kind', 'text', 'small', 'flag', 'num']), operation: pick(OPERATIONS),
    ...(chance(.8) ? joined('operationColumn', 'joinOperation') : {}),
    ...(chance(.3) ? { othersThreshold: 1 + below(5) } : {}), ...(chance(.2) ? { rawResult: true } : {}),
    orderBy: pick(['frequency_desc', 'frequency_asc', 'alphabetical_asc', 'alphabetical_desc']),
  }),
  histogram: () => ({
    operation: pick(OPERATIONS), ...joined('column', 'joinOperation', ANY),
    ticks: Array.from({ length: below(6) }, () => below(40) - 10).sort((a, b) => a - b || (chance(.1) ? 1 : 0)),
  }),
  range: () => ({ column: measure(ANY) }),
  scatter: () => ({ ...joined('xAxisColumn', 'xAxisJoinOperation'), ...joined('yAxisColumn', 'yAxisJoinOperation') }),
  table: () => ({
    columns: ['num', 'text', pick(COLUMNS)], offset: below(8), limit: 1 + below(30),
    ...pick([{}, { sortBy: 'num', sortByColumnType: 'number' }, { sortBy: 'text' }, { sortBy: ['small', 'num'], sortByColumnType: 'number' }]),
    sortDirection: pick(['asc', 'desc']), ...(chance(.2) ? { searchFilterColumn: 'text', searchFilterText: pick(['A', 'se', '1']) } : {}),
  }),
  timeSeries: () => ({
    column: pick(['date', 'day']), stepSize: pick(STEPS), operation: pick(OPERATIONS), operationColumn: measure(ANY),
  }),
  aggregations: () => ({
    aggregations: OPERATIONS.map((operation, i) => ({ column: measure(ANY), operation, alias: `a${i}` })),
  }),
};

function makeCase() {
  const op = pick(Object.keys(PARAMS));
  const made = { op, rows: rows(), filters: filters(), params: PARAMS[op]() };
  if (op === 'formula' && made.params.operation === 'count') delete made.params.column;
  if (op === 'categories' && !made.params.operationColumn) made.params.operation = 'count';
  if (made.params.othersThreshold) {
    for (const row of made.rows) for (const name of NUMBERS) if (Math.abs(row[name]) === 1e17) row[name] /= 1e15;
  }
  if (chance(.3)) made.filtersLogicalOperator = 'or';
  if (chance(.3)) made.filterOwner = 'w1';
  if (chance(.3)) made.spatialFilter = polygon();
  return made;
}

const WORLD = { type: 'Polygon', coordinates: [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]] };

async function theirs(made) {
  const { source } = open(made.filtersLogicalOperator);
  const features = made.rows.map(({ geom, ...properties }) => ({
    type: 'Feature', geometry: geom ?? { type: 'Point', coordinates: [0, 0] }, properties,
  }));
  const spatialFilter = made.spatialFilter ?? WORLD;
  try {
    source.loadGeoJSON({ geojson: { type: 'FeatureCollection', features }, spatialFilter });
    const { filters: set, filterOwner, params } = made;
    const answer = await source[METHODS[made.op]]({ ...params, filters: set, filterOwner, spatialFilter });
    return { answer: made.op === 'scatter' ? answer.map((xy) => xy.map(Number)) : answer }; // booleans are 0 and 1
  } catch (error) {
    return { error: error.message, name: error.name };
  }
}

// Exactly alike, numbers to 1e-12 of their size; ours has {"$num"} for what JSON does not have.
function same(a, b) {
  if (a === undefined) return b === undefined;
  if (typeof a === 'number') {
    if (!Number.isFinite(a)) return b?.$num === String(a);
    return typeof b === 'number' && (a === b || Math.abs(a - b) <= 1e-12 * Math.abs(a));
  }
  if (a === null || typeof a !== 'object') return a === b;
  if (b === null || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same(a[key], b[key]));
}

function agree(their, our) {
  if ('error' in our !== 'error' in their) return false;
  if ('error' in our) return our.error === their.error || our.error === `${their.name}: ${their.error}`;
  return same(their.answer, our.answer);
}

console.warn = () => {};
let passed = 0, failed = 0;
const end = Date.now() + seconds * 1000;
while (Date.now() < end && failed < 20) {
  const batch = Array.from({ length: BATCH }, makeCase);
  const lines = execFileSync(engine, { input: batch.map((c) => JSON.stringify(c)).join('\n') + '\n', maxBuffer: 1 << 28 })
    .toString().trimEnd().split('\n').map((line) => JSON.parse(line));
  for (const [i, made] of batch.entries()) {
    const their = await theirs(made);
    for (const typed of [0, 1]) {
      const our = lines[2 * i + typed];
      if (agree(their, our)) {
        passed++;
        continue;
      }
      failed++;
      if (failed > 3) continue;
      console.log(`FAILED ${['mixed', 'typed'][typed]} columns, seed ${seed}: ${JSON.stringify(made)}`);
      console.log(`  client ${JSON.stringify(their)}\n  ours   ${JSON.stringify(our)}`);
    }
  }
}
console.log(`seed ${seed}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
