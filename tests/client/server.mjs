// Starts `carto-mcp api`, and stops it.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export async function start(program, { data, maps, name, token }) {
  const directory = mkdtempSync(join(tmpdir(), 'carto-token-'));
  const file = join(directory, 'token');
  writeFileSync(file, token, { mode: 0o600 });
  const child = spawn(program, ['--data', `${name}=${data}`, '--maps', maps, 'api', '--listen', '127.0.0.1:0', '--token-file', file],
    { stdio: ['ignore', 'inherit', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    ended.then((status) => reject(new Error(`the server ended with ${status}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const found = line.match(/answering on (http:.*)/);
      if (found) resolve(found[1]);
      else console.error(line);
    });
  });
  rmSync(directory, { recursive: true });
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      if (await ended !== 0) throw new Error('the server did not end as it should');
    },
  };
}
