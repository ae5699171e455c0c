import { expect, test } from 'vitest';
import { cmdOf, failureFor, planOf } from './tree.ts';

const flask = 'from flask import Flask\napp = Flask(__name__)\n';

test.each([
  ['flask', 'gunicorn~=23.0'],
  ['flask\ngunicorn==22.0', undefined],
  ['Flask[async] >= 3 ; python_version > "3.8"', 'gunicorn~=23.0'],
])('the requirements %j are completed by %s', async (requirements, extra) => {
  const { dockerfile } = await planOf({ 'requirements.txt': requirements, 'app.py': flask });
  expect(dockerfile.includes('~=')).toBe(extra !== undefined);
  if (extra) expect(dockerfile).toContain(`["pip","install","--","${extra}"]`);
});

test('a package whose name only begins like a framework is none', async () => {
  const plan = await planOf({ 'requirements.txt': 'flask-cors\ndjangorestframework\n', 'main.py': '' });
  expect(plan.kind).toBe('python');
});

test('an app object in a test or in a virtual environment is not the app', async () => {
  const plan = await planOf({
    'requirements.txt': 'flask\n',
    'tests/app.py': flask,
    'venv/app.py': flask,
    'web/site.py': flask.replace('app =', 'site ='),
  });
  expect(plan.startCommand).toBe('gunicorn --bind 0.0.0.0:$PORT web.site:site');
});

test('the port that the user gives is the one that the server binds', async () => {
  const plan = await planOf({ 'requirements.txt': 'flask\n', 'app.py': flask }, { port: 7000 });
  expect(plan.startCommand).toContain('0.0.0.0:$PORT');
  expect(plan.dockerfile).toContain('PORT=7000');
});

test.each([
  ['>=3.10', '3.13'],
  ['>=3.10,<3.13', '3.12'],
  ['==3.11.*', '3.11'],
  ['~=3.12', '3.13'],
  ['~=3.12.1', '3.12'],
  ['<=3.11', '3.11'],
  ['>3.13', '3.14'],
  ['', '3.13'],
  ['nonsense', '3.13'],
])('requires-python %j gives Python %s', async (asked, version) => {
  const plan = await planOf({
    'pyproject.toml': `[project]\nname = "x"\nrequires-python = "${asked}"\n`,
    'main.py': '',
  });
  expect(plan.languageVersion).toBe(version);
});

test('a requirement cannot become an option or shell syntax', async () => {
  const lines = ['-r /etc/passwd', '--index-url=http://evil', 'flask; RUN evil', "x' ; rm -rf / '", 'a\\nRUN evil'];
  const text = `[project]\nname = "x"\ndependencies = ${JSON.stringify(lines)}\n`;
  const plan = await planOf({ 'pyproject.toml': text, 'main.py': '' });
  const installs = plan.dockerfile.split('\n').filter((line) => line.includes('pip install'));
  expect(installs).toEqual(["RUN --mount=type=cache,target=/root/.cache/pip pip install -- 'flask; RUN evil'"]);
  expect(plan.dockerfile).not.toMatch(/passwd|index-url|^RUN evil/m);
});

test('a Poetry project that pulls from git says what it leaves out', async () => {
  const text = '[tool.poetry.dependencies]\nours = { git = "https://example.com/ours.git" }\nrequests = "^2"\n';
  const plan = await planOf({ 'pyproject.toml': text, 'main.py': '' });
  expect(plan.warnings.join()).toContain('ours');
  expect(plan.dockerfile).not.toContain('ours');
  expect(plan.dockerfile).toContain("'requests>=2,<3'");
});

test('Python without anything to start is told with what was looked at', async () => {
  const failure = await failureFor({ 'requirements.txt': 'requests\n', 'lib/tool.py': '' });
  expect(failure.code).toBe('NoStartCommand');
  expect(failure.message).toContain('main.py');
});

test('a start command of the user needs nothing that could be found', async () => {
  const plan = await planOf({ 'requirements.txt': 'requests\n' }, { startCommand: 'python -m tool serve', port: 9000 });
  expect(cmdOf(plan.dockerfile)).toEqual(['python', '-m', 'tool', 'serve']);
  expect(plan.port).toBe(9000);
});

test.each([
  ['uv.lock', 'pyproject.toml', 'uv sync --locked --no-dev --no-install-project'],
  ['poetry.lock', 'pyproject.toml', 'poetry install --only main --no-root --no-directory'],
  ['pdm.lock', 'pyproject.toml', 'pdm sync --prod --no-self'],
  ['Pipfile.lock', 'Pipfile', 'pipenv sync'],
])('%s decides how the packages are installed, whatever else lies there', async (lock, manifest, install) => {
  const texts: Record<string, string> = {
    'pyproject.toml': '[project]\nname = "x"\ndependencies = ["flask"]\n',
    Pipfile: '[packages]\nflask = "*"\n',
  };
  const files = { [lock]: '', [manifest]: texts[manifest] ?? '', 'requirements.txt': 'flask', 'app.py': flask };
  const plan = await planOf(files);
  expect(plan.installCommand).toBe(install);
  expect(plan.dockerfile).toContain(`COPY ${manifest} ${lock} ./`);
  expect(plan.dockerfile.indexOf(install)).toBeLessThan(plan.dockerfile.indexOf('COPY . .'));
});

test('two lock files are told, with the one that is used', async () => {
  const project = '[project]\nname = "x"\ndependencies = ["flask"]\n';
  const plan = await planOf({ 'uv.lock': '', 'poetry.lock': '', 'pyproject.toml': project, 'app.py': flask });
  expect(plan.warnings.join()).toContain('uv.lock and poetry.lock');
});

test('the lists that a list names come with it, and no more of the source', async () => {
  const plan = await planOf({
    'requirements/production.txt': '-r base.txt\ngunicorn==23.0.0\n',
    'requirements/base.txt': '-c ../pins.txt\nflask\n',
    'pins.txt': 'flask==3.1.0\n',
    'app.py': flask,
  });
  expect(plan.kind).toBe('flask');
  expect(plan.dockerfile).toContain('COPY requirements/production.txt requirements/base.txt requirements/');
  expect(plan.installCommand).toBe('pip install -r requirements/production.txt');
});

test('a package index of its own is told before the build asks it', async () => {
  const list = '--extra-index-url https://user:hunter2@pypi.example.com/simple\nflask==3.1.0\n';
  const { warnings } = await planOf({ 'requirements.txt': list, 'app.py': flask });
  expect(warnings.join()).toContain('pypi.example.com');
  expect(warnings.join()).not.toContain('hunter2');
});

test('a Procfile says how the web process starts', async () => {
  const plan = await planOf({
    'requirements.txt': 'flask==3.1.0',
    'app.py': flask,
    Procfile: 'web: gunicorn app:app -w 4\n',
  });
  expect(plan.startCommand).toBe('gunicorn app:app -w 4');
  expect(plan.evidence).toContainEqual({ file: 'Procfile', line: 1, says: 'web: gunicorn app:app -w 4' });
});

test('what is compiled on installation gets its libraries, each stage its own', async () => {
  const { dockerfile } = await planOf({ 'requirements.txt': 'flask==3.1.0\npsycopg2==2.9.10', 'app.py': flask });
  const [build, run] = dockerfile.split('\n\n');
  expect(build).toContain('libpq-dev');
  expect(run).toContain('libpq5');
  expect(run).not.toContain('gcc');
});

test('a package with nothing to start is told to be a library', async () => {
  const failure = await failureFor({
    'pyproject.toml': '[project]\nname = "tool"\n[build-system]\nrequires = ["hatchling"]\n',
    'src/tool/__init__.py': '',
  });
  expect(failure.code).toBe('NotAnApp');
  expect(failure.message).toContain('pyproject.toml describes a library');
});
