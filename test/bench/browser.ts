import { setTimeout as wait } from 'node:timers/promises';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { centralaCommand } from '../support/cli.ts';
import { installation } from './installation.ts';
import { median, quietMachine, round, table } from './measure.ts';
import { logIn, startProduct } from './product.ts';
import { BENCH_AGENT } from './seed.ts';

const SHELL = '/usr/bin/chromium-headless-shell';
const WIDE = { width: 1440, height: 900 };
/** After it the page has asked for what it asks for by itself, and is at rest. */
const SETTLED_MS = 1_500;

interface Work {
  /** Of the page's main thread, in seconds since the page began: all, and of it the finding of styles. */
  readonly all: number;
  readonly styles: number;
}

/** What a browser works, in ms of its main thread: opening the list and a conversation, and a change that shows live in both. */
export async function benchBrowser([conversations = '10000', times = '15']: readonly string[]): Promise<void> {
  const place = await installation('sqlite', Number(conversations));
  const product = await startProduct(place.dataDir);
  const browser = await chromium.launch({ executablePath: SHELL, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const cli = centralaCommand(place.dataDir, { url: null, file: '' });
    const key = (await cli(['api-key', 'create', '--name', 'bench', '--agent', BENCH_AGENT.email])).last;
    const cookie = await logIn(product.url, BENCH_AGENT.email, BENCH_AGENT.password);
    const context = await browser.newContext({ viewport: WIDE, locale: 'pl-PL' });
    await context.addCookies(
      cookie.split('; ').map((one) => {
        const [name = '', value = ''] = one.split(/=(.*)/);
        return { name, value, url: product.url };
      }),
    );
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    const change = async (n: number): Promise<void> => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ status: n % 2 === 0 ? 'closed' : 'open' });
      const answer = await fetch(`${product.url}/api/v1/conversations/7`, { method: 'PATCH', headers, body });
      if (!answer.ok) throw new Error(`the change was answered with ${answer.status}: ${await answer.text()}`);
    };
    await quietMachine();
    const rows: (readonly (string | number)[])[] = [];
    for (const [name, path] of [
      ['list', '/conversations'],
      ['conversation', '/conversations/7'],
    ] as const) {
      const opened: Work[] = [];
      const changed: Work[] = [];
      for (let n = 0; n < Number(times); n += 1) {
        await page.goto(product.url + path);
        await wait(SETTLED_MS);
        const whole = await workOf(cdp);
        opened.push(whole);
        await change(n);
        await wait(SETTLED_MS);
        const then = await workOf(cdp);
        changed.push({ all: then.all - whole.all, styles: then.styles - whole.styles });
      }
      const elements = await countElements(page);
      rows.push([name, elements, ...inMs(opened), ...inMs(changed)]);
    }
    console.log(table(['page', 'elements', 'opening ms', 'of it styles', 'a live change ms', 'of it styles'], rows));
  } finally {
    await browser.close();
    await product.stop();
  }
}

const countElements = (page: Page): Promise<number> => page.evaluate('document.querySelectorAll("*").length');

async function workOf(cdp: CDPSession): Promise<Work> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((one) => one.name === name)?.value ?? 0;
  return { all: of('TaskDuration'), styles: of('RecalcStyleDuration') };
}

const inMs = (works: readonly Work[]): readonly number[] => [
  round(median(works.map(({ all }) => all)) * 1000),
  round(median(works.map(({ styles }) => styles)) * 1000),
];
