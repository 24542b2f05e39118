// Widgets against the public JavaScript client's own computation over rows in memory: the same rows, filters,
// mask and widgets, each client's first read (with the mask) and second. What both show has to be the same.
// Needs build/bench_widget and @carto/api-client in build/widgets-npm. Prints one JSON object a line.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open, METHODS, same } from '../widgets/client.mjs';

const ROUNDS = 3;
const FILE = 'build/bench-data/widgets.bin';

const run = (...args) => execFileSync('build/bench_widget', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
const setup = JSON.parse(run('data', FILE));
const bytes = readFileSync(FILE);

let at = 0;
function column(Type, count) {
  const size = count * Type.BYTES_PER_ELEMENT;
  const part = new Type(bytes.buffer.slice(bytes.byteOffset + at, bytes.byteOffset + at + size));
  at += size;
  return part;
}

const n = setup.rows;
const value = column(Float64Array, n), amount = column(Float64Array, n), time = column(BigInt64Array, n);
const point = column(Float64Array, 2 * n), kind = column(Uint32Array, n), city = column(Uint32Array, n);
const kinds = Array.from({ length: 1000 }, (_, i) => `kind ${i}`);
const cities = Array.from({ length: 1000 }, (_, i) => `city ${i}`);

const features = new Array(n);
for (let i = 0; i < n; i++) {
  features[i] = {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [point[2 * i], point[2 * i + 1]] },
    properties: {
      kind: kinds[kind[i]], city: cities[city[i]], value: value[i], amount: amount[i], time: Number(time[i]),
    },
  };
}
const geojson = { type: 'FeatureCollection', features };

const ours = run('reads').trim().split('\n').map((line) => JSON.parse(line));
const { source, version } = open();
const peer = `@carto/api-client ${version}, local`;

function report(work, mine, theirs) {
  const ratio = Number((theirs / mine).toFixed(1));
  console.log(JSON.stringify({
    work, unit: 'ms', ours: mine, peer, theirs: Number(theirs.toFixed(2)), ratio, budget: '>= 20', met: ratio >= 20,
  }));
}

for (const [i, widget] of setup.widgets.entries()) {
  const options = { ...widget.params, filters: setup.filters, spatialFilter: setup.mask };
  let first = Infinity, second = Infinity, shown;
  for (let round = 0; round < ROUNDS; round++) {
    let start = performance.now();
    source.loadGeoJSON({ geojson, spatialFilter: setup.mask });
    await source[METHODS[widget.model]](options);
    first = Math.min(first, performance.now() - start);
    start = performance.now();
    shown = await source[METHODS[widget.model]](options);
    second = Math.min(second, performance.now() - start);
  }
  if (widget.model === 'scatter') shown = shown.slice(0, 500); // the service's limit, and ours
  if (!same(shown, ours[i].result)) {
    console.error(`${widget.name}: the two differ`, JSON.stringify(shown).slice(0, 300),
      JSON.stringify(ours[i].result).slice(0, 300));
    process.exitCode = 1;
  }
  report(`widget: ${widget.name}`, ours[i].first, first);
  report(`widget: ${widget.name}, again`, ours[i].second, second);
}
