// Starts what answers as CARTO's REST API does, and stops it.

import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

// Until the program has an `api` command: a loop of Node's over the engine, one request at a time.
export async function start(engine, { data, maps, name, token }) {
  const child = spawn(engine, [name, data, maps, token], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()(JSON.parse(line)));
  const server = createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece)).on('end', () => {
      const [path, query = ''] = request.url.split('?');
      const body = Buffer.concat(pieces).toString();
      waiting.push((answer) => {
        response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
        response.end(answer.body);
      });
      child.stdin.write(JSON.stringify({ method: request.method, path, query, headers: request.headers, body }) + '\n');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => { server.close(); server.closeAllConnections(); child.stdin.end(); },
  };
}
