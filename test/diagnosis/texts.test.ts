import { describe, expect, test } from 'vitest';
import { apiRules } from '../../src/diagnosis/apiErrors.ts';
import { buildRules } from '../../src/diagnosis/buildErrors.ts';
import { type EvidenceInput, findCauses } from '../../src/diagnosis/evidenceInput.ts';
import { gitRules } from '../../src/diagnosis/gitErrors.ts';
import { registryRules } from '../../src/diagnosis/registryErrors.ts';
import type { TextRule } from '../../src/diagnosis/rule.ts';
import type { Cause } from '../../src/shared/cause.ts';

type Example = [code: string, text: string, cause: RegExp];

const api: Example[] = [
  ['S67', 'ServiceNotFoundException: Service not found.', /no service of that name/],
  ['S67', '{"failures":[{"arn":"arn:aws:ecs:x:1:service/c/web","reason":"MISSING"}]}', /no service of that name/],
  ['S68', 'ServiceNotActiveException: Service was not ACTIVE.', /has been deleted/],
  ['S69', 'ClusterNotFoundException: Cluster not found.', /cluster does not exist/],
  [
    'S70',
    "ClientException: Invalid 'cpu' setting for task. For more information, see the Troubleshooting section.",
    /no tasks of that size/,
  ],
  [
    'S70',
    'ClientException: No Fargate configuration exists for given values: 256 CPU, 4096 memory.',
    /no tasks of that size/,
  ],
  [
    'S71',
    'InvalidParameterException: The container web does not exist in the task definition.',
    /expects the container web,/,
  ],
  [
    'S71',
    'InvalidParameterException: The container web did not have a container port 8080 defined.',
    /container web with port 8080/,
  ],
  [
    'S72',
    'AccessDeniedException: User: arn:aws:iam::1:user/x is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:eu-central-1:1:service/c/web because',
    /may not do ecs:UpdateService on arn:aws:ecs/,
  ],
  [
    'S72',
    'AccessDeniedException: User: arn:aws:iam::1:user/x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/exec',
    /may not hand the role arn:aws:iam::1:role\/exec/,
  ],
  ['S72', 'AccessDeniedException', /may not do that/],
  ['S73', 'ExpiredTokenException: The security token included in the request is expired', /session is over/],
  [
    'S73',
    'UnrecognizedClientException: The security token included in the request is invalid.',
    /does not know the access key/,
  ],
  [
    'S73',
    'InvalidSignatureException: Signature expired: 20260102T000000Z is now earlier than 20260102T001000Z',
    /clock of this computer/,
  ],
  [
    'S73',
    'InvalidSignatureException: The request signature we calculated does not match the signature you provided.',
    /secret of the AWS access key/,
  ],
  ['S77', 'CredentialsProviderError: Could not load credentials from any providers', /no AWS credentials/i],
  [
    'S78',
    "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    /its subnets/,
  ],
  [
    'S79',
    "InvalidParameterException: Error retrieving subnet information for [subnet-0123]: The subnet ID 'subnet-0123' does not exist",
    /subnet-0123 does not exist/,
  ],
  ['S80', 'ClientException: Role is not valid', /role that the task/],
  [
    'S81',
    'InvalidParameterException: The target group arn:aws:x does not have an associated load balancer.',
    /belongs to no load balancer/,
  ],
  ['S82', 'ClientException: Unable to describe task definition.', /task definition does not exist/],
  ['S83', 'ThrottlingException: Rate exceeded', /limiting the rate/],
  ['S84', 'LimitExceededException: The limit for your resource type was exceeded.', /limit of the AWS account/],
  ['S85', 'Error: getaddrinfo ENOTFOUND ecs.eu-central-9.amazonaws.com', /could not be reached/],
  ['S86', 'ServerException: Service Unavailable. Please try again later.', /reason of its own/],
];

const git: Example[] = [
  [
    'G1',
    'warning: Could not find remote branch prod to clone.\nfatal: Remote branch prod not found in upstream origin',
    /branch or tag prod/,
  ],
  [
    'G2',
    'Host key verification failed.\nfatal: Could not read from remote repository.',
    /does not know the ssh server/,
  ],
  ['G3', 'git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.', /ssh key/],
  [
    'G4',
    "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
    /did not accept the credentials/,
  ],
  [
    'G4',
    "remote: HTTP Basic: Access denied\nfatal: Authentication failed for 'https://gitlab.com/x/y.git/'",
    /did not accept the credentials/,
  ],
  [
    'G5',
    "remote: Repository not found.\nfatal: repository 'https://github.com/x/y.git/' not found",
    /does not exist, or may not be seen/,
  ],
  [
    'G6',
    "fatal: unable to access 'https://git.example.invalid/x.git/': Could not resolve host: git.example.invalid",
    /git\.example\.invalid/,
  ],
  [
    'G7',
    "fatal: unable to access 'https://10.0.0.1/x.git/': Failed to connect to 10.0.0.1 port 443 after 2 ms: Connection refused",
    /10\.0\.0\.1 could not be reached/,
  ],
  ['G8', "fatal: unable to access 'https://x/': SSL certificate problem: self-signed certificate", /certificate/],
  ['G9', 'error: copy-fd: write returned: No space left on device', /disk is full/],
  ['G10', "fatal: clone of 'git@github.com:x/lib.git' into submodule path '/w/lib' failed", /submodule \/w\/lib/],
  ['G11', "error: external filter 'git-lfs filter-process' failed\nfatal: a.bin: smudge filter lfs failed", /LFS/],
  ['G12', "fatal: detected dubious ownership in repository at '/src'", /folder \/src belongs to another user/],
  ['G13', 'fatal: not a git repository (or any of the parent directories): .git', /no git repository/],
  ['G14', "fatal: your current branch 'main' does not have any commits yet", /no commit yet/],
  ['G15', 'error: RPC failed; curl 18 transfer closed\nfatal: early EOF', /broke the transfer off/],
  ['G16', "fatal: Unable to create '/src/.git/index.lock': File exists.", /another git/],
  ['G17', 'Error: spawn git ENOENT', /git is not installed/],
];

const registry: Example[] = [
  [
    'R1',
    'denied: Your authorization token has expired. Reauthenticate and try again.',
    /login at the registry has expired/,
  ],
  [
    'R2',
    "tag invalid: The image tag 'v1' already exists in the 'app' repository and cannot be overwritten because the repository is immutable.",
    /under the tag v1/,
  ],
  [
    'R3',
    "name unknown: The repository with name 'app' does not exist in the registry with id '1'",
    /repository app in the registry/,
  ],
  [
    'R4',
    'denied: User: arn:aws:iam::1:user/x is not authorized to perform: ecr:InitiateLayerUpload on resource: y',
    /ecr:InitiateLayerUpload/,
  ],
  ['R5', 'no basic auth credentials', /did not accept the login/],
  ['R6', 'toomanyrequests: You have reached your pull rate limit.', /no more requests/],
  ['R7', 'write /var/lib/docker/tmp/x: no space left on device', /disk is full/],
  ['R8', 'Get "https://r.example/v2/": x509: certificate signed by unknown authority', /certificate of the registry/],
  ['R9', 'Get "https://r.example/v2/": http: server gave HTTP response to HTTPS client', /plain HTTP/],
  ['R10', 'dial tcp: lookup 1.dkr.ecr.eu-central-9.amazonaws.com: no such host', /name of the registry/],
  ['R11', 'Put "https://r/v2/": write tcp 10.0.0.1:1->1.2.3.4:443: write: broken pipe', /broke off/],
  ['R12', 'An image does not exist locally with the tag: app', /image app is not in the Docker engine/],
  ['R13', 'Layer upload exceeds the maximum size', /larger than the registry takes/],
  ['R14', 'manifest invalid: manifest invalid', /did not accept the image/],
  ['R15', 'denied: requested access to the resource is denied', /refused the push/],
  ['R16', 'received unexpected HTTP status: 503 Service Unavailable', /reason of its own/],
];

const build: Example[] = [
  [
    'B1',
    'COPY failed: file not found in build context or excluded by .dockerignore: stat dist: file does not exist',
    /copies dist,/,
  ],
  [
    'B1',
    'failed to solve: failed to compute cache key: failed to calculate checksum of ref abc::def: "/requirements.txt": not found',
    /copies \/requirements\.txt/,
  ],
  ['B2', "pull access denied for nodee, repository does not exist or may require 'docker login'", /base image nodee/],
  [
    'B2',
    'failed to solve: node:99: failed to resolve source metadata for docker.io/library/node:99: docker.io/library/node:99: not found',
    /base image node:99 could/,
  ],
  ['B3', 'dockerfile parse error line 3: unknown instruction: RUNN', /does not exist: RUNN/],
  ['B4', 'dockerfile parse error on line 5: FROM requires either one or three arguments', /line 5 of the Dockerfile/i],
  [
    'B5',
    'failed to read dockerfile: open docker/Dockerfile: no such file or directory',
    /no Dockerfile at docker\/Dockerfile/,
  ],
  ['B6', 'base name ($BASE) should not be blank', /names no valid image/],
  ['B7', 'failed to register layer: write /x: no space left on device', /disk of the Docker engine/],
  [
    'B8',
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    /Docker is not running/,
  ],
  ['B9', '#7 0.112 exec /bin/sh: exec format error', /another CPU/],
  [
    'B10',
    'Killed\nprocess "/bin/sh -c npm run build" did not complete successfully: exit code: 137',
    /used up the memory/,
  ],
  [
    'B10',
    '<--- Last few GCs --->\nFATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory',
    /used up the memory/,
  ],
  ['B11', "/bin/sh: 1: tsc: not found\nThe command '/bin/sh -c tsc' returned a non-zero code: 127", /uses tsc,/],
  ['B12', '/bin/sh: 1: ./gradlew: Permission denied', /may not use \.\/gradlew/],
  [
    'B13',
    "Err:1 http://deb.example.org/debian bookworm InRelease\n  Temporary failure resolving 'deb.example.org'",
    /has no way to/,
  ],
  ['B14', 'E: Unable to locate package libvips', /system package libvips/],
  [
    'B15',
    "E: The repository 'http://deb.example.org/debian stretch Release' does not have a Release file.",
    /moved or is out of date/,
  ],
  ['B16', 'process "/bin/sh -c make" did not complete successfully: exit code: 2', /ended with exit code 2/],
  [
    'B20',
    'npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.',
    /does not fit package\.json/,
  ],
  [
    'B21',
    'ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date',
    /lock file is missing or does not fit/,
  ],
  [
    'B22',
    'npm ERR! code ERESOLVE\nnpm ERR! ERESOLVE unable to resolve dependency tree',
    /versions of the packages fit/,
  ],
  [
    'B23',
    "npm error code E404\nnpm error 404 Not Found - GET https://npm.example.org/@acme%2fui - Not found\nnpm error 404  '@acme/ui@1.0.0' is not in this registry.",
    /package @acme\/ui is not in the npm registry/,
  ],
  ['B24', 'npm error code E401\nnpm error Incorrect or missing password.', /npm registry did not accept the login/],
  ['B25', 'npm ERR! Missing script: "build"', /no script build/],
  ['B26', "npm error enoent ENOENT: no such file or directory, open '/app/package.json'", /no package\.json/],
  [
    'B27',
    'error undici@7.0.0: The engine "node" is incompatible with this module. Expected version ">=20.18.1". Got "18.0.0"',
    /another version of Node than the base image has \(>=20\.18\.1\)/,
  ],
  [
    'B28',
    "opensslErrorStack: [ 'error:03000086:digital envelope routines::initialization error' ]\ncode: 'ERR_OSSL_EVP_UNSUPPORTED'",
    /too old for this version of Node/,
  ],
  ['B29', 'gyp ERR! find Python \ngyp ERR! find Python Python is not set', /has to be compiled/],
  [
    'B30',
    'ERROR: Could not find a version that satisfies the requirement flaskk==9 (from versions: none)\nERROR: No matching distribution found for flaskk==9',
    /no version of flaskk==9/,
  ],
  [
    'B31',
    'ERROR: Cannot install a==1 and b==2 because these package versions have conflicting dependencies.\nERROR: ResolutionImpossible: for help visit',
    /do not go together/,
  ],
  [
    'B32',
    "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'requirements.txt'",
    /requirements\.txt is not in the image/,
  ],
  ['B33', 'Error: pg_config executable not found.', /pg_config executable not found/],
  ['B34', 'ERROR: Failed building wheel for numpy', /Python package numpy/],
  [
    'B35',
    'main.go:4:2: missing go.sum entry for module providing package github.com/x/y; to add:',
    /go\.mod and go\.sum do not fit the code \(github\.com\/x\/y\)/,
  ],
  ['B36', 'go: go.mod requires go >= 1.24 (running go 1.22.1; GOTOOLCHAIN=local)', /wants Go 1\.24/],
  [
    'B37',
    'error: failed to select a version for the requirement `serde = "^9"`',
    /cargo finds no version of serde = "\^9"/,
  ],
  [
    'B38',
    'error: the lock file /app/Cargo.lock needs to be updated but --locked was passed to prevent this',
    /Cargo\.lock does not fit/,
  ],
  [
    'B39',
    'Your bundle only supports platforms ["arm64-darwin-23"] but your local platform is x86_64-linux.',
    /bundler cannot install/,
  ],
  [
    'B40',
    "  - laravel/framework v11 requires ext-intl * -> it is missing from your system. Install or enable PHP's intl extension.",
    /PHP extension intl/,
  ],
  ['B41', 'Could not find artifact com.acme:lib:jar:1.0 in central', /Java library could not be found/],
  [
    'B50',
    "src/app.ts(3,9): error TS2304: Cannot find name 'foo'.\nsrc/b.ts(1,1): error TS1005: ';' expected.",
    /src\/app\.ts, line 3: “Cannot find name 'foo'”/,
  ],
  ['B50', "src/app.ts:3:9 - error TS2304: Cannot find name 'foo'.", /src\/app\.ts, line 3/],
  ['B51', "./app/page.tsx:5:10\nType error: Property 'x' does not exist on type 'Y'.", /app\/page\.tsx: “Property 'x'/],
  ['B52', "Module not found: Error: Can't resolve './Header' in '/app/src'", /does not find \.\/Header/],
  ['B52', '[vite]: Rollup failed to resolve import "axios" from "/app/src/main.ts".', /does not find axios/],
  ['B53', 'error[E0425]: cannot find value `x` in this scope\n  --> src/main.rs:4:5', /src\/main\.rs, line 4/],
  ['B54', '# example.com/app\n./main.go:14:2: undefined: foo', /main\.go, line 14: foo is not defined/],
  ['B55', '[ERROR] /app/src/main/java/App.java:[12,5] cannot find symbol', /App\.java, line 12/],
  ['B56', 'src/a.c:3:9: fatal error: libpq-fe.h: No such file or directory', /src\/a\.c, line 3/],
  [
    'B57',
    "/src/Program.cs(12,5): error CS0103: The name 'x' does not exist in the current context",
    /Program\.cs, line 12/,
  ],
  ['B58', '✖ 3 problems (3 errors, 0 warnings)', /ESLint finds \(3\)/],
  ['B59', 'Error occurred prerendering page "/about". Read more', /page \/about/],
  ['B60', '  File "setup.py", line 3\nSyntaxError: invalid syntax', /keeps it from being read/],
];

const kinds: [field: keyof EvidenceInput, rules: readonly TextRule[], examples: Example[]][] = [
  ['apiError', apiRules, api],
  ['gitError', gitRules, git],
  ['registryError', registryRules, registry],
  ['buildLog', buildRules, build],
];

describe.each(kinds)('What %s tells', (field, rules, examples) => {
  test.each(examples)('%s: %s', (code, text, cause) => {
    const [first, ...others] = findCauses({ [field]: text });
    expect(first?.cause).toMatch(cause);
    expect({ code: first?.code, others: others.length }).toEqual({ code, others: 0 });
    for (const each of [first, ...others]) expectFit(each as Cause, text);
  });

  test('there is an example for each row', () => {
    const shown = new Set(examples.map(([code]) => code));
    expect(rules.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
  });

  test('text that says nothing of the kind gives nothing', () => {
    expect(findCauses({ [field]: 'all went well\nstep 3 of 9 done\n' })).toEqual([]);
  });
});

function expectFit({ cause, remedy, lines }: Cause, text: string): void {
  for (const words of [cause, remedy]) {
    expect(words).toMatch(/^[^\n\p{Cc}\p{Cf}]+\.$/u);
    expect(words).not.toMatch(/undefined|\[object| {2}|\.\.| [.,](?:\s|$)|\( ?\)|“”/);
  }
  expect(lines.length).toBeGreaterThan(0);
  const said = text.replace(/\s+/g, ' ');
  for (const line of lines) expect(said).toContain(line);
}
