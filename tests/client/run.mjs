// CARTO's own client against `carto-mcp api`, beside the same client's computation over the same rows in memory:
// node run.mjs PROGRAM; CLIENT_CASES (400) random widget requests from CLIENT_SEED (the time).

process.env.TZ = 'UTC';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { start } from './server.mjs';
import { COLUMNS, REQUESTS, below, chance, filters, pick, polygon, rows, seedWith } from './random.mjs';

const MODULES = resolve('build/client-npm/node_modules');
const load = (name) => import(pathToFileURL(join(MODULES, name)));
const client = await load('@carto/api-client/build/api-client.js');
const deck = await load('@deck.gl/carto/dist/index.js');
const h3 = await load('h3-js/dist/h3-js.js').then((m) => m.default ?? m);

const seed = Number(process.env.CLIENT_SEED || Date.now() % 1e9);
const CASES = Number(process.env.CLIENT_CASES || 400);
const TOKEN = 'secret', CONNECTION = 'mine';
seedWith(seed);
console.warn = () => {};

let passed = 0, failed = 0, refused = 0;
function check(what, good, ...shown) {
  if (good) passed++;
  else if (++failed <= 20) console.log(`FAILED ${what}`, ...shown.map((v) => JSON.stringify(v)));
}
async function fails(what, promise, ...parts) {
  try {
    const answer = await promise;
    check(what, false, answer);
  } catch (error) {
    check(what, parts.every((part) => error.message.includes(part)), error.message);
  }
}

// ---- data: tables of random rows, cells, a saved map

const directory = mkdtempSync(join(tmpdir(), 'carto-client-'));
const schema = join(directory, 'data', 'test', 'random');
mkdirSync(schema, { recursive: true });
mkdirSync(join(directory, 'maps'));
const ndjson = (list) => list.map((row) => JSON.stringify(row) + '\n').join('');
const TABLES = Array.from({ length: 8 }, (_, i) => ({ name: `rows_${i}`, rows: rows(pick([1, 3, 25, 60, 200])) }));
for (const table of TABLES) writeFileSync(join(schema, `${table.name}.ndjson`), ndjson(table.rows));
const HEXAGONS = h3.gridDisk(h3.latLngToCell(40, -3, 4), 6).map((cell, i) => ({ h3: cell, visits: i % 7, at: `2024-0${1 + i % 9}-05T00:00:00.000Z` }));
writeFileSync(join(schema, 'hexagons.ndjson'), ndjson(HEXAGONS));
const tile = (x, y, z) => { // a quadbin
  let morton = 0n;
  for (let i = 0n; i < BigInt(z); i++) morton |= ((BigInt(x) >> i) & 1n) << (2n * i) | ((BigInt(y) >> i) & 1n) << (2n * i + 1n);
  return 0x4000000000000000n | 1n << 59n | BigInt(z) << 52n | morton << BigInt(52 - 2 * z) | (1n << BigInt(52 - 2 * z)) - 1n;
};
const QUADS = Array.from({ length: 64 }, (_, i) => ({ x: 120 + (i & 7), y: 94 + (i >> 3), z: 8, visits: i % 5, at: `2024-0${1 + i % 9}-05T00:00:00.000Z` }));
writeFileSync(join(schema, 'quads.csv'), 'quadbin,visits,at\n' + QUADS.map((q) => `${tile(q.x, q.y, q.z)},${q.visits},${q.at}\n`).join(''));

const layer = (id, dataId, visualChannels, type = 'tileset') => ({
  id, type, config: { dataId, label: id, color: [1, 2, 3], isVisible: true, columns: {}, textLabel: [], visConfig: {
    opacity: .8, filled: true, stroked: false, radius: 5, thickness: 1, colorRange: { colors: ['#ff0000', '#00ff00', '#0000ff', '#ffff00'] },
    sizeRange: [0, 10], radiusRange: [1, 20], heightRange: [0, 500] } }, visualChannels,
});
const MAP = {
  id: 'aaaaaaaa-1111-4111-8111-000000000001', title: 'Random', datasets: [
    { id: 'd-table', type: 'table', source: 'test.random.rows_0', connectionName: CONNECTION, providerId: 'postgres', geoColumn: 'geom', format: 'tilejson', columns: null },
    { id: 'd-query', type: 'query', source: 'SELECT * FROM test.random.rows_1 WHERE small >= $1', queryParameters: [0], connectionName: CONNECTION, providerId: 'postgres', geoColumn: 'geom', format: 'tilejson' },
    { id: 'd-h3', type: 'table', source: 'test.random.hexagons', connectionName: CONNECTION, providerId: 'postgres', geoColumn: 'h3:h3', aggregationExp: 'sum(visits) as visits_sum', aggregationResLevel: 4, format: 'tilejson' },
    { id: 'd-quadbin', type: 'query', source: 'SELECT * FROM test.random.quads', connectionName: CONNECTION, providerId: 'postgres', geoColumn: 'quadbin:quadbin', aggregationExp: 'sum(visits) as visits_sum', aggregationResLevel: 6, format: 'tilejson' },
    { id: 'd-binned', type: 'table', source: 'test.random.rows_2', connectionName: CONNECTION, providerId: 'postgres', geoColumn: 'h3:geom', aggregationExp: 'count(*) as n', format: 'tilejson' },
  ],
  keplerMapConfig: { version: 'v1', config: {
    mapState: { latitude: 0, longitude: 0, zoom: 3, pitch: 0, bearing: 0 }, mapStyle: { styleType: 'positron' },
    filters: { 'd-table': { small: { in: { values: [1, 2] } } } },
    visState: { layerBlending: 'normal', interactionConfig: { tooltip: { enabled: true } }, layers: [
      layer('l-quantile', 'd-table', { colorField: { name: 'num', type: 'real' }, colorScale: 'quantile' }),
      layer('l-ordinal', 'd-table', { colorField: { name: 'kind', type: 'string' }, colorScale: 'ordinal' }),
      layer('l-query', 'd-query', { colorField: { name: 'small', type: 'integer' }, colorScale: 'quantize' }),
      layer('l-h3', 'd-h3', { colorField: { name: 'visits', type: 'integer' }, colorScale: 'quantize' }, 'h3'),
      layer('l-quadbin', 'd-quadbin', { colorField: { name: 'visits', type: 'integer' }, colorScale: 'quantize' }, 'quadbin'),
      layer('l-binned', 'd-binned', {}, 'h3'),
    ] } } },
};
writeFileSync(join(directory, 'maps', 'random.json'), JSON.stringify(MAP));
const OTHERS = { tileset: 'is no tileset', raster: 'is no raster' }; // a map each of what is not made
for (const type of Object.keys(OTHERS)) {
  const dataset = { id: 'd', type, source: 'test.random.hexagons', connectionName: CONNECTION, providerId: 'postgres', geoColumn: 'geom', format: 'tilejson' };
  writeFileSync(join(directory, 'maps', `${type}.json`), JSON.stringify({ ...MAP, id: `aaaaaaaa-1111-4111-8111-00000000${type.length}`, title: type, datasets: [dataset] }));
}

const server = await start(process.argv[2], { data: join(directory, 'data'), maps: join(directory, 'maps'), name: CONNECTION, token: TOKEN });
const options = { accessToken: TOKEN, apiBaseUrl: server.url, connectionName: CONNECTION };

// ---- all of the package: what ends without a call of one of its sources or of its widgets is a failure

const called = new Set();
function watched(library, name) {
  const seen = { ...library };
  for (const key of Object.keys(library)) {
    if (typeof library[key] === 'function' && /^[a-z].*Source$|^(query|fetchMap)$/.test(key))
      seen[key] = (...args) => { called.add(`${name} ${key}`); return library[key](...args); };
  }
  return seen;
}
const WIDGETS = Object.getOwnPropertyNames(Object.getPrototypeOf(client.WidgetTableSource.prototype)).filter((name) => /^get[A-Z]/.test(name) && name !== 'getModelSource');
for (const Source of [client.WidgetTableSource, client.WidgetQuerySource]) {
  const base = Object.getPrototypeOf(client.WidgetTableSource.prototype), kind = Source === client.WidgetTableSource ? 'table' : 'query';
  for (const name of WIDGETS)
    Source.prototype[name] = function (...args) { called.add(`${this.props.spatialDataType} ${kind} ${name}`); return base[name].apply(this, args); };
}
const watchedClient = watched(client, 'api-client'), watchedDeck = watched(deck, 'deck.gl');
function everything() {
  for (const [library, name] of [[client, 'api-client'], [deck, 'deck.gl']]) {
    const keys = Object.keys(library).filter((key) => typeof library[key] === 'function' && /^[a-z].*Source$|^(query|fetchMap)$/.test(key) && key !== 'configureSource');
    check(`${name} has its sources`, keys.length >= (library === client ? 16 : 14), keys);
    for (const key of keys) check(`${name} ${key} was called`, called.has(`${name} ${key}`));
  }
  check('the widgets', WIDGETS.length === 10, WIDGETS);
  for (const name of WIDGETS)
    for (const kind of [...(CASES < 300 ? [] : ['geo table', 'geo query']), 'h3 table', 'h3 query', 'quadbin table', 'quadbin query']) check(`${kind} ${name} was called`, called.has(`${kind} ${name}`));
}

// ---- answers, made comparable

const WORLD = { type: 'Polygon', coordinates: [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]] };

// Numbers alike to 1e-12 of their size; what JSON does not have is null.
function same(a, b) {
  if (a === undefined || a === null || (typeof a === 'number' && !Number.isFinite(a))) return b === undefined || b === null;
  if (typeof a === 'number') return typeof b === 'number' && (a === b || Math.abs(a - b) <= 1e-12 * Math.abs(a));
  if (typeof a !== 'object') return a === b;
  if (b === null || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => same(a[key], b[key]));
}

// What the service leaves out, or says otherwise, of what the client computes.
function asService(method, request, answer) {
  switch (method) {
    case 'getCategories': {
      const n = request.othersThreshold, raw = request.rawResult, list = raw ? answer.rows ?? answer : answer;
      if (!n) return raw ? { rows: list, metadata: {} } : list;
      const named = list.filter((row) => row.name !== '_carto_others').slice(0, n);
      if (raw) return { rows: named, metadata: { others: answer.metadata?.others } };
      return [...named, list.at(-1)?.name === '_carto_others' ? list.at(-1) : { name: '_carto_others' }];
    }
    case 'getRange': return answer ?? {};
    case 'getTimeSeries': return { rows: answer.rows, categories: [] };
    default: return answer;
  }
}
function asLocal(method, answer) {
  switch (method) {
    case 'getTimeSeries': return { ...answer, rows: answer.rows.map((row) => ({ ...row, name: Date.parse(row.name) })) };
    default: return answer;
  }
}
const isEmptyHistogram = (mine, service) => service.length === 0 && mine.every((value) => value === 0 || !Number.isFinite(value));

function local(table, filtersLogicalOperator, spatialFilter) {
  const source = new client.WidgetTilesetSource({
    accessToken: '', apiBaseUrl: 'https://localhost', clientId: 'test', connectionName: 'c', tableName: 't', tileFormat: 'mvt',
    spatialDataType: 'geo', spatialDataColumn: 'geom', widgetWorker: false, filtersLogicalOperator,
  });
  const features = table.map(({ geom, ...properties }) => ({
    type: 'Feature', geometry: geom ?? { type: 'Point', coordinates: [0, 0] }, properties,
  }));
  source.loadGeoJSON({ geojson: { type: 'FeatureCollection', features }, spatialFilter: spatialFilter ?? WORLD });
  return source;
}

async function settle(promise) {
  try { return { answer: await promise }; } catch (error) { return { error: error.message }; }
}

// ---- widgets

async function randomWidget(i) {
  const table = pick(TABLES), method = pick(Object.keys(REQUESTS)), request = REQUESTS[method]();
  const least = below(3), query = chance(.4), filtersLogicalOperator = chance(.3) ? 'or' : 'and';
  const spatialFilter = chance(.4) ? polygon() : undefined;
  const rest = { filters: filters(), ...(chance(.3) ? { filterOwner: 'w1' } : {}) };
  // A query filters as JavaScript does, and so long that the client has to POST it now and then.
  const sqlQuery = `SELECT ${COLUMNS.join(', ')}, geom FROM test.random.${table.name} WHERE small >= $1${chance(.2) ? ' AND small >= $1'.repeat(200) : ''}`;
  const named = chance(.5);
  const props = { ...options, filtersLogicalOperator, spatialDataType: 'geo', spatialDataColumn: 'geom', clientId: 'test' };
  const source = query
    ? new client.WidgetQuerySource({ ...props, sqlQuery: named ? sqlQuery.replaceAll('$1', '@least') : sqlQuery, queryParameters: named ? { least } : [least] })
    : new client.WidgetTableSource({ ...props, tableName: `test.random.${table.name}` });
  // Rows without geometry meet no area; the client's own have one each.
  const kept = table.rows.filter((row) => (!query || row.small >= least) && (!spatialFilter || row.geom));
  const theirs = await settle(source[method]({ ...request, ...rest, spatialFilter }));
  const mine = await settle(local(kept, filtersLogicalOperator, spatialFilter)[method]({ ...request, ...rest, spatialFilter: spatialFilter ?? WORLD }));
  if ('error' in mine) refused++;
  const wanted = 'answer' in mine ? asService(method, request, mine.answer) : mine;
  const got = 'answer' in theirs ? asLocal(method, theirs.answer) : theirs;
  const good = method === 'getHistogram' && Array.isArray(got) && isEmptyHistogram(wanted, got) ? true : same(wanted, got);
  check(`widget ${i} ${method}`, good, { table: table.name, count: kept.length, query, least, request, rest, filtersLogicalOperator, spatialFilter }, wanted, got);
}

// Rectangles and cells are convex: they share a point unless some axis tells them apart.
function meet(a, b) {
  for (const shape of [a, b]) {
    for (let i = 0; i < shape.length; i++) {
      const [x, y] = shape[i], [u, v] = shape[(i + 1) % shape.length], across = ([p, q]) => (p - x) * (v - y) - (q - y) * (u - x);
      const from = a.map(across), to = b.map(across);
      if (Math.max(...from) < Math.min(...to) || Math.max(...to) < Math.min(...from)) return false;
    }
  }
  return true;
}
const inside = ([x, y], [w, s, e, n]) => x >= w && x <= e && y >= s && y <= n;

async function cellWidgets() {
  const source = (tableName, spatialDataType) => new client.WidgetTableSource({ ...options, tableName, spatialDataType, spatialDataColumn: spatialDataType, clientId: 'test' });
  const lat = (y, z) => Math.atan(Math.sinh(Math.PI * (1 - 2 * y / 2 ** z))) * 180 / Math.PI, lng = (x, z) => x / 2 ** z * 360 - 180;
  const cells = {
    h3: HEXAGONS.map((row) => ({ ...row, ring: h3.cellToBoundary(row.h3, true).slice(0, -1), center: h3.cellToLatLng(row.h3).reverse() })),
    quadbin: QUADS.map((q) => {
      const [w, s, e, n] = [lng(q.x, q.z), lat(q.y + 1, q.z), lng(q.x + 1, q.z), lat(q.y, q.z)];
      return { ...q, ring: [[w, s], [e, s], [e, n], [w, n]], center: [lng(q.x + .5, q.z), lat(q.y + .5, q.z)] };
    }),
  };
  for (const [type, list] of Object.entries(cells)) {
    for (let i = 0; i < 12; i++) {
      const [w, s] = [-12 + below(1000) / 100, 36 + below(600) / 100], [e, n] = [w + .3 + below(800) / 100, s + .3 + below(500) / 100];
      const ring = [[w, s], [e, s], [e, n], [w, n]], spatialFilter = { type: 'Polygon', coordinates: [[...ring, ring[0]]] };
      const tests = {
        intersects: (c) => meet(c.ring, ring),
        center: (c) => inside(c.center, [w, s, e, n]),
        contains: (c) => c.ring.every((p) => inside(p, [w, s, e, n])),
      };
      for (const [spatialFiltersMode, test] of Object.entries(tests)) {
        const { value } = await source(`test.random.${type === 'h3' ? 'hexagons' : 'quads'}`, type).getFormula({ column: 'visits', operation: 'sum', spatialFilter, spatialFiltersMode });
        const kept = list.filter(test), sum = kept.reduce((total, c) => total + c.visits, 0);
        check(`${type} ${spatialFiltersMode}`, kept.length === 0 ? !value : value === sum, value, sum, spatialFilter);
      }
    }
  }
}

// All widgets over cells, beside those over the same rows in memory.
async function cellRequests() {
  const filterSets = [{}, { visits: { between: { values: [[2, 4]] } } }, { visits: { in: { values: [1, 3] } } }, { visits: { closed_open: { values: [[0, 2], [5, null]] } } }];
  const requests = {
    getFormula: [{ operation: 'count' }, { operation: 'avg', column: 'visits' }],
    getCategories: [{ column: 'visits', operation: 'count', orderBy: 'alphabetical_asc' }, { column: 'visits', operation: 'sum', operationColumn: 'visits' }],
    getHistogram: [{ column: 'visits', operation: 'count', ticks: [1, 3, 5] }],
    getRange: [{ column: 'visits' }],
    getScatter: [{ xAxisColumn: 'visits', yAxisColumn: 'visits' }],
    getTable: [{ columns: ['visits'], sortBy: 'visits', sortDirection: 'desc', limit: 7, offset: 2 }],
    getTimeSeries: [{ column: 'at', stepSize: 'month', operation: 'sum', operationColumn: 'visits' }],
    getAggregations: [{ aggregations: [{ column: 'visits', operation: 'max', alias: 'most' }, { column: 'visits', operation: 'sum', alias: 'all' }] }],
  };
  const data = {
    h3: ['hexagons', HEXAGONS, HEXAGONS.map((c) => h3.cellToLatLng(c.h3)), (row) => row.h3],
    quadbin: ['quads', QUADS, null, (q) => String(tile(q.x, q.y, q.z))],
  };
  for (const [type, [name, list, , idOf]] of Object.entries(data)) {
    const shared = { ...options, spatialDataType: type, spatialDataColumn: type, clientId: 'test' };
    const sources = [new client.WidgetTableSource({ ...shared, tableName: `test.random.${name}` }),
      new client.WidgetQuerySource({ ...shared, sqlQuery: `SELECT * FROM test.random.${name} WHERE visits >= $1`, queryParameters: [0] })];
    for (const source of sources) {
      for (const [method, variants] of Object.entries(requests)) {
        for (const request of variants) {
          for (const filters of filterSets) {
            const mine = local(list.map(({ visits, at }) => ({ visits, at })), 'and');
            const want = asService(method, request, await mine[method]({ ...request, filters, spatialFilter: WORLD }));
            const got = asLocal(method, await source[method]({ ...request, filters }));
            check(`${type} ${method}`, same(want, got), request, filters, want, got);
          }
        }
      }
      const featureIds = list.slice(0, 3).map(idOf);
      const features = await source.getFeatures({ featureIds, columns: ['visits'], dataType: 'polygons' });
      check(`${type} getFeatures`, same(features, { rows: list.slice(0, 3).map(({ visits }) => ({ visits })), metadata: { total: 3 } }), features);
      const rings = type === 'h3' ? list.flatMap((row) => h3.cellToBoundary(row.h3, true)) : null;
      const { bbox } = await source.getExtent();
      if (type === 'h3') {
        const ends = [0, 1].map((k) => Math.min(...rings.map((p) => p[k]))).concat([0, 1].map((k) => Math.max(...rings.map((p) => p[k]))));
        check('h3 getExtent', bbox.every((v, i) => Math.abs(v - ends[i]) < 1), bbox, ends);
      } else check('quadbin getExtent', Math.abs(bbox[0] - (120 / 256 * 360 - 180)) < 1e-9 && Math.abs(bbox[2] - (128 / 256 * 360 - 180)) < 1e-9, bbox);
    }
  }
}

// What the client has no computation of: series by category, longer steps, beside a few lines.
async function splitSeries() {
  const table = TABLES[6], source = new client.WidgetTableSource({ ...options, tableName: `test.random.${table.name}`, spatialDataType: 'geo', spatialDataColumn: 'geom' });
  const month = (day, step) => { const d = new Date(day); return Date.UTC(d.getUTCFullYear(), Math.floor(d.getUTCMonth() / step) * step); };
  const group = (rows, keyOf) => rows.reduce((map, row) => map.set(keyOf(row), (map.get(keyOf(row)) ?? 0) + row.small), new Map());
  const quarters = await source.getTimeSeries({ column: 'day', stepSize: 'month', stepMultiplier: 3, operation: 'sum', operationColumn: 'small' });
  const want = [...group(table.rows, (row) => month(row.day, 3))].sort(([a], [b]) => a - b).map(([name, value]) => ({ name, value }));
  check('stepMultiplier', same(want, quarters.rows.map(({ name, value }) => ({ name: Date.parse(name), value }))), want, quarters);
  const values = [...new Set(table.rows.map((row) => row.kind).filter((kind) => kind !== null))].slice(0, 2);
  const split = await source.getTimeSeries({ column: 'day', stepSize: 'month', operation: 'sum', operationColumn: 'small', splitByCategory: 'kind', splitByCategoryValues: values });
  check('splitByCategoryValues', same([...split.categories].sort(), [...values].sort()), split.categories, values);
  const got = new Map(split.rows.map(({ name, category, value }) => [`${Date.parse(name)} ${category}`, value]));
  const expected = group(table.rows.filter((row) => values.includes(row.kind)), (row) => `${month(row.day, 1)} ${row.kind}`);
  check('splitByCategory', [...expected].every(([key, value]) => (got.get(key) ?? 0) === value) && [...got].every(([key, value]) => (expected.get(key) ?? 0) === value), [...expected], [...got]);
  const one = await source.getTimeSeries({ column: 'day', stepSize: 'year', operation: 'count', splitByCategory: 'kind', splitByCategoryLimit: 1 });
  check('splitByCategoryLimit', one.categories.length === 1, one.categories);
  const days = table.rows.map((row) => row.day).sort();
  check('range of days', same(await source.getRange({ column: 'day' }), { min: days[0], max: days.at(-1) }));
}

// ---- sources, queries, statistics, saved maps

async function sources(library, name) {
  const table = TABLES[3], geo = { ...options, tableName: `test.random.${table.name}` };
  const vector = await library.vectorTableSource({ ...geo, columns: ['num', 'kind'], tileResolution: 1 });
  const at = table.rows.filter((row) => row.geom).map((row) => row.geom.coordinates);
  const ends = [[0, Math.min], [1, Math.min], [0, Math.max], [1, Math.max]].map(([k, f]) => f(...at.map((p) => p[k])));
  check(`${name} vectorTableSource`, vector.tilejson === '2.2.0' && vector.tiles[0].startsWith(server.url) && same(vector.bounds, ends)
    && vector.tilestats.layers[0].count === table.rows.length && vector.tilestats.layers[0].geometry === 'Point'
    && same(vector.tilestats.layers[0].attributes.map((a) => a.attribute), ['num', 'kind']) && vector.accessToken === TOKEN, vector, ends);
  check(`${name} schema`, vector.schema.find((f) => f.name === 'num')?.type === 'number' && vector.schema.find((f) => f.name === 'geom')?.type === 'geometry', vector.schema);
  check(`${name} widgetSource`, (await vector.widgetSource.getFormula({ operation: 'count' })).value === table.rows.length);
  const query = await library.vectorQuerySource({ ...options, sqlQuery: `SELECT * FROM test.random.${table.name} WHERE small = $1`, queryParameters: [2], filters: { small: { in: { values: [2] } } } });
  check(`${name} vectorQuerySource`, query.tilestats.layers[0].count === table.rows.filter((row) => row.small === 2).length, query.tilestats);
  const long = await library.vectorQuerySource({ ...options, sqlQuery: `SELECT * FROM test.random.${table.name} WHERE TRUE${' AND TRUE'.repeat(1200)}` });
  check(`${name} a query of 10 KB`, long.tilestats.layers[0].count === table.rows.length, long.tilestats);
  const sent = { ...geo, columns: ['num'], filters: { small: { in: { values: [1, 2] } } }, tags: { 'tag-mapId': 'm' } };
  const got = await library.vectorTableSource(sent), posted = await library.vectorTableSource({ ...sent, maxLengthURL: 50 });
  check(`${name} the same by POST`, same({ ...got, tiles: 0, widgetSource: 0 }, { ...posted, tiles: 0, widgetSource: 0 }) && posted.tiles[0].includes('tileResolution=0.5'), got, posted);
  const cache = { value: 0 };
  await library.vectorTableSource({ ...geo, cache });
  check(`${name} cache`, Number.isInteger(cache.value), cache);
  const hexagons = await library.h3TableSource({ ...options, tableName: 'test.random.hexagons', aggregationExp: 'sum(visits) as visits' });
  check(`${name} h3TableSource`, hexagons.scheme === 'h3' && hexagons.dataresolution === 4 && hexagons.widgetSource.props.spatialDataType === 'h3', hexagons);
  const hexagonQuery = await library.h3QuerySource({ ...options, sqlQuery: 'SELECT * FROM test.random.hexagons', aggregationExp: 'count(*) as n' });
  check(`${name} h3QuerySource`, (await hexagonQuery.widgetSource.getFormula({ operation: 'count' })).value === HEXAGONS.length);
  const quads = await library.quadbinTableSource({ ...options, tableName: 'test.random.quads', aggregationExp: 'sum(visits) as visits' });
  check(`${name} quadbinTableSource`, quads.scheme === 'quadbin' && quads.schema.find((f) => f.name === 'quadbin').type === 'bigint', quads);
  const quadQuery = await library.quadbinQuerySource({ ...options, sqlQuery: 'SELECT * FROM test.random.quads', aggregationExp: 'sum(visits) as visits' });
  check(`${name} quadbinQuerySource`, quadQuery.scheme === 'quadbin' && quadQuery.tiles[0].includes('{i}'), quadQuery);
  const binned = await library.h3TableSource({ ...geo, spatialDataColumn: 'geom', aggregationExp: 'count(*) as n' });
  check(`${name} points as hexagons`, binned.widgetSource.props.spatialDataType === 'geo', binned.schema);
  for (const kind of ['vectorTilesetSource', 'h3TilesetSource', 'quadbinTilesetSource'])
    await fails(`${name} ${kind}`, library[kind]({ ...options, tableName: 'test.random.hexagons' }), 'Bad request (400)', 'is no tileset');
  const border = { ...options, tilesetTableName: 'test.random.hexagons' };
  await fails(`${name} boundaryTableSource`, library.boundaryTableSource({ ...border, propertiesTableName: 'test.random.rows_0' }), 'Bad request (400)', 'boundaries are tilesets');
  await fails(`${name} boundaryQuerySource`, library.boundaryQuerySource({ ...border, propertiesSqlQuery: 'SELECT 1' }), 'Bad request (400)', 'boundaries are tilesets');
  if (library.trajectoryTableSource) {
    const moving = { ...geo, trajectoryIdColumn: 'kind', timestampColumn: 'day' }, days = table.rows.map((row) => row.day).sort();
    const sqlQuery = `SELECT * FROM test.random.${table.name} WHERE small >= $1`;
    for (const track of [await library.trajectoryTableSource(moving), await library.trajectoryQuerySource({ ...moving, sqlQuery, queryParameters: [0], columns: ['num'] })]) {
      check(`${name} trajectories`, track.tiles[0].includes('spatialDataType=trajectory') && same(track.timestampRange, { min: days[0], max: days.at(-1) })
        && ['kind', 'day'].every((column) => track.schema.some((f) => f.name === column)), track);
      const spatialFilter = polygon(), placed = table.rows.filter((row) => row.geom);
      const mine = await local(placed, 'and', spatialFilter).getFormula({ operation: 'count', spatialFilter });
      check(`${name} widgets of trajectories`, same(mine, await track.widgetSource.getFormula({ operation: 'count', spatialFilter })), spatialFilter);
      check(`${name} extent of trajectories`, same((await track.widgetSource.getExtent()).bbox, ends));
    }
    await fails(`${name} trajectories without a time`, library.trajectoryTableSource({ ...moving, timestampColumn: 'nope' }), '400', 'Column not found');
  }
  await fails(`${name} raster`, library.rasterSource({ ...options, tableName: 'test.random.hexagons' }), '400', 'is no raster');
  await fails(`${name} no such table`, library.vectorTableSource({ ...options, tableName: 'test.random.nothing' }), 'Not found (404)', 'nothing');
  await fails(`${name} bad SQL`, library.vectorQuerySource({ ...options, sqlQuery: 'SELECT nope FROM test.random.rows_0' }), 'Bad request (400)', 'column "nope" does not exist');
  await fails(`${name} token`, library.vectorTableSource({ ...geo, accessToken: 'guess' }), 'Unauthorized access (401)');
  await fails(`${name} a tile`, fetch(vector.tiles[0].replace('{z}/{x}/{y}', '0/0/0'), { headers: { Authorization: `Bearer ${TOKEN}` } })
    .then(async (response) => { throw new Error(`${response.status} ${(await response.json()).error}`); }), '501', 'vector tiles');
}

async function queries() {
  const table = TABLES[4], want = table.rows.map((row) => ({ ...row, at: row.at })).filter((row) => row.small >= 2);
  const sqlQuery = `SELECT * FROM test.random.${table.name} WHERE small >= $1`;
  const answer = await watchedClient.query({ ...options, sqlQuery, queryParameters: [2] });
  check('query', same(want, answer.rows), want, answer.rows);
  check('query, schema', answer.schema.find((f) => f.name === 'flag')?.type === 'boolean' && answer.meta.cacheHit === false, answer.schema, answer.meta);
  const posted = await watchedClient.query({ ...options, sqlQuery: sqlQuery + ' AND TRUE'.repeat(1000), queryParameters: [2] });
  check('query, posted', same(want, posted.rows));
  check('query of deck.gl', same((await watchedDeck.query({ ...options, sqlQuery, queryParameters: [2] })).rows, answer.rows));
  const many = await watchedClient.query({ ...options, sqlQuery: 'SELECT x FROM generate_series(1, 200001) AS g(x)' });
  check('query, cut', many.rows.length === 200000 && many.rows.at(-1).x === 200000, many.rows.length);
  await fails('query, error', watchedClient.query({ ...options, sqlQuery: 'SELECT 1 +' }), 'SQL API request failed', 'Bad request (400)', 'syntax error at end of input');
  await fails('query, connection', watchedClient.query({ ...options, connectionName: 'mein', sqlQuery: 'SELECT 1' }), 'Not found (404)', 'no connection');
  await fails('query, no token', watchedClient.query({ ...options, accessToken: 'x', sqlQuery: 'SELECT 1' }), 'Unauthorized access (401)');
}

async function statistics() {
  const table = TABLES[5], source = new client.WidgetTableSource({ ...options, tableName: `test.random.${table.name}`, spatialDataType: 'geo', spatialDataColumn: 'geom' });
  const extent = (list) => [[0, Math.min], [1, Math.min], [0, Math.max], [1, Math.max]].map(([k, f]) => f(...list.map((row) => row.geom.coordinates[k])));
  const placed = table.rows.filter((row) => row.geom);
  check('extent', same((await source.getExtent()).bbox, extent(placed)));
  const some = placed.filter((row) => row.small <= 2);
  if (some.length > 0)
    check('extent, filtered', same((await source.getExtent({ filters: { small: { between: { values: [[0, 2]] } } } })).bbox, extent(some)));
  const geojson = await client.requestWithParameters({ baseUrl: `${server.url}/v3/maps/${CONNECTION}/table`, headers: { Authorization: `Bearer ${TOKEN}` },
    parameters: { name: `test.random.${table.name}`, format: 'geojson' }, errorContext: { requestType: 'Map data' } });
  check('geojson', geojson.features.length === table.rows.length && same(geojson.features[0].geometry, table.rows[0].geom)
    && geojson.features[0].properties.small === table.rows[0].small, geojson.features[0]);
  const chosen = geojson.features.filter((f) => f.id).slice(0, 3), at = new Set(chosen.map((f) => JSON.stringify(f.geometry)));
  const want = placed.filter((row) => at.has(JSON.stringify(row.geom))), featureIds = chosen.map((f) => f.id);
  const picked = await source.getFeatures({ featureIds, columns: ['small', 'kind'], dataType: 'points' });
  check('getFeatures', same(picked, { rows: want.map(({ small, kind }) => ({ small, kind })), metadata: { total: want.length } }), picked, want);
  const most = some.length > 0 ? 2 : 4;
  const asQuery = new client.WidgetQuerySource({ ...options, sqlQuery: `SELECT * FROM test.random.${table.name} WHERE small <= @most`, queryParameters: { most }, spatialDataType: 'geo', spatialDataColumn: 'geom' });
  check('extent of a query', same((await asQuery.getExtent()).bbox, extent(placed.filter((row) => row.small <= most))));
  const pickedOfQuery = await asQuery.getFeatures({ featureIds, columns: ['small'], dataType: 'points', limit: 1, offset: 0 });
  check('getFeatures of a query', pickedOfQuery.metadata.total === want.filter((row) => row.small <= most).length && pickedOfQuery.rows.length <= 1, pickedOfQuery);
  const formula = await source.getFormula({ column: 'small', operation: 'sum', featureIds, geometryType: 'points' });
  check('featureIds', formula.value === want.reduce((sum, row) => sum + row.small, 0), formula);
  await fails('featureIds, too many', source.getFormula({ operation: 'count', featureIds: Array(1001).fill('x'), geometryType: 'points' }), '1000');
}

async function errors() {
  const source = new client.WidgetTableSource({ ...options, tableName: `test.random.${TABLES[3].name}`, spatialDataType: 'geo', spatialDataColumn: 'geom' });
  await fails('column', source.getFormula({ column: 'nope', operation: 'sum' }), 'InvalidColumnError: Column not found nope');
  await fails('columns', source.getScatter({ xAxisColumn: 'nope', yAxisColumn: 'neither' }), 'InvalidColumnError: Missing columns: nope, neither');
  await fails('columns of a table', source.getTable({ columns: ['num', 'nope'] }), 'InvalidColumnError: Column not found nope');
  await fails('filtered column', source.getFormula({ operation: 'count', filters: { nope: { in: { values: [1] } } } }), 'InvalidColumnError: Column not found nope');
  await fails('operation', source.getFormula({ column: 'num', operation: 'median' }), 'operation: expected count');
  await fails('aliases', source.getAggregations({ aggregations: ['A', 'a'].map((alias) => ({ column: 'num', operation: 'sum', alias })) }), 'Duplicate alias: a');
  const unknown = new client.WidgetTableSource({ ...source.props, tableName: 'test.random.none' });
  await fails('table', unknown.getFormula({ operation: 'count' }), 'none');
  const wrong = new client.WidgetTableSource({ ...source.props, accessToken: 'guess' });
  await fails('token', wrong.getFormula({ operation: 'count' }), 'Unauthorized access. Invalid credentials');
  const bad = new client.WidgetQuerySource({ ...source.props, sqlQuery: 'SELECT 1 FROM nowhere' });
  await fails('query', bad.getFormula({ operation: 'count' }), 'nowhere');
  const custom = await source.getFormula({ operation: 'custom', operationExp: 'max(num) - min(num)' });
  const numbers = TABLES[3].rows.map((row) => row.num).filter((v) => v !== null);
  check('custom', same(Math.max(...numbers) - Math.min(...numbers), custom.value), custom);
  const parts = await source.getAggregations({ aggregations: 'count(*) as n, max(small) as m' });
  check('aggregations as SQL', same(parts.rows, [{ n: TABLES[3].rows.length, m: Math.max(...TABLES[3].rows.map((row) => row.small)) }]), parts);
  const groups = await source.getCategories({ column: 'small', operation: 'custom', operationExp: 'count(*) * 2', orderBy: 'alphabetical_asc' });
  const plain = await source.getCategories({ column: 'small', operation: 'count', orderBy: 'alphabetical_asc' });
  check('custom categories', same(groups, plain.map(({ name, value }) => ({ name, value: value * 2 }))), groups, plain);
}

async function savedMaps() {
  const map = await watchedDeck.fetchMap({ cartoMapId: MAP.id, apiBaseUrl: server.url, accessToken: TOKEN });
  check('fetchMap', map.title === 'Random' && map.layers.length === 6 && map.layers.every((l) => l), map.title, map.layers.length);
  const layerOf = (id) => map.layers.find((l) => (l.props ?? l).id === id);
  const data = (id) => layerOf(id)?.props.data;
  check('fetchMap, data', data('l-quantile')?.tilestats.layers[0].count === TABLES[0].rows.length && data('l-h3')?.scheme === 'h3' && data('l-quadbin')?.scheme === 'quadbin' && data('l-binned')?.scheme === 'h3');
  const number = data('l-quantile').tilestats.layers[0].attributes.find((a) => a.attribute === 'num');
  const sorted = TABLES[0].rows.map((row) => row.num).filter((v) => v !== null).sort((a, b) => a - b);
  const quartiles = [0, 1, 2, 3, 4].map((i) => sorted[Math.max(Math.ceil(i * sorted.length / 4), 1) - 1]);
  check('statistics of a number', same(number.quantiles[4], quartiles) && number.min === sorted[0] && number.max === sorted.at(-1), number.quantiles[4], quartiles);
  const parsed = await watchedClient.fetchMap({ cartoMapId: MAP.id, apiBaseUrl: server.url, accessToken: TOKEN });
  const scale = parsed.layers.find((l) => l.props.id === 'l-quantile').scales.fillColor;
  check('the scale that is made of them', same(scale.domain, quartiles), scale.domain, quartiles);
  const kinds = parsed.layers.find((l) => l.props.id === 'l-ordinal').scales.fillColor.domain;
  const count = new Map();
  for (const { kind } of TABLES[0].rows) if (kind !== null) count.set(kind, (count.get(kind) ?? 0) + 1);
  check('categories in the order of their frequency', kinds.length === Math.min(count.size, 4) && kinds.every((k, i) => i === 0 || count.get(kinds[i - 1]) >= count.get(k)), kinds);
  if (client.clearDefaultRequestCache) client.clearDefaultRequestCache();
  const short = await watchedClient.fetchMap({ cartoMapId: MAP.id, apiBaseUrl: server.url, accessToken: TOKEN, maxLengthURL: 150 });
  check('fetchMap, its data by POST', short.layers.length === 6 && same(short.layers.find((l) => l.props.id === 'l-quantile').scales.fillColor.domain, quartiles));
  let again, timer;
  const waited = new Promise((resolve) => { again = resolve; timer = setTimeout(resolve, 5000, null); });
  const first = await watchedClient.fetchMap({ cartoMapId: MAP.id, apiBaseUrl: server.url, accessToken: TOKEN, autoRefresh: 1, onNewData: again });
  const renewed = await waited;
  first.stopAutoRefresh();
  clearTimeout(timer);
  check('fetchMap, once more by itself', renewed?.layers.length === 6);
  await fails('fetchMap, none', watchedDeck.fetchMap({ cartoMapId: 'nope', apiBaseUrl: server.url, accessToken: TOKEN }), 'Not found (404)', 'Map not found');
  await fails('fetchMap, no token', watchedDeck.fetchMap({ cartoMapId: MAP.id, apiBaseUrl: server.url }), 'Unauthorized access (401)');
  for (const [type, said] of Object.entries(OTHERS))
    await fails(`fetchMap, ${type}`, watchedClient.fetchMap({ cartoMapId: `aaaaaaaa-1111-4111-8111-00000000${type.length}`, apiBaseUrl: server.url, accessToken: TOKEN }), '400', said);
  const layerClass = new deck.VectorTileLayer({ id: 'x', data: deck.vectorTableSource({ ...options, tableName: 'test.random.rows_0' }) });
  check('a deck.gl layer over it', layerClass.props.id === 'x');
}

async function browser() { // what a browser asks before it asks
  const preflight = await fetch(`${server.url}/v3/sql/${CONNECTION}/query`, { method: 'OPTIONS', headers: { Origin: 'https://example.com', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization,content-type' } });
  check('preflight', preflight.status === 204 && preflight.headers.get('access-control-allow-origin') === '*'
    && /authorization/i.test(preflight.headers.get('access-control-allow-headers')) && /POST/.test(preflight.headers.get('access-control-allow-methods')));
  const refused = await fetch(`${server.url}/v3/connections`);
  check('refused, for any origin', refused.status === 401 && refused.headers.get('access-control-allow-origin') === '*');
  const wrong = await fetch(`${server.url}/v3/connections`, { method: 'DELETE', headers: { Authorization: `Bearer ${TOKEN}` } });
  check('method', wrong.status === 405 && /GET/.test(wrong.headers.get('allow')), wrong.status);
}

try {
  for (let i = 0; i < CASES; i++) await randomWidget(i);
  await cellWidgets();
  await cellRequests();
  await splitSeries();
  await sources(watchedClient, 'api-client');
  await sources(watchedDeck, 'deck.gl');
  await queries();
  await statistics();
  await errors();
  await savedMaps();
  await browser();
  everything();
} finally {
  await server.stop();
  rmSync(directory, { recursive: true });
}
check('most requests are answered', refused < CASES / 20, refused);
console.log(`seed ${seed}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
