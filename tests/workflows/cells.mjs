// cells.mjs < points: for "resolution steps lng lat" lines, what h3-js says: the cell of each, and for each
// cell its centre and the cells within so many steps.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { latLngToCell, cellToLatLng, gridDiskDistances } =
  createRequire(`${process.cwd()}/`)('h3-js');
const cells = [], centers = {}, rings = {};
for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
  const [resolution, steps, lng, lat] = line.split(' ').map(Number);
  const cell = latLngToCell(lat, lng, resolution);
  cells.push(cell);
  if (centers[cell]) continue;
  const [y, x] = cellToLatLng(cell);
  centers[cell] = [x, y];
  rings[cell] = gridDiskDistances(cell, steps);
}
console.log(JSON.stringify({ cells, centers, rings }));
