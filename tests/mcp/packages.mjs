// Finds the installed packages: they live beside the program under test, never in this tree.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const INSPECTOR_NEEDS = [22, 19];

export class Packages {
  constructor(directory) {
    this.directory = resolve(directory);
    if (!existsSync(join(this.directory, 'node_modules'))) {
      throw new Error(`no packages in ${this.directory}: run "make test-mcp"`);
    }
    this.require = createRequire(join(this.directory, 'package.json'));
  }

  load(name) {
    return this.require(name);
  }

  path(name) {
    return join(this.directory, 'node_modules', name);
  }

  inspector() {
    const root = this.path('@modelcontextprotocol/inspector');
    return join(root, this.require(join(root, 'package.json')).bin['mcp-inspector']);
  }

  // The Inspector needs a newer Node than the rest; the package of that name brings one.
  newNode() {
    const brought = join(dirname(this.path('node/package.json')), 'bin', 'node');
    if (existsSync(brought)) return brought;
    const [major, minor] = process.versions.node.split('.').map(Number);
    const enough = major > INSPECTOR_NEEDS[0] ||
      (major === INSPECTOR_NEEDS[0] && minor >= INSPECTOR_NEEDS[1]);
    return enough ? process.execPath : null;
  }
}
