// One server process with bare pipes: what goes in and comes out is exactly what a test says.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { adopt, release, sleep, within } from './harness.mjs';
import { initialize, initialized, NEWEST_LEGACY } from './messages.mjs';

const REPLY_MS = 8_000;
const STUCK_MS = 300;     // once one answer failed to come, the others are not waited for as long
const EXIT_MS = 4_000;
const NEWLINE = 10;

export class Pipe {
  constructor(command, args = [], { paused = false } = {}) {
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.queue = [];      // messages nobody has taken yet
    this.all = [];        // every message, for what must never have been sent
    this.texts = [];      // the same as raw lines
    this.fault = null;
    this.stderr = '';
    this.waiting = [];
    this.patience = Infinity;
    this.parts = [];
    adopt(this.child.pid);
    this.exit = new Promise((done) => {
      this.child.on('error', (error) => this.fail(error));
      this.child.on('close', (code, signal) => {
        release(this.child.pid);
        this.closed = { code, signal };
        this.settle();
        done(this.closed);
      });
    });
    this.child.stdin.on('error', () => {});   // a server that is gone shows in closed
    this.child.stdout.on('error', () => {});
    this.child.stderr.on('data', (bytes) => {
      this.stderr = (this.stderr + bytes).slice(-4000);
    });
    if (!paused) this.read();
  }

  read() {
    this.child.stdout.on('data', (bytes) => this.feed(bytes));
  }

  feed(bytes) {
    let start = 0;
    for (let end; (end = bytes.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      this.parts.push(bytes.subarray(start, end));
      this.line(Buffer.concat(this.parts).toString());
      this.parts = [];
    }
    if (start < bytes.length) this.parts.push(bytes.subarray(start));
    this.settle();
  }

  line(text) {
    try {
      const message = JSON.parse(text);
      this.texts.push(text);
      this.all.push(message);
      this.queue.push(message);
    } catch {
      this.fail(new Error(`stdout has a line that is not JSON: ${text.slice(0, 200)}`));
    }
  }

  fail(error) {
    this.fault ??= error;
    this.settle();
  }

  settle() {
    this.waiting = this.waiting.filter((wait) => !wait());
  }

  // Resolves with the first message that fits, and takes it off the queue.
  take(fits, what, ms = REPLY_MS) {
    const found = new Promise((done, reject) => {
      const attempt = () => {
        const index = this.queue.findIndex(fits);
        if (index >= 0) done(this.queue.splice(index, 1)[0]);
        else if (this.fault) reject(this.fault);
        else if (this.closed) reject(new Error(`the server ended ${this.state()}`));
        else return false;
        return true;
      };
      if (!attempt()) this.waiting.push(attempt);
    });
    return this.patiently(found, ms, `waiting for ${what}`);
  }

  state() {
    return `${JSON.stringify(this.closed)}; stderr: ${this.stderr.slice(-300)}`;
  }

  reply(id, ms) {
    return this.take((m) => m.id === id && m.method === undefined, `reply ${id}`, ms);
  }

  // A reply to something whose id could not be read: null, or no id at all.
  stray(ms) {
    return this.take((m) => (m.id ?? null) === null && m.error, 'an error without an id', ms);
  }

  // Resolves when the pipe has taken it all.
  write(data, ms = REPLY_MS) {
    const written = new Promise((done) => this.child.stdin.write(data, () => done()));
    return this.patiently(written, ms, 'writing');
  }

  patiently(promise, ms, what) {
    return within(promise, Math.min(ms, this.patience), what, () => {
      this.patience = STUCK_MS;
    });
  }

  send(...messages) {
    return this.write(messages.map((m) => `${JSON.stringify(m)}\n`).join(''));
  }

  async ask(message, ms) {
    await this.send(message);
    return this.reply(message.id, ms);
  }

  async result(message, ms) {
    const reply = await this.ask(message, ms);
    assert.equal(reply.error, undefined, `unexpected error ${JSON.stringify(reply.error)}`);
    return reply.result;
  }

  async error(message, code) {
    const reply = await this.ask(message);
    assert.ok(reply.error, `expected an error, got ${JSON.stringify(reply.result)}`);
    if (code !== undefined) assert.equal(reply.error.code, code, reply.error.message);
    return reply.error;
  }

  async alive() {
    const id = `alive-${this.all.length}-${this.waiting.length}`;
    await this.result({ jsonrpc: '2.0', id, method: 'ping' });
  }

  async silence(ms = 120) {
    await sleep(ms);
    assert.deepEqual(this.queue, [], 'an unexpected message');
  }

  async gone(ms = EXIT_MS) {
    const started = Date.now();
    const how = await within(this.exit, ms, 'waiting for the server to end');
    return { ...how, ms: Date.now() - started };
  }

  // The ordinary end: nothing left over, end of input, status 0.
  async close() {
    this.child.stdin.end();
    const how = await this.gone();
    assert.equal(how.code, 0, `exit ${this.state()}`);
    if (this.fault) throw this.fault;
    assert.deepEqual(this.queue, [], 'a message nobody asked for');
  }

  kill() {
    this.child.kill('SIGKILL');
  }
}

// Runs body with a fresh server, which is ended whatever happens.
export async function withPipe(command, args, body, options) {
  const pipe = new Pipe(command, args, options);
  try {
    return await body(pipe);
  } finally {
    pipe.kill();
  }
}

/* Steps that several tests on bare pipes share. */

export async function opened(pipe, revision = NEWEST_LEGACY) {
  const result = await pipe.result(initialize('open', revision));
  await pipe.send(initialized);
  return result;
}

export async function endsCleanly(pipe, shapes) {
  pipe.all.flat().forEach((message) => shapes.message(message));
  await pipe.close();
}

export function codeOf(reply) {
  assert.ok(reply.error, `expected an error, got ${JSON.stringify(reply)}`);
  return reply.error.code;
}

export function oneOf(codes, reply) {
  assert.ok(codes.includes(codeOf(reply)), JSON.stringify(reply.error));
}
