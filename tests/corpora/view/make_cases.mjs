// make_cases.mjs: prints the cases of this directory. Needs npm's @math.gl/web-mercator.
import {fitBounds} from '@math.gl/web-mercator';

let seed = 7;
const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const short = (x) => Number(x.toPrecision(15));

for (let i = 0; i < 300; i++) {
  const wide = Math.min(10 ** (random() * 5 - 3), 359), high = 10 ** (random() * 4.7 - 3);
  const west = random() * 360 - 180, middle = random() * 160 - 80;
  const south = Math.max(-85, middle - high / 2), north = Math.min(85, middle + high / 2);
  if (north <= south) continue;
  const width = Math.round(200 + random() * 1800), height = Math.round(200 + random() * 1200);
  const padding = Math.floor(random() * 0.24 * Math.min(width, height));
  const view = fitBounds({width, height, padding, maxZoom: 40, bounds: [[west, south], [west + wide, north]]});
  const within = (lng) => (lng > 180 ? lng - 360 : lng);
  console.log(JSON.stringify({
    box: [west, south, within(west + wide), north].map(short), size: [width, height], padding,
    lng: short(within(view.longitude)), lat: short(view.latitude),
    zoom: short(Math.min(22, Math.max(0, view.zoom + 1)))  // its world is 512 pixels wide at zoom 0
  }));
}
