import { config, t } from '@vscode/l10n';
import { html, render, type TemplateResult } from 'lit-html';
import { applyEvent } from '../src/shared/progress.ts';
import { type Fact, type FactOf, type Monitor, readFact, type Screen } from '../src/shared/protocol.ts';
import { announce, summaryOf } from './announce.ts';
import { createChatPane } from './chat.ts';
import { type DashboardFacts, dashboardView, skeleton } from './dashboard.ts';
import { createLogPane } from './logPane.ts';
import { missingView, monitorView } from './monitor.ts';
import { registerComponents } from './toolkit.ts';
import { remember, remembered, wish } from './vscode.ts';

const screen = document.body.dataset.screen as Screen;
const root = document.getElementById('root') as HTMLElement;

/** What the editor has told; everything on the screen is drawn from it. */
const known: DashboardFacts & { monitor?: Monitor; isMissing: boolean } = {
  tab: remembered().tab ?? 'overview',
  isMissing: false,
};

const log = createLogPane(() => {
  if (known.monitor) wish({ type: 'show-log', deploymentId: known.monitor.deployment.id });
});

const chat = createChatPane(drawSoon);

function take(fact: Fact): void {
  switch (fact.type) {
    case 'strings':
      config({ contents: fact.strings });
      log.draw();
      break;
    case 'dashboard':
      known.dashboard = fact.dashboard;
      break;
    case 'surroundings':
      known.surroundings = fact.surroundings;
      break;
    case 'monitor':
      known.monitor = fact.monitor;
      known.isMissing = false;
      // By this the editor finds the deployment again after a restart.
      remember({ deploymentId: fact.monitor.deployment.id });
      break;
    case 'chat':
    case 'exchange':
    case 'draft':
      chat.take(fact);
      return;
    case 'missing':
      known.isMissing = true;
      break;
    case 'events':
      fold(fact);
      break;
    case 'log':
      if (fact.from === 0) log.clear();
      log.add(fact.from, fact.lines);
      return;
  }
  drawSoon();
}

function fold({ events }: FactOf<'events'>): void {
  if (!known.monitor) return;
  const before = known.monitor.progress;
  const after = events.reduce(applyEvent, before);
  if (!after) return;
  const { status, url = known.monitor.deployment.url } = after;
  known.monitor = { ...known.monitor, progress: after, deployment: { ...known.monitor.deployment, status, url } };
  announce(summaryOf(before, after));
}

function showTab(tab: string): void {
  if (tab === known.tab) return;
  known.tab = tab;
  remember({ tab });
  drawSoon();
}

function view(): TemplateResult {
  switch (screen) {
    case 'dashboard':
      return dashboardView(known, showTab);
    case 'chat':
      return chat.view();
    case 'monitor':
      if (known.isMissing) return missingView();
      return known.monitor ? monitorView(known.monitor, log, Date.now()) : html`<main>${skeleton()}</main>`;
  }
}

let isDrawing = false;
/** Many facts, one drawing per frame. */
function drawSoon(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    draw();
  });
}

function draw(): void {
  try {
    render(view(), root);
    restorePlace();
    chat.drawn();
  } catch (error) {
    wish({ type: 'broken', message: error instanceof Error ? error.message : String(error) });
    announce(t('This page could not be drawn. Details are in the log of Deployotron.'));
  }
}

let wantedTop = remembered().scrollTop ?? 0;
/** Once, as soon as what was there before is there again. */
function restorePlace(): void {
  if (wantedTop === 0 || document.documentElement.scrollHeight < wantedTop + window.innerHeight) return;
  window.scrollTo(0, wantedTop);
  wantedTop = 0;
}

function isRunning(): boolean {
  const status = known.monitor?.deployment.status;
  return status === 'inprogress' || status === 'pending';
}

window.addEventListener('message', ({ data }) => {
  const fact = readFact(data);
  if (fact) take(fact);
  else wish({ type: 'broken', message: 'A message that is no fact was ignored.' });
});
window.addEventListener('scroll', () => remember({ scrollTop: window.scrollY }), { passive: true });
// The clock of what runs.
setInterval(() => screen === 'monitor' && isRunning() && drawSoon(), 1_000);

registerComponents();
draw();
wish({ type: 'ready' });
