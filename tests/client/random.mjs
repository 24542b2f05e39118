// Random rows, filters and widget requests, from a seed.

let state = 1;
export const seedWith = (seed) => { state = seed >>> 0; };

export function random() { // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
export const below = (n) => Math.floor(random() * n);
export const pick = (list) => list[below(list.length)];
export const chance = (p) => random() < p;

const WORDS = ['Sevilla', 'Sévïllà', 'sevilla norte', 'a.b(c)', 'x^$', 'Zürich', 'zoo', 'A', 'a', 'ab', 'a b', 'a-b',
  '_x', 'Éa', 'É', 'e', 'ñandú', 'nandu', 'Straße', 'true', 'null', 'ø', 'Łódź', '東京', 'R&D = 100%+', 'a"b\'c\\'];
const KINDS = ['Market', 'Drugstore', 'Gas', 'gas', 'Öl'];
const OPERATIONS = ['count', 'sum', 'avg', 'min', 'max'];
const STEPS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'];
const iso = (ms) => new Date(ms).toISOString();

export const GENERATORS = {
  num: () => (chance(.15) ? null : pick([below(20) - 8, Math.round(random() * 1e4) / 100, random() * 1e3 - 500])),
  small: () => below(5),
  text: () => (chance(.1) ? null : pick(WORDS)),
  kind: () => (chance(.1) ? null : pick(KINDS)),
  at: () => iso(1.6e12 + below(4e9) * 50),
  day: () => iso(1.5e12 + below(900) * 864e5).slice(0, 10),
  flag: () => pick([true, false, null]),
};
export const COLUMNS = Object.keys(GENERATORS);
const NUMBERS = ['num', 'small'];

// The first row has a value in every column, so that each is of its type; times have milliseconds.
export function rows(n) {
  return Array.from({ length: n }, (_, i) => {
    const row = {};
    for (const name of COLUMNS) {
      do row[name] = GENERATORS[name](); while (i === 0 && row[name] === null);
    }
    if (i === 0) row.num = .5;
    row.geom = chance(.1) && i > 0 ? null : { type: 'Point', coordinates: [below(40) / 4 - 5, below(40) / 4 - 5] };
    return row;
  });
}

const bound = () => (chance(.15) ? null : pick([below(20) - 8, random() * 400 - 200, 0, 1]));
const FILTERS = {
  in: (column) => ({ values: Array.from({ length: below(6) }, () => GENERATORS[column]()).filter((v) => v !== null) }),
  between: () => ({ values: Array.from({ length: below(4) }, () => [bound(), bound()]) }),
  closed_open: () => ({ values: Array.from({ length: below(4) }, () => [bound(), bound()]) }),
  time: () => ({ values: [[1.5e12 + below(4e9) * 25, chance(.2) ? null : 1.7e12 + below(4e9) * 25]] }),
  stringSearch: () => {
    const params = {};
    for (const name of ['mustStart', 'mustEnd', 'caseSensitive', 'keepSpecialCharacters']) if (chance(.25)) params[name] = true;
    return { values: Array.from({ length: below(4) }, () => pick(['se', 'SEV', 'a', 'É', '.b(', '^$', '1', 'o', '', 'ñ', '%+'])), params };
  },
};
const FILTERED = {
  in: ['small', 'text', 'kind', 'flag', 'day'], between: NUMBERS, closed_open: NUMBERS, time: ['at', 'day'],
  stringSearch: ['text', 'kind'],
};

export function filters() {
  const set = {};
  for (let i = chance(.4) ? 0 : 1 + below(3); i > 0; i--) {
    const type = pick(Object.keys(FILTERS)), column = pick(FILTERED[type]);
    const filter = FILTERS[type](column);
    if (chance(.3)) filter.owner = pick(['w1', 'w2']);
    (set[column] ??= {})[type] = filter;
  }
  return set;
}

export function polygon() {
  const x = below(8) - 5, y = below(8) - 5, w = 1 + below(6), h = 1 + below(6);
  const ring = chance(.5) ? [[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]] : [[x, y], [x + w, y], [x + w / 2, y + h], [x, y]];
  return { type: 'Polygon', coordinates: [ring] };
}

const axis = (name, join) => (chance(.15) ? { [name]: NUMBERS, [join]: pick(OPERATIONS) } : { [name]: pick(NUMBERS) });

export const REQUESTS = {
  getFormula: () => (chance(.3) ? { operation: 'count' } : { operation: pick(OPERATIONS.slice(1)), column: pick(NUMBERS) }),
  getCategories: () => ({
    column: pick(['kind', 'text', 'small', 'flag']), operation: pick(OPERATIONS), operationColumn: pick(NUMBERS),
    ...(chance(.3) ? { othersThreshold: 1 + below(5) } : {}), ...(chance(.2) ? { rawResult: true } : {}),
    ...(chance(.8) ? { orderBy: pick(['frequency_desc', 'frequency_asc', 'alphabetical_asc', 'alphabetical_desc']) } : {}),
  }),
  getHistogram: () => ({
    operation: pick(OPERATIONS), column: pick(NUMBERS),
    ticks: Array.from({ length: 1 + below(6) }, () => below(40) - 10).sort((a, b) => a - b),
  }),
  getRange: () => ({ column: pick(NUMBERS) }),
  getScatter: () => ({ ...axis('xAxisColumn', 'xAxisJoinOperation'), ...axis('yAxisColumn', 'yAxisJoinOperation') }),
  getTable: () => ({
    columns: [...new Set(['num', 'text', pick(COLUMNS)])], offset: below(8), limit: 1 + below(30),
    ...pick([{}, { sortBy: 'num' }, { sortBy: 'text' }, { sortBy: 'small' }, { sortBy: 'day' }]), sortDirection: pick(['asc', 'desc']),
  }),
  getTimeSeries: () => ({
    column: pick(['at', 'day']), stepSize: pick(STEPS), operation: pick(OPERATIONS),
    ...(chance(.1) ? { operationColumn: NUMBERS, joinOperation: pick(OPERATIONS) } : { operationColumn: pick(NUMBERS) }),
  }),
  getAggregations: () => ({
    aggregations: OPERATIONS.map((operation, i) => ({ column: pick(NUMBERS), operation, alias: `a${i}` })),
  }),
};
