import { DockerfileParser } from 'dockerfile-ast';
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
  expect(plan.startCommand).toBe('gunicorn --bind 0.0.0.0:8000 web.site:site');
});

test('the port that the user gives is the one that the server binds', async () => {
  const plan = await planOf({ 'requirements.txt': 'flask\n', 'app.py': flask }, { port: 7000 });
  expect(plan.startCommand).toContain('0.0.0.0:7000');
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
  const instructions = DockerfileParser.parse(plan.dockerfile).getInstructions();
  const install = instructions.filter((each) => each.getRawArgumentsContent()?.includes('"install"'));
  expect(install).toHaveLength(1);
  expect(plan.dockerfile).not.toMatch(/passwd|index-url|^RUN evil/m);
  expect(plan.dockerfile).toContain('"flask; RUN evil"');
});

test('a Poetry project that pulls from git says what it leaves out', async () => {
  const text = '[tool.poetry.dependencies]\nours = { git = "https://example.com/ours.git" }\nrequests = "^2"\n';
  const plan = await planOf({ 'pyproject.toml': text, 'main.py': '' });
  expect(plan.warnings.join()).toContain('ours');
  expect(plan.dockerfile).not.toContain('"ours"');
  expect(plan.dockerfile).toContain('"requests>=2,<3"');
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
