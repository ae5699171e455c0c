import { describe, expect, test } from 'vitest';
import { runtimeRules } from '../../src/diagnosis/crash.ts';
import { evidenceOf, exited, seen, stopped } from './evidence.ts';

const context = { service: 'my-app', port: 3000, healthPath: '/health', memory: 512 };

const crashes: [log: string, cause: string][] = [
  [
    "node:internal/modules/cjs/loader:1228\n  throw err;\n  ^\n\nError: Cannot find module 'express'\nRequire stack:\n- /app/server.js\n    at Function._resolveFilename",
    'the module express is not installed in the image.',
  ],
  ["Error: Cannot find module '/app/dist/index.js'\n    at x", 'the file /app/dist/index.js is not in the image.'],
  [
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'zod' imported from /app/server.js",
    'the module zod is not installed in the image.',
  ],
  [
    'Error: listen EADDRINUSE: address already in use :::3000\n    at Server.setupListenHandle',
    'the app could not open port 3000, because something in the same task listens there already.',
  ],
  [
    "Error: listen EADDRINUSE: address already in use :::3000\n    at x {\n  code: 'EADDRINUSE',\n  port: 3000\n}",
    'the app could not open port 3000, because something in the same task listens there already.',
  ],
  [
    'OSError: [Errno 98] Address already in use',
    'the app could not open its port, because something in the same task listens there already.',
  ],
  ['Error: listen EACCES: permission denied 0.0.0.0:80', 'the app may not open port 80: below 1024 only root may.'],
  ['Error: Missing environment variable DATABASE_URL\n    at x', 'the environment variable DATABASE_URL is not set.'],
  ['Error: Missing required env var: STRIPE_KEY', 'the environment variable STRIPE_KEY is not set.'],
  ['Error: Environment variable not found: DATABASE_URL.', 'the environment variable DATABASE_URL is not set.'],
  [
    '  File "os.py", line 714, in __getitem__\n    raise KeyError(key) from None\nKeyError: \'DATABASE_URL\'',
    'the environment variable DATABASE_URL is not set.',
  ],
  ['config.rb:3:in `fetch\': key not found: "REDIS_URL" (KeyError)', 'the environment variable REDIS_URL is not set.'],
  ['ReferenceError: API_TOKEN is not defined', 'the environment variable API_TOKEN is not set.'],
  ['Error: SECRET is required', 'the environment variable SECRET is not set.'],
  ['Error: JWT_SECRET must be set', 'the environment variable JWT_SECRET is not set.'],
  [
    'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.',
    'the environment variable SECRET_KEY is not set.',
  ],
  [
    "❌ Invalid environment variables: {\n  DATABASE_URL: [ 'Required' ]\n}",
    'the environment variable DATABASE_URL is not set.',
  ],
  [
    'pydantic_core.ValidationError: 1 validation error for Settings\ndatabase_url\n  Field required [type=missing, input_value={}, input_type=dict]',
    'the environment variable database_url is not set.',
  ],
  [
    'Error: connect ECONNREFUSED 10.0.1.7:5432\n    at TCPConnectWrap',
    'the app cannot reach its PostgreSQL database at 10.0.1.7:5432.',
  ],
  [
    'Error: connect ECONNREFUSED ::1:6379',
    'the app looks for its Redis server at ::1:6379, which inside the container is the container itself.',
  ],
  [
    "AggregateError [ECONNREFUSED]:\n    at internalConnectMultiple {\n  code: 'ECONNREFUSED',\n  [errors]: [\n    Error {\n      address: '127.0.0.1',\n      port: 27017\n    }\n  ]\n}",
    'the app looks for its MongoDB database at 127.0.0.1:27017, which inside the container is the container itself.',
  ],
  [
    'psycopg2.OperationalError: connection to server at "db.internal" (10.0.0.3), port 5432 failed: Connection refused',
    'the app cannot reach its PostgreSQL database at db.internal:5432.',
  ],
  [
    "Error: P1001: Can't reach database server at `db`:`5432`",
    'the app cannot reach its PostgreSQL database at db:5432.',
  ],
  [
    '2026/01/02 15:04:05 dial tcp 10.0.0.1:3306: connect: connection refused',
    'the app cannot reach its MySQL database at 10.0.0.1:3306.',
  ],
  [
    'OperationalError: could not translate host name "db" to address: Name or service not known',
    'the app looks for a server named db, and there is no such name here.',
  ],
  [
    'Error: getaddrinfo ENOTFOUND postgres',
    'the app looks for a server named postgres, and there is no such name here.',
  ],
  ['FATAL: password authentication failed for user "app"', 'the database did not accept the login of user app.'],
  ["ModuleNotFoundError: No module named 'flask'", 'the Python module flask is not in the image.'],
  ['ERROR: Error loading ASGI app. Could not import module "main".', 'the Python module main is not in the image.'],
  ['bundler: cannot load such file -- puma (LoadError)', 'the gem or file puma is not in the image.'],
  [
    'npm error Missing script: "start"\nnpm error\nnpm error To see a list of scripts, run:',
    'package.json has no script start.',
  ],
  ['npm ERR! missing script: serve', 'package.json has no script serve.'],
  ['sh: 1: next: not found', 'the command next is not installed in the image.'],
  ['sh: vite: not found', 'the command vite is not installed in the image.'],
  [
    "Error: Could not find a production build in the '.next' directory. Try building your app with 'next build'",
    'the built Next.js app (.next) is not in the image.',
  ],
  [
    "Error: EACCES: permission denied, mkdir '/app/cache'",
    'the app has no right to use /app/cache (permission denied).',
  ],
  ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', 'the app ran out of memory.'],
  [
    "TypeError: Cannot read properties of undefined (reading 'url')\n    at x",
    'the app ended with a programming error: it reads “url” of something that is not there.',
  ],
  [
    'Error: the config is odd\n    at boot (/app/server.js:3:9)\n    at main',
    'the app ended with an error: “Error: the config is odd”.',
  ],
  [
    'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    boot()\nmyapp.errors.BootError: no luck today',
    'the app ended with an error: “myapp.errors.BootError: no luck today”.',
  ],
  ['panic: no luck today\n\ngoroutine 1 [running]:', 'the app ended with an error: “panic: no luck today”.'],
  [
    "thread 'main' panicked at src/main.rs:4:5:\nno luck today\nnote: run with `RUST_BACKTRACE=1`",
    'the app ended with an error: “no luck today”.',
  ],
  ['starting up\nbye bye', 'the app ended with exit code 1; it said last: “bye bye”.'],

  [
    "ImportError: cannot import name 'url_quote' from 'werkzeug.urls' (/app/x.py)",
    'the Python module werkzeug.urls of the image has no url_quote: it is another version than the code expects.',
  ],
  [
    'Error: Could not find or load main class com.example.Main',
    'Java does not find the class to start (com.example.Main).',
  ],
  ['no main manifest attribute, in /app/app.jar', 'Java does not find the class to start (/app/app.jar).'],
  [
    'Exception in thread "main" java.lang.NoClassDefFoundError: org/slf4j/Logger',
    'the Java class org/slf4j/Logger is not in the image.',
  ],
  [
    'java.lang.UnsupportedClassVersionError: com/x/Main has been compiled by a more recent version of the Java Runtime (class file version 65.0)',
    'the Java of the image is older than the one that com/x/Main was compiled for.',
  ],
  [
    'PHP Fatal error: Uncaught Error: Class "App\\Kernel" not found in /app/index.php:3',
    'PHP does not find App\\Kernel in the image.',
  ],
  [
    "PHP Fatal error: Uncaught Error: Failed opening required '/app/vendor/autoload.php' (include_path='.')",
    'PHP does not find /app/vendor/autoload.php in the image.',
  ],
  [
    'main.go:4:2: no required module provides package github.com/gin-gonic/gin; to add it:',
    'the Go package github.com/gin-gonic/gin is not in the module.',
  ],
  ["The application to execute does not exist: '/app/web.dll'.", '.NET does not find /app/web.dll in the image.'],
  [
    'SyntaxError: Cannot use import statement outside a module',
    'Node reads the code as another kind of module (ESM or CommonJS) than it is written as.',
  ],
  [
    'TypeError [ERR_UNKNOWN_FILE_EXTENSION]: Unknown file extension ".ts" for /app/server.ts',
    'Node cannot run files that end in .ts: they have to be compiled first.',
  ],
  [
    '/app/node_modules/.bin/esbuild: cannot execute binary file',
    "a program of the image was built for another CPU than the task's, or is a script without its first line (#!).",
  ],
  [
    'Error: /app/node_modules/bcrypt/lib/bcrypt_lib.node: invalid ELF header',
    'a native module of the image was built for another system or CPU.',
  ],
  [
    './server: error while loading shared libraries: libpq.so.5: cannot open shared object file',
    'the system library libpq.so.5 is not in the image.',
  ],
  [
    "./server: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found",
    'the system of the image is older than the one its programs were built on (GLIBC_2.38 is missing).',
  ],
  [
    'Prisma Client could not locate the Query Engine for runtime "debian-openssl-3.0.x".',
    "Prisma's engine for debian-openssl-3.0.x is not in the image.",
  ],
  [
    "Error: ENOENT: no such file or directory, open '/app/config.json'",
    'the file /app/config.json is not in the image.',
  ],
  ['panic: open config.yaml: no such file or directory', 'the file config.yaml is not in the image.'],
  ['Error: ENOSPC: no space left on device, write', 'the disk of the task is full.'],
  [
    'panic: runtime error: invalid memory address or nil pointer dereference',
    'the app ended with a programming error: invalid memory address or nil pointer dereference.',
  ],
  [
    '  File "/app/main.py", line 3\n    def x(\nSyntaxError: invalid syntax',
    'the code has a mistake that keeps it from being read: “invalid syntax”.',
  ],
  ['FATAL: database "shop" does not exist', 'the database server has no database named shop.'],
  ['error: relation "users" does not exist', 'the database has no table users.'],
  [
    'ActiveRecord::PendingMigrationError: Migrations are pending.',
    'the database has not been brought up to date for this version (migrations are pending).',
  ],
  [
    'error: no pg_hba.conf entry for host "10.0.0.1", user "app", database "x", no encryption',
    'the database accepts only encrypted connections.',
  ],
  [
    'Error: self-signed certificate in certificate chain',
    'the app does not trust the certificate of a server that it needs.',
  ],
  ['FATAL: sorry, too many clients already', 'the database has no free connection for the app.'],
  [
    'AccessDeniedException: User: arn:aws:sts::1:assumed-role/app/x is not authorized to perform: dynamodb:GetItem on resource: y',
    'the role of the app may not do dynamodb:GetItem.',
  ],
  [
    'CredentialsProviderError: Could not load credentials from any providers',
    'the app uses AWS, but its task has no role that gives it credentials.',
  ],
  ['ERROR: permission denied for table users', 'the user of the database may not use users.'],
  [
    'Web server failed to start. Port 8080 was already in use.',
    'the app could not open port 8080, because something in the same task listens there already.',
  ],
  [
    'org.postgresql.util.PSQLException: Connection to db.internal:5432 refused. Check that',
    'the app cannot reach its PostgreSQL database at db.internal:5432.',
  ],
  [
    'java.net.ConnectException: Connection refused',
    'the app cannot reach a server that it needs, such as its database.',
  ],
  [
    'nginx: [emerg] host not found in upstream "api" in /etc/nginx/conf.d/default.conf:3',
    'the app looks for a server named api, and there is no such name here.',
  ],
  ['socket.gaierror: [Errno -2] Name or service not known', 'the app looks for a server whose name is not known here.'],
  [
    "OSError: [Errno 30] Read-only file system: '/app/cache'",
    'the app wants to write /app/cache, but the file system of its container is read-only.',
  ],
  [
    'AH00015: Unable to open logs: permission denied',
    'the app has no right to do something that it needs (permission denied).',
  ],
  [
    "Failed to find attribute 'app' in 'main'.",
    'the start command names the app object app, which does not exist in that module.',
  ],
  [
    "thread 'main' panicked at src/main.rs:4:5:\nDATABASE_URL must be set: NotPresent",
    'the environment variable DATABASE_URL is not set.',
  ],
];

describe('What the log adds to an exit code', () => {
  test.each(crashes)('%s', (log, cause) => {
    const diagnosis = seen(evidenceOf({ tasks: [exited(1)], log }), context);
    expect(diagnosis.cause).toBe(cause);
    expect(diagnosis.code).toMatch(/^(?:S28|L\d+)$/);
    expect(diagnosis.lines).toContain('web: exit code 1');
    const shown = diagnosis.lines.slice(diagnosis.lines.indexOf('web: exit code 1') + 1);
    expect(shown.length).toBeGreaterThan(0);
    for (const line of shown) expect(log).toContain(line);
    expect(`${diagnosis.cause} ${diagnosis.remedy}`).not.toMatch(/undefined|\[object| {2}|\.\.| [.,](?:\s|$)/);
  });

  test('there is an example for each row', () => {
    const shown = new Set(crashes.map(([log]) => seen(evidenceOf({ tasks: [exited(1)], log }), context).code));
    expect(runtimeRules.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
  });

  test.each([
    'DATABASE_URL is set, all required services are there\nError: the config is odd',
    'INFO the environment is production\nError: the config is odd',
    'GET /missing HTTP/1.1 404\nError: the config is odd',
    'WARN SENTRY_DSN is not set\nError: the config is odd',
    '2026-01-02 15:04:05 [warning] missing CSS file; connection refused\nError: the config is odd',
    'GET not found\nError: the config is odd',
    'using environment variable NODE_ENV is fine\nError: the config is odd',
  ])('an ordinary line is no cause: %s', (log) => {
    expect(seen(evidenceOf({ tasks: [exited(1)], log }), context).cause).toBe(
      'the app ended with an error: “Error: the config is odd”.',
    );
  });

  test('the lines around the error are shown', () => {
    const log = [
      ...Array.from({ length: 30 }, (_, n) => `before ${n}`),
      "Error: Cannot find module 'x'",
      'Require stack:',
      '- /app/a.js',
    ];
    const { lines } = seen(evidenceOf({ tasks: [exited(1)], log }), context);
    expect(lines).toEqual([
      'Essential container in task exited',
      'web: exit code 1',
      'before 27',
      'before 28',
      'before 29',
      "Error: Cannot find module 'x'",
      'Require stack:',
      '- /app/a.js',
    ]);
  });

  test('a warning counts where the log says nothing worse', () => {
    const diagnosis = seen(evidenceOf({ tasks: [exited(1)], log: 'WARN SENTRY_DSN is not set\nbye' }), context);
    expect(diagnosis.cause).toBe('the environment variable SENTRY_DSN is not set.');
  });

  test('a missing .env file is not taken for the cause where the variable is named', () => {
    const log = "Error: ENOENT: no such file or directory, open '/app/.env'\nError: DATABASE_URL missing";
    expect(seen(evidenceOf({ tasks: [exited(1)], log }), context).cause).toBe(
      'the environment variable DATABASE_URL is not set.',
    );
  });

  test('a missing command is named for exit code 127', () => {
    const diagnosis = seen(evidenceOf({ tasks: [exited(127)], log: 'sh: 1: gunicorn: not found' }), context);
    expect(diagnosis).toMatchObject({ code: 'L35', cause: 'the command gunicorn is not installed in the image.' });
  });
});

describe('Where the app listens, when its health check fails', () => {
  const silent = '(service my-app) (port 3000) is unhealthy in (target-group arn) due to (reason Request timed out).';
  const check = (log: string, port: number | undefined = 3000) =>
    seen(
      evidenceOf({
        tasks: [stopped('Task failed ELB health checks in (target-group arn)', 'ServiceSchedulerInitiated')],
        events: [silent],
        log,
      }),
      { ...context, port },
    );

  test.each<[log: string, cause: RegExp]>([
    ['Server listening on port 4000', /^the app listens on port 4000, but the service expects it on port 3000\.$/],
    ['Listening on :8080', /listens on port 8080, but .* 3000/],
    ['Tomcat started on port(s): 8080 (http)', /listens on port 8080, but .* 3000/],
    ['[INFO] Listening at: http://0.0.0.0:8000 (7)', /listens on port 8000, but .* 3000/],
    ['Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...', /listens on port 8000, but .* 3000/],
    [
      '  ➜  Local:   http://localhost:5173/\n  ➜  Network: use --host to expose',
      /listens on localhost:5173, which only the container itself reaches, but .* 3000/,
    ],
  ])('another port: %s', (log, cause) => {
    const diagnosis = check(log);
    expect(diagnosis).toMatchObject({ code: 'L1', certainty: 'certain' });
    expect(diagnosis.cause).toMatch(cause);
    expect(diagnosis.lines).toContain(log.split('\n')[0]?.trim().replace(/ +/g, ' '));
  });

  test.each<[log: string, remedy: string]>([
    ['INFO: Uvicorn running on http://127.0.0.1:3000 (Press CTRL+C to quit)', 'uvicorn --host 0.0.0.0'],
    [
      '[2026-01-02] [7] [INFO] Starting gunicorn 23.0.0\n[INFO] Listening at: http://127.0.0.1:3000 (7)',
      'gunicorn --bind 0.0.0.0:$PORT',
    ],
    [" * Serving Flask app 'main'\n * Running on http://127.0.0.1:3000", 'flask run --host 0.0.0.0'],
    [
      'Puma starting in single mode...\n* Listening on http://127.0.0.1:3000\n* Listening on http://[::1]:3000',
      'rails server -b 0.0.0.0',
    ],
    ['Starting development server at http://127.0.0.1:3000/', 'manage.py runserver 0.0.0.0:$PORT'],
    ['Server listening at http://127.0.0.1:3000', 'HOST'],
  ])('127.0.0.1 only: %s', (log, remedy) => {
    const diagnosis = check(log);
    expect(diagnosis.cause).toBe('the app listens on 127.0.0.1 only, so nothing outside the container reaches it.');
    expect(diagnosis).toMatchObject({ code: 'L2', certainty: 'certain' });
    expect(diagnosis.remedy).toContain(remedy);
  });

  test('a friendly link to localhost alone is not taken for a proof', () => {
    const diagnosis = check('Example app listening at http://localhost:3000');
    expect(diagnosis.cause).toBe(
      'the app seems to listen on localhost only, so nothing outside the container reaches it.',
    );
    expect(diagnosis.certainty).toBe('possible');
  });

  test('Vite says in words that it listens on localhost only', () => {
    expect(check('➜ Local: http://localhost:3000/\n➜ Network: use --host to expose')).toMatchObject({
      cause: 'the app listens on localhost only, so nothing outside the container reaches it.',
      remedy: 'Let it listen on 0.0.0.0: `vite --host 0.0.0.0`.',
      certainty: 'certain',
    });
  });

  test.each([
    '- Local: http://localhost:3000\n- Network: http://0.0.0.0:3000',
    ' * Running on all addresses (0.0.0.0)\n * Running on http://127.0.0.1:3000\n * Running on http://172.17.0.2:3000',
    'Debugger listening on ws://127.0.0.1:9229/x\nServer listening on port 3000',
    'Connected to database running on port 5432',
    'starting up at 12:34:56',
  ])('an app that listens as it should is not blamed for it: %s', (log) => {
    expect(check(log).cause).toBe('the app did not answer the health check on port 3000 in time.');
  });

  test('where the port is not known the event tells it', () => {
    const tasks = [stopped('Task failed ELB health checks in (target-group arn)', 'ServiceSchedulerInitiated')];
    const evidence = evidenceOf({ tasks, events: [silent], log: 'Listening on port 4000' });
    expect(seen(evidence, { service: 'my-app' }).cause).toBe(
      'the app listens on port 4000, but the service expects it on port 3000.',
    );
  });

  test('an app that waits for its database is not ready for that reason', () => {
    expect(check('retrying: connect ECONNREFUSED 10.0.0.9:5432').cause).toBe(
      'the app cannot reach its PostgreSQL database at 10.0.0.9:5432.',
    );
  });

  test("the container's own check fails on another port, too", () => {
    const tasks = [stopped('Task failed container health checks', 'ServiceSchedulerInitiated')];
    expect(seen(evidenceOf({ tasks, log: 'listening on 4000' }), context)).toMatchObject({
      code: 'L1',
      cause: 'the app listens on port 4000, but the service expects it on port 3000.',
    });
  });
});

describe('What the health check was answered', () => {
  const answered = (code: string, log = '') =>
    seen(
      evidenceOf({
        tasks: [stopped('Task failed ELB health checks in (target-group arn)', 'ServiceSchedulerInitiated')],
        events: [
          `(service my-app) (port 3000) is unhealthy in (target-group arn) due to (reason Health checks failed with these codes: [${code}]).`,
        ],
        log,
      }),
      context,
    );

  test.each<[code: string, cause: RegExp]>([
    ['404', /answers 404 \(not found\) to the health check: the path \/health does not exist/],
    ['302', /with a redirect/],
    ['401', /not allowed/],
    ['400', /400 \(bad request\)/],
    ['500', /error of its own \(500\)/],
    ['502, 503', /error of its own \(502, 503\)/],
    ['418', /answers 418 to the health check of \/health/],
  ])('%s', (code, cause) => {
    expect(answered(code)).toMatchObject({
      code: 'S43',
      certainty: 'certain',
      cause: expect.stringMatching(cause),
      also: [],
    });
  });

  test('an error of its own is explained by its log', () => {
    expect(answered('500', 'Error: connect ECONNREFUSED 10.0.0.9:5432').cause).toContain(
      'PostgreSQL database at 10.0.0.9:5432',
    );
  });

  test('a refused host name is recognised', () => {
    const log = "Invalid HTTP_HOST header: '10.0.1.2:3000'. You may need to add '10.0.1.2' to ALLOWED_HOSTS.";
    expect(answered('400', log).cause).toContain('does not know the host name');
  });
});
