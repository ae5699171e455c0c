import { describe, expect, test } from 'vitest';
import { createLogErrorReader, findLogErrors } from '../../src/diagnosis/logErrors.ts';

/** What a test looks at: where, how loud, what, and the place in the source. */
function found(log: string) {
  return findLogErrors(log).map(({ line, root, message, source, code }) => ({
    at: line,
    root,
    message,
    ...(code && { code }),
    ...(source && { source: [source.file, source.line, source.column].filter(Boolean).join(':') }),
  }));
}

describe('Errors of every run-time, with the place in the source', () => {
  test.each<[string, string, object]>([
    [
      'Node',
      "server is starting\n/app/server.js:3\n  throw new Error('odd');\n  ^\n\nError: odd\n    at run (/app/node_modules/x/i.js:1:1)\n    at boot (/app/server.js:3:9)\n    at node:internal/main:1:1\n\nNode.js v22.1.0",
      { at: 6, message: 'Error: odd', source: '/app/server.js:3:9' },
    ],
    [
      'Node, a missing module',
      "node:internal/modules/cjs/loader:1228\n  throw err;\n  ^\n\nError: Cannot find module 'express'\nRequire stack:\n- /app/server.js\n    at Function.x (node:internal/modules/cjs/loader:1225:15)",
      { at: 5, message: "Error: Cannot find module 'express'", code: 'L10' },
    ],
    [
      'Python',
      'INFO starting\nTraceback (most recent call last):\n  File "/usr/lib/python3/site-packages/x.py", line 9, in go\n    go()\n  File "/app/main.py", line 3, in <module>\n    boot()\nKeyError: \'DATABASE_URL\'\nbye',
      { at: 2, message: "KeyError: 'DATABASE_URL'", source: '/app/main.py:3', code: 'L40' },
    ],
    [
      'Java',
      'Exception in thread "main" java.lang.IllegalStateException: odd\n\tat com.acme.Main.run(Main.java:12)\n\tat com.acme.Main.main(Main.java:5)\nCaused by: java.net.ConnectException: Connection refused\n\t... 3 more',
      { at: 1, message: 'Exception in thread "main" java.lang.IllegalStateException: odd', source: 'Main.java:12' },
    ],
    [
      'Go',
      'panic: odd\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:14 +0x1d\nexit status 2',
      { at: 1, message: 'panic: odd', source: '/app/main.go:14' },
    ],
    [
      'Rust',
      "thread 'main' panicked at src/main.rs:4:5:\nodd\nnote: run with `RUST_BACKTRACE=1`",
      { at: 1, message: "thread 'main' panicked at src/main.rs:4:5:", source: 'src/main.rs:4:5' },
    ],
    [
      'Ruby',
      '/app/config.rb:3:in `fetch\': key not found: "REDIS_URL" (KeyError)\n\tfrom /app/config.rb:3:in `<main>\'',
      { at: 1, code: 'L40', source: '/app/config.rb:3' },
    ],
    [
      'PHP',
      'PHP Fatal error:  Uncaught Error: Class "App\\Kernel" not found in /app/index.php:3\nStack trace:',
      { at: 1, code: 'L18', source: '/app/index.php:3' },
    ],
  ])('%s', (_, log, expected) => {
    expect(found(log)[0]).toMatchObject({ root: true, ...expected });
    expect(found(log).filter(({ root }) => root)).toHaveLength(1);
  });
});

describe('What compilers and builds write', () => {
  test.each<[string, string, string]>([
    ['tsc', "src/app.ts(3,9): error TS2304: Cannot find name 'foo'.", 'src/app.ts:3:9'],
    [
      'tsc with colours',
      "\u001b[96msrc/app.ts\u001b[0m:\u001b[93m3\u001b[0m:\u001b[93m9\u001b[0m - \u001b[91merror\u001b[0m TS2304: Cannot find name 'foo'.",
      'src/app.ts:3:9',
    ],
    ['go', './main.go:14:2: undefined: foo', './main.go:14:2'],
    ['rustc', 'error[E0425]: cannot find value `x` in this scope\n  --> src/main.rs:4:5\n   |', 'src/main.rs:4:5'],
    ['javac', '/app/src/App.java:12: error: cannot find symbol', '/app/src/App.java:12'],
    ['maven', '[ERROR] /app/src/App.java:[12,5] cannot find symbol', '/app/src/App.java:12:5'],
    ['gcc', 'src/a.c:3:9: fatal error: libpq-fe.h: No such file or directory', 'src/a.c:3:9'],
    ['eslint', '/app/src/app.js\n  3:9  error  foo is not defined  no-undef', '/app/src/app.js:3:9'],
    [
      'webpack',
      "ERROR in ./src/app.js 3:9-20\nModule not found: Error: Can't resolve './Header' in '/app/src'",
      './src/app.js:3:9',
    ],
    [
      'vite',
      '✗ Build failed in 1s\nerror during build:\nsrc/main.ts (3:9): "x" is not exported by "src/y.ts"',
      'src/main.ts:3:9',
    ],
    [
      'BuildKit',
      '#9 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2\nDockerfile:14',
      'Dockerfile:14',
    ],
    ['a Dockerfile', 'dockerfile parse error line 14: unknown instruction: RUNN', 'Dockerfile:14'],
  ])('%s', (_, log, source) => {
    expect(found(log).map((each) => each.source)).toContain(source);
  });
});

describe('Only what matters is loud', () => {
  test('how npm, Docker and the deployment end after the error follows from it', () => {
    const log = [
      '== Build image',
      "src/app.ts(3,9): error TS2304: Cannot find name 'foo'.",
      'npm error Lifecycle script `build` failed with error:',
      'npm error code 2',
      'ERROR: process "/bin/sh -c npm run build" did not complete successfully: exit code: 2',
      '!! The image could not be built: “RUN npm run build” failed.',
    ].join('\n');
    expect(found(log).filter(({ root }) => root)).toMatchObject([{ at: 2, code: 'B50' }]);
    expect(found(log).map(({ at }) => at)).toContain(5);
  });

  test('what repeats is one error', () => {
    const again = (n: number) => `2026-01-02T03:04:0${n}Z Error: connect ECONNREFUSED 10.0.0.9:5432`;
    expect(findLogErrors([again(1), 'waiting', again(2), 'waiting', again(3)])).toMatchObject([
      { line: 1, count: 3, again: [3, 5], code: 'L62' },
    ]);
  });

  test.each([
    'GET /missing HTTP/1.1 404 not found',
    'compiled with 0 errors',
    'no errors found',
    'WARN deprecated: this may fail',
    '{"level":"info","errors":[]}',
    'loaded error handler',
    'added 3 packages, found 0 vulnerabilities',
    'INFO failed logins: 0',
  ])('an ordinary line is none: %s', (line) => {
    expect(findLogErrors(line)).toEqual([]);
  });

  test('control sequences do not reach the message', () => {
    expect(found('\u001b[31mError: red\u001b[0m \u202Eevil')[0]?.message).toBe('Error: red evil');
  });

  test('a secret does not reach the message', () => {
    expect(found('Error: cannot open postgres://app:hunter2secret@db/x')[0]?.message).not.toContain('hunter2secret');
  });
});

test('a live log is read line by line, with the same result', () => {
  const lines = ['ok', "Error: Cannot find module 'x'", '    at y (/app/a.js:1:2)', 'ok'];
  const reader = createLogErrorReader();
  for (const line of lines) reader.add(line);
  expect(reader.errors()).toEqual(findLogErrors(lines.join('\n')));
  expect(reader.errors()).toMatchObject([{ line: 2, lastLine: 3 }]);
});
