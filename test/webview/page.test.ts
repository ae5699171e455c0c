import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DeployEvent } from '../../src/shared/events.ts';
import type { Fact, Screen } from '../../src/shared/protocol.ts';
import { openWorld, type TestPage, themes, type World } from './browser.ts';
import { answered, failed, newChat, noKey } from './chatStates.ts';
import {
  bareSurroundings,
  emptyDashboard,
  eventsUntil,
  failedId,
  failedMonitor,
  fullDashboard,
  logLines,
  runningId,
  runningMonitor,
  succeededMonitor,
  surroundings,
} from './states.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const log = (lines: string[], from = 0): Fact => ({ type: 'log', from, lines });
const full: Fact[] = [
  { type: 'dashboard', dashboard: fullDashboard },
  { type: 'surroundings', surroundings },
];

/** Closed after the test: a page that nobody looks at any more still spins. */
const pages: TestPage[] = [];
afterEach(async () => {
  for (const { page } of pages.splice(0)) await page.close();
});

async function opened(screen: Screen, facts: Fact[]): Promise<TestPage> {
  const here = await told(screen, facts);
  pages.push(here);
  return here;
}

async function told(screen: Screen, facts: Fact[]): Promise<TestPage> {
  const here = await world.open(screen);
  await here.tell(...facts);
  return here;
}

async function lastWish({ wishes }: TestPage) {
  return (await wishes()).at(-1);
}

describe('the dashboard', () => {
  test('asks once, is told, and shows every project with its state', async () => {
    const { page, wishes, problems } = await opened('dashboard', full);
    expect(await wishes()).toEqual([{ type: 'ready' }]);
    expect(await page.getByRole('heading', { level: 3 }).allTextContents()).toEqual([
      'shop-api',
      'storefront',
      'orders',
    ]);
    const storefront = page.getByRole('article', { name: 'storefront' });
    expect(await storefront.innerText()).toContain('DATABASE_URL is not set');
    expect(await storefront.innerText()).toContain('eu-west-1 · production/storefront');
    expect(await page.getByRole('progressbar', { name: 'Deploying orders' }).getAttribute('aria-valuenow')).toBe('41');
    expect(problems).toEqual([]);
  });

  test('offers one thing to do at first: the folder on the sandbox', async () => {
    const facts: Fact[] = [
      { type: 'dashboard', dashboard: emptyDashboard },
      { type: 'surroundings', surroundings: bareSurroundings },
    ];
    const here = await opened('dashboard', facts);
    await here.page.getByRole('button', { name: 'Deploy This Folder' }).click();
    expect(await lastWish(here)).toEqual({ type: 'deploy-folder' });
    expect(await here.page.locator('vscode-button[appearance=primary]').count()).toBe(1);
  });

  test('sends wishes with ids alone', async () => {
    const here = await opened('dashboard', full);
    await here.page.getByRole('button', { name: 'Roll back shop-api' }).click();
    expect(await lastWish(here)).toEqual({ type: 'roll-back', projectId: 'shop' });
    await here.page.getByRole('button', { name: 'https://shop.example.com/' }).click();
    expect(await lastWish(here)).toEqual({ type: 'open-url', deploymentId: 'old' });
    await here.page.getByRole('button', { name: /Rolled back.*DATABASE_URL/ }).click();
    expect(await lastWish(here)).toEqual({ type: 'show-deployment', deploymentId: failedId });
  });

  test('remembers its tab and its place over a reload', async () => {
    const { page, tell } = await opened('dashboard', full);
    await page.getByRole('tab', { name: 'Settings & Credentials' }).click();
    await page.setViewportSize({ width: 400, height: 500 });
    await page.evaluate(() => scrollTo(0, 300));
    await page.waitForFunction(() => JSON.parse(sessionStorage.getItem('state') ?? '{}').scrollTop === 300);
    await page.reload();
    await page.waitForFunction(() => window.wished.length > 0);
    await tell(...full);
    expect(await page.getByRole('tab', { selected: true }).innerText()).toBe('Settings & Credentials');
    expect(await page.evaluate(() => scrollY)).toBe(300);
    expect(await page.getByRole('region', { name: 'AWS' }).innerText()).toContain('123456789012');
  });

  test('says where secrets are lost with the session', async () => {
    const { page } = await opened('dashboard', [{ type: 'surroundings', surroundings: bareSurroundings }]);
    await page.getByRole('tab', { name: 'Settings & Credentials' }).click();
    expect(await page.getByRole('region', { name: 'Where secrets are kept' }).innerText()).toContain('has lost them');
  });
});

describe('the monitor', () => {
  test('shows ten steps in order, the running one as the current one', async () => {
    const { page, problems } = await opened('monitor', [{ type: 'monitor', monitor: runningMonitor() }, log(logLines)]);
    expect(await page.getByRole('list', { name: 'Steps' }).getByRole('listitem').count()).toBe(10);
    expect(await page.locator('[aria-current=step]').innerText()).toContain('12.4 of 30.1 MB');
    expect(await page.getByRole('log').innerText()).toContain('#7 DONE 10.4s');
    expect(problems).toEqual([]);
  });

  test('folds events as every other face does, and tells a screen reader the summaries alone', async () => {
    const here = await opened('monitor', [{ type: 'monitor', monitor: runningMonitor() }]);
    const stamp = { deploymentId: runningId, at: Date.now() };
    const finished: DeployEvent[] = [
      { ...stamp, type: 'step-succeeded', step: 'push', summary: '3 layers' },
      { ...stamp, type: 'deployment-finished', status: 'success', url: 'http://127.0.0.1:5000/' },
    ];
    await here.tell({ type: 'events', events: finished.slice(0, 1) });
    expect(await here.page.locator('#announcements').innerText()).toBe('Step 7 of 10, Push image: done.');
    await here.tell({ type: 'events', events: finished.slice(1) });
    expect(await here.page.locator('#announcements').innerText()).toBe('orders: Succeeded.');
    expect(await here.page.getByRole('button', { name: 'Open App' }).isVisible()).toBe(true);
    expect(await here.page.locator('[aria-current=step]').count()).toBe(0);
  });

  test('begins without a snapshot of steps and grows with the events', async () => {
    const { page, tell } = await opened('monitor', [
      { type: 'monitor', monitor: { ...runningMonitor(), progress: undefined } },
    ]);
    await tell({ type: 'events', events: eventsUntil('build') });
    expect(await page.locator('[aria-current=step]').innerText()).toContain('Build image');
  });

  test('shows the failure with its evidence, and its remedy as a button that names no command', async () => {
    const here = await opened('monitor', [{ type: 'monitor', monitor: failedMonitor() }]);
    const card = here.page.getByRole('region', { name: 'Why it failed' });
    expect(await card.innerText()).toContain('Error: DATABASE_URL is not set');
    expect(await card.innerText()).toContain('7c1e02f9a8d64c0b9be1d0e4');
    await card.getByRole('button', { name: 'Set Variable' }).click();
    expect(await lastWish(here)).toEqual({ type: 'remedy', deploymentId: failedId });
    await card.getByText('Also seen (1)').click();
    await card.getByRole('button', { name: 'Set Port' }).click();
    expect(await lastWish(here)).toEqual({ type: 'remedy', deploymentId: failedId, cause: 'S31' });
  });

  test('shows where the time went, beside what is usual, and what would shorten it', async () => {
    const { page, problems } = await opened('monitor', [{ type: 'monitor', monitor: succeededMonitor() }]);
    const section = page.getByRole('region', { name: 'Where the Time Went' });
    expect(await section.getByRole('listitem').first().innerText()).toMatch(/pip install.*24 s.*usually 6\.2 s/s);
    expect(await section.innerText()).toContain('usually 52 s, by 7 earlier ones');
    expect(await section.innerText()).toContain('Copy requirements.txt alone');
    expect(problems).toEqual([]);
  });

  test('says so when there is no such deployment', async () => {
    const here = await opened('monitor', [{ type: 'missing' }]);
    await here.page.getByRole('button', { name: 'Open Dashboard' }).click();
    expect(await lastWish(here)).toEqual({ type: 'open-dashboard' });
  });
});

describe('the log', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => `line ${at} of a noisy build`);
  const monitor: Fact = { type: 'monitor', monitor: runningMonitor() };

  test('follows its end, stops when the reader scrolls away, and jumps back', async () => {
    const { page, tell } = await opened('monitor', [monitor, log(many)]);
    const scroller = page.getByRole('log');
    const isAtEnd = () => scroller.evaluate((pane) => pane.scrollHeight - pane.scrollTop - pane.clientHeight < 30);
    await expect.poll(isAtEnd).toBe(true);
    await scroller.evaluate((pane) => {
      pane.scrollTop = 200;
    });
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    await tell(log(['one more'], many.length));
    expect(await isAtEnd()).toBe(false);
    await page.getByRole('button', { name: 'Jump to latest' }).click();
    await expect.poll(isAtEnd).toBe(true);
  });

  test('is searched with the keyboard alone', async () => {
    const { page } = await opened('monitor', [monitor, log([...many, 'the NEEDLE is here', ...logLines])]);
    await page.getByRole('log').focus();
    await page.keyboard.press('/');
    await page.keyboard.type('needle');
    await page.getByText('1 found').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('1 of 1').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('log').evaluate((pane) => pane === document.activeElement)).toBe(true);
  });

  test('shows where a step began when the step is chosen', async () => {
    const { page } = await opened('monitor', [monitor, log([...many, ...logLines, ...many])]);
    await page.getByRole('button', { name: /^Build image/ }).click();
    const seen = await page.getByRole('log').evaluate((pane) => {
      const { left, top } = pane.getBoundingClientRect();
      const at = document.caretPositionFromPoint(left + 20, top + 16);
      return (at?.offsetNode.textContent ?? '').slice(at?.offset ?? 0).slice(0, 30);
    });
    expect(seen).toContain('Build image');
  });

  test('takes what it has already only once', async () => {
    const { page, tell } = await opened('monitor', [monitor, log(['a', 'b', 'c'])]);
    await tell(log(['c', 'd'], 2));
    expect(await page.getByRole('log').innerText()).toBe('a\nb\nc\nd\n');
  });

  test('lets the oldest lines go rather than grow for ever', async () => {
    const { page, tell } = await opened('monitor', [monitor]);
    for (let from = 0; from < 80_000; from += 10_000) await tell(log(many, from));
    expect(await page.locator('.log-text > div').count()).toBeLessThanOrEqual(300);
  });
});

describe('what comes from outside', () => {
  const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{7*7}}';

  test('stays text, wherever it stands', async () => {
    const [project] = fullDashboard.projects;
    const [deployment] = fullDashboard.deployments;
    const dashboard = {
      ...fullDashboard,
      projects: [{ ...project, name: hostile, source: hostile }] as typeof fullDashboard.projects,
      deployments: [{ ...deployment, message: hostile, cause: hostile }] as typeof fullDashboard.deployments,
    };
    const { page, problems } = await opened('dashboard', [{ type: 'dashboard', dashboard }]);
    expect(await page.getByRole('heading', { level: 3 }).textContent()).toBe(hostile);
    const base = failedMonitor();
    const monitor = { ...base, failure: { ...base.failure, message: hostile, detail: hostile } } as typeof base;
    const second = await opened('monitor', [
      { type: 'monitor', monitor: { ...monitor, progress: undefined } },
      log([hostile]),
    ]);
    expect(await second.page.getByRole('log').innerText()).toContain(hostile);
    for (const each of [page, second.page]) {
      expect(await each.evaluate(() => 'hacked' in window)).toBe(false);
      expect(await each.locator('img').count()).toBe(0);
    }
    expect([...problems, ...second.problems]).toEqual([]);
  });

  const nonsense: [string, unknown][] = [
    ['nothing', null],
    ['a string', 'dashboard'],
    ['an unknown type', { type: 'run', command: 'rm -rf /' }],
    ['an inherited type', { type: 'constructor' }],
    ['a dashboard without projects', { type: 'dashboard', dashboard: { folder: 'x', isTrusted: true } }],
    [
      'a project with the wrong kind of name',
      { type: 'dashboard', dashboard: { ...fullDashboard, projects: [{ name: 5 }] } },
    ],
    ['events that are none', { type: 'events', events: [{ type: 'step-started', step: 'nonsense' }] }],
    ['log lines that are none', { type: 'log', from: 0, lines: [{}] }],
  ];

  test('is ignored, and told, when it is no fact', async () => {
    const here = await opened('dashboard', full);
    const before = await here.page.locator('#root').innerText();
    for (const [name, message] of nonsense) {
      const told = (await here.wishes()).length;
      await here.post(message);
      expect(await here.page.locator('#root').innerText(), name).toBe(before);
      expect((await here.wishes()).slice(told), name).toMatchObject([{ type: 'broken' }]);
    }
    expect(here.problems).toEqual([]);
  });

  test('cannot run: inline scripts, eval and other hosts are refused', async () => {
    const { page } = await opened('dashboard', full);
    const ran = await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.inline = 1';
      document.body.append(script);
      // Later, since the debugger that runs this function may evaluate.
      const evaluated = await new Promise((resolve) =>
        setTimeout(() => {
          try {
            // biome-ignore lint/security/noGlobalEval: it must be refused
            resolve(globalThis.eval('1'));
          } catch {
            resolve('refused');
          }
        }),
      );
      const fetched = await fetch('http://127.0.0.1:1/').catch(() => 'refused');
      return ['inline' in window, evaluated, fetched];
    });
    expect(ran).toEqual([false, 'refused', 'refused']);
  });
});

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const screens: [name: string, Screen, Fact[], tab?: string][] = [
  ['full dashboard', 'dashboard', full],
  [
    'first dashboard',
    'dashboard',
    [
      { type: 'dashboard', dashboard: emptyDashboard },
      { type: 'surroundings', surroundings: bareSurroundings },
    ],
  ],
  ['settings', 'dashboard', full, 'Settings & Credentials'],
  ['running monitor', 'monitor', [{ type: 'monitor', monitor: runningMonitor() }, log(logLines)]],
  ['failed monitor', 'monitor', [{ type: 'monitor', monitor: failedMonitor() }, log(logLines)]],
  ['successful monitor', 'monitor', [{ type: 'monitor', monitor: succeededMonitor() }, log(logLines)]],
  ['missing deployment', 'monitor', [{ type: 'missing' }]],
  ['chat without a key', 'chat', [{ type: 'chat', chat: noKey }]],
  ['new chat', 'chat', [{ type: 'chat', chat: newChat }]],
  ['chat with an answer', 'chat', [{ type: 'chat', chat: answered }]],
  ['chat with a failure', 'chat', [{ type: 'chat', chat: failed }]],
];

describe.each(screens)('for everybody, %s', (_, screen, facts, tab) => {
  let here: TestPage;
  beforeAll(async () => {
    here = await told(screen, facts);
    if (tab) await here.page.getByRole('tab', { name: tab }).click();
  });
  afterAll(() => here.page.close());

  test.each(themes)('has nothing that axe finds serious in %s', async (theme) => {
    await here.wear(theme);
    // By the debugger's way: the page's own policy would refuse it.
    await here.page.evaluate(axe);
    const found = await here.page.evaluate(async () => {
      const { violations } = await (window as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`);
    });
    expect(found).toEqual([]);
  });

  test('has one h1 and one main part in sight', async () => {
    expect(await here.page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await here.page.getByRole('main').count()).toBe(1);
  });

  test('reflows to 250 pixels without scrolling sideways', async () => {
    await here.page.setViewportSize({ width: 250, height: 900 });
    expect(await here.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(250);
  });
});

describe('for everybody', () => {
  test('the keyboard reaches what is there in the order in which it is read', async () => {
    const { page } = await opened('monitor', [{ type: 'monitor', monitor: failedMonitor() }, log(logLines)]);
    const reached: string[] = [];
    for (let at = 0; at < 6; at += 1) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate(() => document.activeElement?.textContent?.trim() ?? ''));
    }
    expect(reached).toEqual([
      'Retry',
      'Set Variable',
      'Roll Back',
      'Analyse with Claude',
      'Open Log',
      'What it rests on',
    ]);
  });

  test('nothing moves for those who ask for calm', async () => {
    const { page } = await opened('monitor', [{ type: 'monitor', monitor: runningMonitor() }]);
    const moving = () =>
      page.evaluate(() => document.getAnimations().filter((each) => each.playState === 'running').length);
    expect(await moving()).toBeGreaterThan(0);
    await page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
    expect(await moving()).toBe(0);
  });

  test('another language comes with the first facts', async () => {
    const { page } = await opened('monitor', [
      { type: 'strings', strings: { Steps: 'Schritte', Log: 'Protokoll' } },
      { type: 'monitor', monitor: runningMonitor() },
    ]);
    expect(await page.getByRole('heading', { name: 'Schritte' }).isVisible()).toBe(true);
    expect(await page.getByRole('log').getAttribute('aria-label')).toBe('Protokoll');
  });
});

interface AxeResult {
  violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
}
