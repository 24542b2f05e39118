// Counting, time limits and clean-up. A failed check is printed and the run goes on.

import { AssertionError } from 'node:assert';

const TEST_LIMIT_MS = 20_000;
const SHOWN_LINES = 12;
const SHOWN_COLUMNS = 240;

const total = { passed: 0, failed: 0 };
const childPids = new Set();

// A test program that dies must not leave servers behind.
process.on('exit', () => {
  for (const pid of childPids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // already gone
    }
  }
});

export function adopt(pid) {
  if (pid) childPids.add(pid);
}

export function release(pid) {
  childPids.delete(pid);
}

export function sleep(ms) {
  return new Promise((wake) => setTimeout(wake, ms));
}

export async function within(promise, ms, what, onLate = () => {}) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      onLate();
      reject(new Error(`${what}: nothing after ${ms} ms`));
    }, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function clip(text) {
  return text.split('\n').slice(0, SHOWN_LINES)
    .map((line) => (line.length > SHOWN_COLUMNS ? `${line.slice(0, SHOWN_COLUMNS)}...` : line))
    .join('\n     ');
}

function explain(error) {
  if (error instanceof AssertionError) return error.message;
  return error?.stack ?? String(error);
}

export class Group {
  constructor(title) {
    this.title = title;
    this.passed = 0;
    this.failed = 0;
    this.started = Date.now();
  }

  async test(name, body, limit = TEST_LIMIT_MS) {
    try {
      await within(Promise.resolve().then(body), limit, 'the test');
      this.passed++;
      return true;
    } catch (error) {
      this.failed++;
      console.log(`FAIL ${this.title}: ${name}\n     ${clip(explain(error))}`);
      return false;
    }
  }

  note(text) {
    console.log(`note ${this.title}: ${text}`);
  }

  end() {
    total.passed += this.passed;
    total.failed += this.failed;
    const seconds = ((Date.now() - this.started) / 1000).toFixed(1);
    const failed = this.failed ? `, ${this.failed} failed` : '';
    console.log(`${this.title}: ${this.passed} passed${failed} (${seconds} s)`);
  }
}

export async function group(title, body) {
  const tests = new Group(title);
  try {
    await body(tests);
  } catch (error) {
    await tests.test('the group runs to its end', () => {
      throw error;
    });
  }
  tests.end();
}

export function finish(failure) {
  if (failure) {
    total.failed++;
    console.log(`FAIL ${failure}`);
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed || !total.passed ? 1 : 0);
}
