// Vega-Lite specifications to try: the examples, mutations of them, and others made from the schema alone.
// Everything follows from the seed.

import { readFileSync, readdirSync } from 'node:fs';

export const EXAMPLES = 'tests/corpora/vega_lite/examples/';

export function examples() {
  return readdirSync(EXAMPLES).sort().map((name) => ({ name, spec: JSON.parse(readFileSync(EXAMPLES + name, 'utf8')) }));
}

export function randomOf(seed) {
  let state = seed >>> 0;
  const random = () => { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(random() * n);
  return { below, pick: (list) => list[below(list.length)], chance: (p) => random() < p };
}

// ---- mutations

const isObject = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);
const DATA = new Set(['values', 'datasets', 'usermeta']); // rows are not what a specification says

function* places(value, parent = null, key = null) { // every value with where it is held
  if (parent) yield { parent, key, value };
  if (value === null || typeof value !== 'object' || DATA.has(key)) return;
  for (const k of Object.keys(value)) yield* places(value[k], value, Array.isArray(value) ? Number(k) : k);
}

function misspelt(word, { below, pick }) {
  const at = below(word.length), letter = String.fromCharCode(97 + below(26));
  return pick([
    () => word.slice(0, at) + word.slice(at + 1),
    () => word.slice(0, at) + letter + word.slice(at),
    () => word.slice(0, at) + letter + word.slice(at + 1),
    () => word.slice(0, at) + word.slice(at, at + 2).split('').reverse().join('') + word.slice(at + 2),
    () => word.toUpperCase(),
    () => word[0]?.toUpperCase() + word.slice(1),
    () => word + 's',
    () => word.replace(/[A-Z]/g, (c) => '_' + c.toLowerCase()),
    () => word.toLowerCase(),
  ])();
}

const MARKS = ['bar', 'line', 'point', 'area', 'pie', 'scatter', 'histogram', 'boxplot', 'errorbar', 'heatmap', 'donut',
  'rect', 'arc', 'tick', 'text', 'column', 'bubble', 'circle', 'map', 'geoshape'];
const WORDS = ['quantitative', 'nominal', 'categorical', 'numeric', 'date', 'temporal', 'ordinal', 'number', 'string',
  'avg', 'mean', 'sum', 'count', 'total', 'asc', 'desc', 'ascending', 'descending', 'log', 'linear', 'left', 'top',
  'middle', 'center', 'year', 'yearmonth', 'month-year', 'viridis', 'blues', 'true', 'false', 'none', 'red', '#f00', ''];
const SYNONYMS = { encoding: 'encodings', mark: 'type', field: 'column', type: 'dataType', title: 'label', data: 'dataset',
  color: 'colour', axis: 'axes', scale: 'range', aggregate: 'agg', transform: 'transforms', values: 'rows', url: 'href',
  layer: 'layers', format: 'tickFormat', timeUnit: 'time_unit', param: 'selection', calculate: 'expr', x: 'X', y: 'Y' };

function renamed(object, from, to) {
  const entries = Object.entries(object).map(([k, v]) => [k === from ? to : k, v]);
  for (const k of Object.keys(object)) delete object[k];
  for (const [k, v] of entries) object[k] = v;
}

function wrongType(value, r) {
  const made = [null, true, false, 0, 1, -1, 5, 1.5, 1000000, '', 'abc', '5', [], {}, [1, 2], ['a'], { a: 1 }, [null], [{}],
    { field: 'a' }, { value: 1 }, { expr: 'a' }, [value], { value }, String(value)];
  return r.pick(made);
}

const set = (p, v) => { p.parent[p.key] = v; return true; };

/* Each makes one change in a copy and says whether it could. others: places of all examples. */
export const MUTATIONS = {
  misspell_name: (all, r) => {
    const p = r.pick(all.filter((q) => typeof q.key === 'string'));
    return p && (renamed(p.parent, p.key, misspelt(p.key, r)), true);
  },
  rename: (all, r) => {
    const p = r.pick(all.filter((q) => SYNONYMS[q.key]));
    return p && (renamed(p.parent, p.key, SYNONYMS[p.key]), true);
  },
  misspell_word: (all, r) => {
    const p = r.pick(all.filter((q) => typeof q.value === 'string' && q.value.length > 1));
    return p && set(p, misspelt(p.value, r));
  },
  other_word: (all, r) => {
    const p = r.pick(all.filter((q) => typeof q.value === 'string'));
    return p && set(p, r.pick(WORDS));
  },
  wrong_type: (all, r) => {
    const p = r.pick(all);
    return p && set(p, wrongType(p.value, r));
  },
  delete: (all, r) => {
    const p = r.pick(all);
    if (Array.isArray(p.parent)) p.parent.splice(p.key, 1);
    else delete p.parent[p.key];
    return true;
  },
  swap_mark: (all, r) => {
    const p = r.pick(all.filter((q) => q.key === 'mark'));
    if (!p) return false;
    if (isObject(p.value) && r.chance(0.5)) p.value.type = r.pick(MARKS);
    else set(p, r.pick(MARKS));
    return true;
  },
  move_up: (all, r) => {
    const p = r.pick(all.filter((q) => typeof q.key === 'string' && isObject(q.value) && Object.keys(q.value).length));
    if (!p) return false;
    const k = r.pick(Object.keys(p.value));
    p.parent[k] = p.value[k];
    delete p.value[k];
    return true;
  },
  move_down: (all, r) => {
    const p = r.pick(all.filter((q) => typeof q.key === 'string' && isObject(q.value)));
    const k = p && r.pick(Object.keys(p.parent).filter((name) => name !== p.key));
    if (!k) return false;
    p.value[k] = p.parent[k];
    delete p.parent[k];
    return true;
  },
  borrow: (all, r, others) => { // a member of something else
    const p = r.pick(all.filter((q) => isObject(q.value))), from = r.pick(others.filter((q) => typeof q.key === 'string'));
    if (!p) return false;
    p.value[from.key] = structuredClone(from.value);
    return true;
  },
  replace: (all, r, others) => {
    const p = r.pick(all);
    return set(p, structuredClone(r.pick(others).value));
  },
  same_name: (all, r, others) => { // the value that the same name has elsewhere
    const p = r.pick(all.filter((q) => typeof q.key === 'string'));
    const from = p && r.pick(others.filter((q) => q.key === p.key));
    return from && set(p, structuredClone(from.value));
  },
  wrap: (all, r) => {
    const p = r.pick(all);
    return set(p, Array.isArray(p.value) && p.value.length && r.chance(0.7) ? p.value[0] : [p.value]);
  },
  number: (all, r) => {
    const p = r.pick(all.filter((q) => typeof q.value === 'number'));
    return p && set(p, r.pick([-1, 0, 0.5, 1.5, 400, -400, 1e6, String(p.value)]));
  },
};

export const allPlaces = (list) => list.flatMap((e) => [...places(e.spec)]);

export function mutated(spec, kind, r, others) {
  const copy = { root: structuredClone(spec) };
  const all = [...places(copy.root)];
  return all.length && MUTATIONS[kind](all, r, others) ? copy.root : null;
}

// ---- made from the schema: what it accepts, most of the time

export function generator(schema, r) {
  const definition = (ref) => schema.definitions[decodeURIComponent(ref.split('/').pop())];
  const number = (n) => {
    const low = n.minimum ?? -5, high = n.maximum ?? low + 400;
    return r.pick([low, high, low + (high - low) / 2, Math.min(high, low + r.below(9))]);
  };
  const make = (n, depth) => {
    if (n.$ref) return make(definition(n.$ref), depth);
    if ('const' in n) return n.const;
    if (n.enum) return r.pick(n.enum);
    if (n.anyOf) {
      if (depth > 0) return make(r.pick(n.anyOf), depth);
      return make(n.anyOf.find((b) => simple(b)) ?? r.pick(n.anyOf), depth);
    }
    const type = Array.isArray(n.type) ? r.pick(n.type) : n.type;
    if (type === 'null') return null;
    if (type === 'boolean') return r.chance(0.5);
    if (type === 'number') return number(n);
    if (type === 'string') return n.maxLength === 1 ? '|' : r.pick(['a', 'b c', 'red', '#123456', 'value', 'width']);
    if (type === 'array') {
      const count = Math.max(n.minItems ?? 0, Math.min(n.maxItems ?? 3, r.below(depth > 0 ? 4 : 1)));
      return Array.from({ length: count }, () => make(n.items ?? {}, depth - 1));
    }
    if (type === 'object' || n.properties) {
      const object = {}, names = Object.keys(n.properties ?? {});
      for (const k of n.required ?? []) object[k] = make(n.properties[k], depth - 1);
      for (let i = depth > 0 ? r.below(5) : 0; i > 0 && names.length; i--) {
        const k = r.pick(names);
        object[k] = make(n.properties[k], depth - 1);
      }
      if (n.additionalProperties !== false && r.chance(0.5))
        object[r.pick(['x', 'y', 'name'])] ??= make(isObject(n.additionalProperties) ? n.additionalProperties : {}, depth - 1);
      return object;
    }
    return r.pick([null, 1, 'a', true, [1], { a: 1 }]);
  };
  const simple = (n) => (n.$ref ? simple(definition(n.$ref)) : !n.anyOf && !['object', 'array'].includes(n.type));
  return () => make({ $ref: schema.$ref }, 3 + r.below(6));
}
