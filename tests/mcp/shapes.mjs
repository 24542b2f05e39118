// What the documents say about messages and tool results, as JSON Schemas of our own: the server's
// own output schemas are tested against the same values elsewhere.

import assert from 'node:assert/strict';
import { KNOWS } from './messages.mjs';

const text = { type: 'string' };
const filled = { type: 'string', minLength: 1 };
const flag = { type: 'boolean' };
const number = { type: 'number' };
const count = { type: 'integer', minimum: 0 };
const list = (items, more = {}) => ({ type: 'array', items, ...more });
const record = (required, optional = {}) => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
});
const orNull = (schema) => ({ anyOf: [schema, { type: 'null' }] });

/* Messages. */

const anything = { type: 'object' };
const serverInfo = record({ name: filled, version: filled }, { title: filled });
const capabilities = record({ tools: anything, resources: anything }, { logging: anything });

const toolOf = (outputSchema) => record({
  name: { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,64}$' },
  description: filled,
  inputSchema: record({ type: { const: 'object' } }),
}, {
  title: filled,
  outputSchema,
  annotations: record({}, {
    title: filled,
    readOnlyHint: flag,
    destructiveHint: flag,
    idempotentHint: flag,
    openWorldHint: flag,
  }),
});

const described = { title: filled, description: filled, mimeType: filled };

const callResult = (structuredContent) => record({
  content: list(record({ type: { const: 'text' }, text }), { minItems: 1 }),
}, { isError: flag, structuredContent });

const resultBodies = {
  'initialize': record({ protocolVersion: filled, capabilities, serverInfo },
    { instructions: filled }),
  'server/discover': record({ supportedVersions: list(filled, { minItems: 1 }), capabilities },
    { instructions: filled }),
  'tools/list': record({ tools: list(toolOf(record({ type: { const: 'object' } }))) },
    { nextCursor: text }),
  'tools/call': callResult(anything),
  'resources/list': record({
    resources: list(record({ uri: filled, name: filled }, described)),
  }, { nextCursor: text }),
  'resources/templates/list': record({
    resourceTemplates: list(record({ uriTemplate: filled, name: filled }, described)),
  }, { nextCursor: text }),
  'resources/read': record({
    contents: list(record({ uri: filled, text }, { mimeType: filled }), { minItems: 1 }),
  }),
};

// Where a tool's result may be any value.
const anyValueBodies = {
  ...resultBodies,
  'tools/list': record({ tools: list(toolOf(anything)) }, { nextCursor: text }),
  'tools/call': callResult({}),
};

const CACHED = ['server/discover', 'tools/list', 'resources/list', 'resources/templates/list',
  'resources/read'];

const completed = record({
  resultType: { const: 'complete' },
  _meta: record({ 'io.modelcontextprotocol/serverInfo': serverInfo }),
});
const cached = record({ ttlMs: count, cacheScope: { enum: ['public', 'private'] } });

const response = {
  ...record({ jsonrpc: { const: '2.0' } }, {
    id: { type: ['string', 'integer', 'null'] },
    result: anything,
    error: record({ code: { type: 'integer' }, message: filled }),
    method: false,
  }),
  oneOf: [{ required: ['result', 'id'] }, { required: ['error'] }],
};

const notice = record({ jsonrpc: { const: '2.0' }, method: filled }, {
  params: anything,
  id: false,
});

const progress = record({
  progressToken: { type: ['string', 'integer'] },
  progress: number,
}, { total: number, message: text });

/* Tool results. */

const connection = record({
  id: filled,
  name: filled,
  provider_id: filled,
  privacy: filled,
  carto_dw: flag,
  created_at: filled,
  updated_at: filled,
});

const node = {
  ...record({
    id: filled,
    name: filled,
    type: { enum: ['database', 'schema', 'table', 'view'] },
  }, {
    children: list({ $ref: '#/$defs/node' }),
    childCount: count,
    childrenTruncated: flag,
  }),
  dependentRequired: { children: ['childCount', 'childrenTruncated'] },
};

const resources = {
  ...record({
    status: { const: 200 },
    data: record({
      provider: filled,
      type: filled,
      children: list({ $ref: '#/$defs/node' }),
      returnedItems: count,
      maxItemsApplied: count,
      truncated: flag,
      rootChildrenTruncated: flag,
      totalRootChildren: count,
    }),
  }),
  $defs: { node },
};

const found = record({
  id: filled,
  name: filled,
  type: { enum: ['table', 'view'] },
  database: filled,
  schema: filled,
  fqn: filled,
  _links: record({ resources: filled }),
});

const search = record({
  status: { const: 200 },
  data: record({
    provider: filled,
    results: list(found),
    returnedResults: count,
    truncated: flag,
    query: text,
    searchedContainers: count,
    totalContainers: count,
  }, { scopeFqn: text }),
});

export const COLUMN_TYPES = ['Number', 'String', 'Boolean', 'Timestamp', 'Geometry'];

const schemaMode = record({
  source: {
    oneOf: [
      record({ type: { const: 'table' }, fqn: filled }),
      record({ type: { const: 'query' }, sql: filled }),
    ],
  },
  schema: list(record({ name: filled, type: filled }), { minItems: 1 }),
}, {
  geomField: filled,
  geometryType: { enum: ['Point', 'LineString', 'Polygon'] },
  rowCount: count,
});

const quantiles = record(Object.fromEntries(Array.from({ length: 18 }, (_, i) => {
  const parts = i + 3;
  return [parts, list(orNull(number), { minItems: parts + 1, maxItems: parts + 1 })];
})));

const numeric = record({
  type: { const: 'Number' },
  min: orNull(number),
  max: orNull(number),
  avg: orNull(number),
  sum: orNull(number),
  quantiles: orNull(quantiles),
});

const categories = record({
  type: { enum: ['String', 'Boolean'] },
  categories: list(record({ category: { type: ['string', 'boolean'] }, frequency: count })),
});

const timestamp = record({
  type: { const: 'Timestamp' },
  min: orNull({ type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}' }),
  max: orNull({ type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}' }),
});

const geometry = record({
  type: { const: 'Geometry' },
  extent: orNull(record({ xmin: number, ymin: number, xmax: number, ymax: number })),
});

const rows = record({
  columns: list(text),
  rows: list(list({})),
  truncated: flag,
  returned: count,
  total: count,
});

const toolResults = {
  list_connections: record({ status: { const: 200 }, data: list(connection, { minItems: 1 }) }),
  list_resources: resources,
  search_resources: search,
  describe_schema: schemaMode,
  execute_query: rows,
  describe_stats: { oneOf: [numeric, categories, timestamp, geometry] },
};

/* The checker. */

export class Shapes {
  constructor(packages) {
    const { default: Ajv } = packages.load('ajv/dist/2020');
    this.Ajv = Ajv;
    this.ajv = new Ajv({ strict: false, allErrors: false });
    this.compiled = new Map();
  }

  // Strict where it catches mistakes (unknown keywords), without the style rules.
  compile(schema) {
    const ajv = new this.Ajv({
      strict: true,
      strictTypes: false,
      strictRequired: false,
      strictTuples: false,
      allowUnionTypes: true,
      validateFormats: false,
    });
    assert.ok(ajv.validateSchema(schema), `no 2020-12 schema: ${ajv.errorsText()}`);
    return ajv.compile(schema);
  }

  fits(schema, value, what) {
    let check = this.compiled.get(schema);
    if (!check) this.compiled.set(schema, check = this.ajv.compile(schema));
    assert.ok(check(value),
      `${what}: ${this.ajv.errorsText(check.errors)} in ${JSON.stringify(value)?.slice(0, 400)}`);
  }

  message(value) {
    if (value.method === undefined) return this.fits(response, value, 'a response');
    this.fits(notice, value, 'a notification');
    if (value.method === 'notifications/progress') this.fits(progress, value.params, 'progress');
  }

  result(method, revision, value) {
    const bodies = KNOWS.anyValue(revision) ? anyValueBodies : resultBodies;
    if (bodies[method]) this.fits(bodies[method], value, `${method} result`);
    if (!KNOWS.envelope(revision)) return;
    this.fits(completed, value, `${method} result of ${revision}`);
    if (CACHED.includes(method)) this.fits(cached, value, `${method} result of ${revision}`);
  }

  tool(kind, value) {
    this.fits(toolResults[kind], value, `${kind} answer`);
  }
}
