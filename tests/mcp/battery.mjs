// What any official client must be able to do with the server, whatever its version and era.
// A session is {era, revision, connection, client, list(), call(), close(), sent, received}:
// connection is the first one the server lists, sent and received are the messages so far.

import assert from 'node:assert/strict';
import { ERROR, KNOWS, MAP_TEMPLATE, REFERENCE, TOOLS } from './messages.mjs';
import * as data from './data.mjs';

const PLACES = 'demo.world.populated_places';
const DEMO = {
  world: ['countries', 'populated_places', 'rivers', 'us_states'],
  climate: ['mauna_loa_co2', 'seattle_weather'],
  cells: ['places_h3', 'places_quadbin'],
};
const ATTEMPTS = 4;
const READY_MS = 15_000;

function textOf(result) {
  return result.content.filter((item) => item.type === 'text').map((item) => item.text).join('\n');
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

// The text item and the structured content are one value, inside an object where it must be one.
export function valueOf(session, result) {
  assert.notEqual(result.isError, true, `tool error: ${textOf(result)}`);
  const value = JSON.parse(textOf(result));
  if (KNOWS.structured(session.revision)) {
    const bare = KNOWS.anyValue(session.revision) || isObject(value);
    assert.deepEqual(result.structuredContent, bare ? value : { result: value });
  }
  return value;
}

async function use(session, name, args = {}, options = undefined) {
  return valueOf(session, await session.call(name, args, options));
}

async function fails(session, name, args) {
  const result = await session.call(name, args);
  assert.equal(result.isError, true, `accepted: ${textOf(result).slice(0, 200)}`);
  const text = textOf(result);
  assert.ok(text.length >= 20, `a useless error text: "${text}"`);
  return text;
}

function walk(nodes) {
  return nodes.flatMap((node) => [node, ...walk(node.children ?? [])]);
}

function depthOf(nodes) {
  return nodes.length ? 1 + Math.max(0, ...nodes.map((node) => depthOf(node.children ?? []))) : 0;
}

/* The list of tools. */

// What its name says a tool does.
const READS = /(^|_)(get|list|search|describe|execute|lds|generate|check|site|trade)(_|$)/;

function annotated(tool) {
  const { readOnlyHint, destructiveHint, openWorldHint } = tool.annotations ?? {};
  assert.equal(readOnlyHint, READS.test(tool.name), `${tool.name}: readOnlyHint`);
  if (!readOnlyHint) assert.equal(typeof destructiveHint, 'boolean', `${tool.name}: destructiveHint`);
  assert.equal(openWorldHint, false, `${tool.name}: openWorldHint`);
}

export async function toolList(t, session, shapes) {
  const { tools } = await session.list();
  const names = tools.map((tool) => tool.name);
  await t.test('every tool is listed once', () => {
    for (const name of TOOLS) assert.ok(names.includes(name), `${name} in ${names}`);
    assert.equal(new Set(names).size, names.length);
  });
  await t.test('the list is the same again', async () => {
    assert.deepEqual((await session.list()).tools, tools);
  });
  await t.test('input schemas are JSON Schema 2020-12 for objects', () => {
    for (const tool of tools) {
      assert.equal(tool.inputSchema.type, 'object', tool.name);
      shapes.compile(tool.inputSchema);
    }
  });
  await t.test('no input schema combines schemas at its root, which some hosts refuse', () => {
    for (const tool of tools) {
      for (const word of ['oneOf', 'anyOf', 'allOf', 'not', '$ref']) {
        assert.ok(!(word in tool.inputSchema), `${tool.name}: ${word}`);
      }
    }
  });
  await t.test('every parameter is described', () => {
    for (const tool of tools) {
      for (const [name, schema] of Object.entries(tool.inputSchema.properties ?? {})) {
        assert.ok(schema.description?.length > 5, `${tool.name}.${name}`);
      }
    }
  });
  if (KNOWS.structured(session.revision)) {
    await t.test('output schemas are JSON Schema 2020-12, for objects where they must be', () => {
      for (const tool of tools) {
        if (!KNOWS.anyValue(session.revision)) {
          assert.equal(tool.outputSchema?.type, 'object', tool.name);
        }
        shapes.compile(tool.outputSchema);
      }
    });
  }
  if (KNOWS.annotations(session.revision)) {
    await t.test('annotations say read-only and closed-world', () => tools.forEach(annotated));
  }
  return tools;
}

/* The tools over the demo data. */

async function connections(t, session, shapes) {
  await t.test('list_connections', async () => {
    const value = await use(session, 'list_connections');
    shapes.tool('list_connections', value);
    const demo = value.data.find((connection) => connection.name === 'demo');
    assert.equal(demo?.provider_id, 'postgres');
  });
}

async function browse(session, shapes, args) {
  const value = await use(session, 'list_resources', { connection_name: 'demo', ...args });
  shapes.tool('list_resources', value);
  assert.equal(value.data.returnedItems, walk(value.data.children).length);
  return value.data;
}

async function resources(t, session, shapes) {
  await t.test('list_resources at the top', async () => {
    const top = await browse(session, shapes, {});
    assert.deepEqual([top.provider, top.type, top.maxItemsApplied], ['postgres', 'connection', 30]);
    assert.deepEqual(top.children.map((node) => [node.id, node.type]), [['demo', 'database']]);
    assert.equal(top.totalRootChildren, 1);
  });
  for (const depth of [1, 2, 3]) {
    await t.test(`list_resources ${depth} deep`, async () => {
      const top = await browse(session, shapes, { maxDepth: depth });
      assert.equal(depthOf(top.children), depth);
      assert.equal(top.truncated, false);
    });
  }
  await t.test('list_resources names every demo table', async () => {
    const all = walk((await browse(session, shapes, { maxDepth: 3 })).children);
    for (const [schema, tables] of Object.entries(DEMO)) {
      for (const table of tables) {
        const node = all.find((found) => found.id === `demo.${schema}.${table}`);
        assert.deepEqual([node?.name, node?.type], [table, 'table'], table);
      }
    }
  });
  await t.test('list_resources drills by name', async () => {
    const schemas = (await browse(session, shapes, { fqn: 'demo' })).children;
    for (const name of Object.keys(DEMO)) {
      assert.ok(schemas.some((node) => node.id === `demo.${name}` && node.type === 'schema'), name);
    }
    const tables = (await browse(session, shapes, { fqn: 'demo.climate' })).children;
    for (const name of DEMO.climate) assert.ok(tables.some((node) => node.name === name), name);
  });
  await t.test('list_resources keeps to its item budget', async () => {
    const cut = await browse(session, shapes, { maxDepth: 3, maxItems: 3 });
    assert.ok(cut.returnedItems <= 3, `${cut.returnedItems} items`);
    assert.deepEqual([cut.maxItemsApplied, cut.truncated], [3, true]);
  });
}

async function look(session, shapes, args) {
  const value = await use(session, 'search_resources', { connection_name: 'demo', ...args });
  shapes.tool('search_resources', value);
  assert.equal(value.data.returnedResults, value.data.results.length);
  return value.data;
}

async function search(t, session, shapes) {
  await t.test('search_resources finds by part of a name, whatever the case', async () => {
    const { results } = await look(session, shapes, { query: 'PLACES' });
    const names = results.map((found) => found.fqn);
    for (const name of ['demo.cells.places_h3', PLACES]) assert.ok(names.includes(name), name);
    assert.ok(names.indexOf('demo.cells.places_h3') < names.indexOf(PLACES), 'prefix before part');
  });
  await t.test('search_resources ranks the exact name first', async () => {
    const { results } = await look(session, shapes, { query: 'rivers' });
    assert.deepEqual([results[0].name, results[0].database, results[0].schema],
      ['rivers', 'demo', 'world']);
  });
  await t.test('search_resources obeys scope, limit and type', async () => {
    const scoped = await look(session, shapes, { query: 'places', scopeFqn: 'demo.cells' });
    assert.equal(scoped.scopeFqn, 'demo.cells');
    assert.ok(scoped.results.every((found) => found.schema === 'cells'));
    const cut = await look(session, shapes, { query: 'places', limit: 1 });
    assert.deepEqual([cut.results.length, cut.truncated], [1, true]);
    const views = await look(session, shapes, { query: 'places', type: 'view' });
    assert.deepEqual(views.results, []);
  });
}

async function describe(session, shapes, fqn, more = {}) {
  const value = await use(session, 'describe',
    { connection_name: session.connection ?? 'demo', table_fqn: fqn, ...more });
  shapes.tool(more.column ? 'describe_stats' : 'describe_schema', value);
  return value;
}

async function describeDemo(t, session, shapes) {
  await t.test('describe a table', async () => {
    const value = await describe(session, shapes, PLACES);
    assert.deepEqual(value.source, { type: 'table', fqn: PLACES });
    assert.equal(value.rowCount, 7343);
    assert.equal(value.geometryType, 'Point');
    const types = Object.fromEntries(value.schema.map((column) => [column.name, column.type]));
    assert.equal(types.pop_max, 'Number');
    assert.equal(types.name, 'String');
  });
  await t.test('describe a number column', async () => {
    const value = await describe(session, shapes, PLACES, { column: 'pop_max' });
    assert.deepEqual([value.min, value.max, value.avg, value.sum],
      [-99, 35676000, 321873.40773525805, 2363516433]);
    assert.deepEqual(value.quantiles[4], [-99, 19469, 69451, 229777, 35676000]);
  });
  await t.test('describe a string column, ordered and limited', async () => {
    const alphabetical = await describe(session, shapes, PLACES, {
      column: 'adm0name', max_categories: 3, categories_order_by: 'alphabetical_asc',
    });
    const frequent = await describe(session, shapes, PLACES, { column: 'adm0name' });
    assert.equal(alphabetical.categories.length, 3);
    const names = alphabetical.categories.map((c) => c.category);
    assert.deepEqual(names, [...names].sort());
    assert.ok(frequent.categories.length <= 20);
    const counts = frequent.categories.map((c) => c.frequency);
    assert.deepEqual(counts, [...counts].sort((a, b) => b - a));
  });
  await t.test('describe every type of column there is', () => everyType(session, shapes));
}

// One column of each type of each table: whatever the demo holds, its statistics fit the document.
// Cells are geometry when asked for as such.
async function everyType(session, shapes) {
  const seen = new Set();
  for (const [schema, tables] of Object.entries(DEMO)) {
    for (const table of tables) {
      const fqn = `demo.${schema}.${table}`;
      const about = await describe(session, shapes, fqn);
      for (const [type, column] of new Map(about.schema.map((c) => [c.type, c.name]))) {
        assert.equal((await describe(session, shapes, fqn, { column })).type, type, column);
        seen.add(type);
      }
      if (about.geomField) await placed(session, shapes, fqn, about);
    }
  }
  for (const type of ['Number', 'String', 'Boolean', 'Timestamp']) assert.ok(seen.has(type), type);
}

async function placed(session, shapes, fqn, { geomField, spatialDataType = 'geo' }) {
  const { type, extent } = await describe(session, shapes, fqn,
    { column: geomField, spatial_data_type: spatialDataType });
  assert.equal(type, 'Geometry', `${fqn} ${geomField}`);
  assert.ok(extent.xmin < extent.xmax && extent.ymin < extent.ymax, JSON.stringify(extent));
}

/* SQL, over the demo data, and what the server says of its dialect. */

async function sql(t, session, shapes) {
  const query = async (text, query_parameters) => {
    const value = await use(session, 'execute_query',
      { connection_name: 'demo', sql: text, ...(query_parameters && { query_parameters }) });
    shapes.tool('execute_query', value);
    assert.equal(value.returned, value.rows.length);
    return value;
  };
  await t.test('execute_query answers with columns and rows', async () => {
    const value = await query(`SELECT name, pop_max FROM ${PLACES} ORDER BY pop_max DESC LIMIT 2`);
    assert.deepEqual(value, {
      columns: ['name', 'pop_max'],
      rows: [['Tokyo', 35676000], ['New York', 19040000]],
      truncated: false,
      returned: 2,
      total: 2,
    });
  });
  await t.test('execute_query takes parameters, named and in order', async () => {
    const where = (condition) => `SELECT count(*) FROM ${PLACES} WHERE ${condition}`;
    const named = await query(where('adm0name = @country AND pop_max > @least'),
      { country: 'Spain', least: 1000000 });
    const ordered = await query(where('adm0name = $1 AND pop_max > $2'), ['Spain', 1000000]);
    assert.deepEqual(named.rows, ordered.rows);
    assert.ok(named.rows[0][0] >= 2);
  });
  await t.test('execute_query cuts what does not fit, and says so', async () => {
    const value = await query(`SELECT * FROM ${PLACES}`);
    assert.deepEqual([value.truncated, value.total], [true, 7343]);
    assert.ok(value.returned > 100 && value.returned < 7343);
  });
  await t.test('a query that is wrong is told where, and what was meant', async () => {
    const text = await fails(session, 'execute_query',
      { connection_name: 'demo', sql: `SELECT popmax FROM ${PLACES}` });
    assert.ok(text.includes('pop_max') && text.includes('(SQLSTATE 42703, at byte 8, line 1)'), text);
  });
}

async function dialect(t, session) {
  await t.test('the SQL reference is listed and read', async () => {
    const { resources: found } = await session.client.listResources();
    assert.deepEqual(found.map((resource) => resource.uri), [REFERENCE]);
    const { resourceTemplates } = await session.client.listResourceTemplates();
    assert.deepEqual(resourceTemplates.map((template) => template.uriTemplate), [MAP_TEMPLATE]);
    const { contents } = await session.client.readResource({ uri: REFERENCE });
    assert.deepEqual(contents.map(({ uri, mimeType }) => [uri, mimeType]),
      [[REFERENCE, 'text/markdown']]);
    assert.match(contents[0].text, /^# /);
  });
  // Client v2 shows the code of the modern revision whatever came: raw.mjs has what is sent.
  await t.test('a resource that is not there is an error', () =>
    rejectedWith(session.era === 'modern' ? [ERROR.params] : [ERROR.params, ERROR.resource],
      session.client.readResource({ uri: 'carto://nothing' })));
}

// The document does not name the member that holds the maps.
function mapsIn(value) {
  const inside = Object.values(value);
  return inside.find(Array.isArray) ??
    inside.filter((v) => v && typeof v === 'object').map(mapsIn).find(Boolean);
}

async function listMaps(session, args = {}) {
  const entries = mapsIn(await use(session, 'list_maps', args));
  assert.ok(entries, 'an array of maps');
  for (const map of entries) {
    for (const member of ['id', 'name', 'privacy', 'owner', 'created_at', 'updated_at']) {
      assert.equal(typeof map[member], 'string', `${member} of a map`);
    }
    assert.ok('thumbnail' in map);
  }
  return entries;
}

async function maps(t, session) {
  const all = [];
  await t.test('list_maps, page by page', async () => {
    for (let page = 1, part; page === 1 || part.length; page++) {
      all.push(...part = await listMaps(session, { page, page_size: 2 }));
      assert.ok(part.length <= 2);
    }
    assert.ok(all.length > 2, `${all.length} demo maps`);
    assert.deepEqual((await listMaps(session)).map((map) => map.id), all.map((map) => map.id));
    assert.equal(new Set(all.map((map) => map.id)).size, all.length);
  });
  await t.test('list_maps searches, sorts and filters', async () => {
    const word = all[0].name.slice(1, 6).toUpperCase();
    assert.ok((await listMaps(session, { search: word })).some((map) => map.id === all[0].id));
    assert.deepEqual(await listMaps(session, { search: 'no map is called this' }), []);
    const up = await listMaps(session, { order_by: 'title', order_direction: 'asc' });
    const down = await listMaps(session, { order_by: 'title', order_direction: 'desc' });
    assert.deepEqual(up.map((map) => map.name), down.map((map) => map.name).reverse());
    const hidden = await listMaps(session, { privacy: 'private', mine_only: true });
    assert.ok(hidden.every((map) => map.privacy === 'private'));
  });
}

/* What goes wrong. */

async function rejectedWith(codes, promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`);
    return;
  }
  assert.fail('accepted');
}

async function errors(t, session) {
  await t.test('an unknown tool is a protocol error', () =>
    rejectedWith([ERROR.params], session.call('no_such_tool', {})));
  const wrong = [
    ['list_resources', {}, 'connection_name'],
    ['list_resources', { connection_name: 7 }, 'connection_name'],
    ['list_resources', { connection_name: 'demo', maxDepth: 4 }, 'maxDepth'],
    ['list_resources', { connection_name: 'demo', maxItems: 'many' }, 'maxItems'],
    ['search_resources', { connection_name: 'demo' }, 'query'],
    ['search_resources', { connection_name: 'demo', query: 'a', type: 'river' }, 'type'],
    ['describe', { connection_name: 'demo' }, 'table_fqn'],
    ['describe', { connection_name: 'demo', table_fqn: PLACES, query: 'SELECT 1' }, 'query'],
    ['execute_query', { connection_name: 'demo' }, 'sql'],
    ['execute_query', { connection_name: 'demo', sql: 'SELECT 1', query_parameters: 1 },
      'query_parameters'],
    ['list_maps', { order_direction: 'sideways' }, 'order_direction'],
  ];
  for (const [name, args, about] of wrong) {
    await t.test(`${name} refuses ${JSON.stringify(args)}`, async () => {
      const text = await fails(session, name, args);
      assert.ok(text.startsWith(`Invalid arguments for ${name}: `), text);
      assert.ok(text.includes(about), text);
    });
  }
  await t.test('an unknown table is answered with its nearest', async () => {
    const text = await fails(session, 'describe',
      { connection_name: 'demo', table_fqn: 'demo.world.populated_place' });
    assert.ok(text.includes('populated_places'), text);
  });
  await t.test('unknown connection, database and column are tool errors', async () => {
    await fails(session, 'list_resources', { connection_name: 'nowhere' });
    await fails(session, 'list_resources', { connection_name: 'demo', fqn: 'nothing.here' });
    const text = await fails(session, 'describe',
      { connection_name: 'demo', table_fqn: PLACES, column: 'pop_mux' });
    assert.ok(text.includes('pop_m'), text);
  });
  await t.test('no name leaves the data directory', async () => {
    const nasty = ['demo.world.../../../../etc/passwd', '../../etc/passwd', 'demo.world.a\0b',
      'demo.world.', '...', 'demo/world/rivers', `demo.world.${'x'.repeat(5000)}`];
    for (const table_fqn of nasty) {
      await fails(session, 'describe', { connection_name: 'demo', table_fqn });
    }
  });
}

export async function demoData(t, session, shapes) {
  await connections(t, session, shapes);
  await resources(t, session, shapes);
  await search(t, session, shapes);
  await describeDemo(t, session, shapes);
  await sql(t, session, shapes);
  await dialect(t, session);
  await maps(t, session);
  await errors(t, session);
}

/* Tables of the run itself, whose statistics are known. */

async function knownStatistics(t, session, shapes) {
  const column = (name) => describe(session, shapes, data.TABLES.small, { column: name });
  await t.test('statistics of a known number column', async () => {
    assert.deepEqual(await column('amount'), data.expectedNumber('amount'));
  });
  await t.test('categories of known columns', async () => {
    for (const name of ['colour', 'valid']) {
      const { categories } = await column(name);
      assert.deepEqual(categories.map((c) => ({ ...c, category: String(c.category) })),
        data.expectedCategories(name));
    }
  });
  await t.test('span of a known timestamp column', async () => {
    const { min, max } = await column('day');
    assert.deepEqual({ min: Date.parse(min), max: Date.parse(max) }, data.expectedDays());
  });
  await t.test('extent of a longitude and latitude pair', async () => {
    const { geomField, rowCount } = await describe(session, shapes, data.TABLES.small);
    assert.equal(rowCount, data.SMALL_ROWS);
    assert.deepEqual((await column(geomField)).extent, data.expectedExtent());
  });
}

async function otherFormats(t, session, shapes) {
  await t.test('newline-delimited JSON and GeoJSON tables', async () => {
    assert.equal((await describe(session, shapes, data.TABLES.lines)).rowCount, 20);
    const { geomField, geometryType, rowCount } =
      await describe(session, shapes, data.TABLES.shapes);
    assert.deepEqual([geometryType, rowCount], ['Polygon', 3]);
    const { extent } = await describe(session, shapes, data.TABLES.shapes, { column: geomField });
    assert.deepEqual(extent, { xmin: 0, ymin: -3, xmax: 10, ymax: 2 });
  });
  await t.test('a broken file names itself and harms no other', async () => {
    const where = { connection_name: session.connection };
    const text = await fails(session, 'describe', { ...where, table_fqn: data.TABLES.broken });
    assert.ok(text.includes('broken'), text);
    await fails(session, 'describe', { ...where, table_fqn: data.TABLES.missing });
    assert.equal((await describe(session, shapes, data.TABLES.lines)).rowCount, 20);
  });
}

async function progressOf(t, session, shapes) {
  await t.test('loading a big file reports progress', async () => {
    const seen = [];
    const value = await use(session, 'describe',
      { connection_name: session.connection, table_fqn: data.TABLES.big },
      { onprogress: (progress) => seen.push(progress) });
    assert.equal(value.rowCount, data.BIG_ROWS);
    assert.ok(seen.length > 0, 'no progress');
    seen.reduce((before, { progress }) => {
      assert.ok(progress > before, `progress ${progress} after ${before}`);
      return progress;
    }, -Infinity);
    for (const { progress, total } of seen) assert.ok(total === undefined || progress <= total);
  });
}

// An answer may cross the cancellation on the pipe; a load this long does not finish every time.
async function cancelOnce(session) {
  const abort = new AbortController();
  const args = { connection_name: session.connection, table_fqn: data.TABLES.huge };
  await assert.rejects(session.call('describe', args,
    { signal: abort.signal, onprogress: () => abort.abort('enough') }));
  const cancelled = session.sent.find((m) => m.method === 'notifications/cancelled');
  assert.ok(cancelled, 'no cancellation was sent');
  assert.equal((await use(session, 'describe', args)).rowCount, data.HUGE_ROWS);
  return !session.received.some((m) => m.id === cancelled.params.requestId);
}

async function cancellation(t, open, shapes) {
  await t.test('a cancelled load is not answered and can be had again', async () => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const session = await open();
      try {
        if (await cancelOnce(session)) return;
      } finally {
        await session.close();
      }
    }
    assert.fail(`answered all of ${ATTEMPTS} cancelled calls`);
  }, ATTEMPTS * READY_MS);
}

// open() starts a server over the run's own data.
export async function ownData(t, open, shapes, { cancel = false } = {}) {
  const session = await open();
  try {
    await t.test('the data directory is served', async () => {
      const value = await use(session, 'search_resources',
        { connection_name: session.connection, query: 'small' });
      assert.equal(value.data.results[0].fqn, data.TABLES.small);
    });
    await knownStatistics(t, session, shapes);
    await otherFormats(t, session, shapes);
    await progressOf(t, session, shapes);
  } finally {
    await session.close();
  }
  if (cancel) await cancellation(t, open, shapes);
}
