import { centralaCommand } from '../support/cli.ts';
import { until } from '../support/until.ts';
import { httpLoad } from './http-load.ts';
import { type Engine, installation } from './installation.ts';
import { quietMachine, round, table } from './measure.ts';
import { logIn, startProduct } from './product.ts';
import { BENCH_AGENT } from './seed.ts';
import { loadOf, PAGES } from './web.ts';

const PATIENCE_MS = 900_000;

interface Act {
  readonly id: number;
  readonly state: string;
  readonly total: number;
  readonly done: number;
  readonly undone: number;
}

/**
 * One act on all open conversations, at most the 50,000 that an act takes, or on those of one agent (a tenth of them), then its undo, and what
 * the list page takes meanwhile at one client.
 */
export async function benchAct([count = '100000', engine = 'sqlite', idleMs = '5000', whose = 'all']: readonly string[]): Promise<void> {
  if (engine !== 'sqlite' && engine !== 'postgres') throw new Error('The engine is sqlite or postgres.');
  const conversations = Number(count);
  const place = await installation(engine as Engine, conversations);
  const product = await startProduct(place.dataDir, place.env);
  try {
    const cli = centralaCommand(place.dataDir, { url: place.env['CENTRALA_DATABASE_URL'] ?? null, file: '' });
    const key = (await cli(['api-key', 'create', '--name', 'bench', '--agent', BENCH_AGENT.email])).last;
    const api = async (method: string, path: string, body?: object): Promise<Act> => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const answer = await fetch(`${product.url}/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as Act;
    };
    const cookie = await logIn(product.url, BENCH_AGENT.email, BENCH_AGENT.password);
    const [list] = PAGES;
    if (!list) throw new Error('there is no list');
    const load = { ...loadOf(list, product.url, conversations, cookie), clients: 1 };
    await httpLoad({ ...load, durationMs: 500 });
    await quietMachine();
    const idle = await httpLoad({ ...load, durationMs: Number(idleMs) });
    const rows = [['nothing', '', '', `${round(idle.p50, 1)} / ${round(idle.p99, 1)}`, '']];
    const measured = async (what: string, begin: () => Promise<Act>, isOver: (act: Act) => boolean): Promise<Act> => {
      const started = performance.now();
      let act = await begin();
      const pages: { p50: number; p99: number; requests: number }[] = [];
      await until(
        `${what} is over`,
        async () => {
          pages.push(await httpLoad({ ...load, durationMs: 1000 }));
          act = await api('GET', `/bulk-actions/${act.id}`);
          return isOver(act);
        },
        PATIENCE_MS,
      );
      const seconds = (performance.now() - started) / 1000;
      const worst = Math.max(...pages.map(({ p99 }) => p99));
      const middle = pages.reduce((sum, { p50, requests }) => sum + p50 * requests, 0) / pages.reduce((sum, one) => sum + one.requests, 0);
      const changed = what === 'undo' ? act.undone : act.done;
      rows.push([
        what,
        String(changed),
        round(seconds, 1).toString(),
        `${round(middle, 1)} / ${round(worst, 1)}`,
        round(changed / seconds).toString(),
      ]);
      return act;
    };
    const closing = { kind: 'close', list: { status: 'open', ...(whose === 'one' ? { assignee: 1 } : {}) } };
    const done = await measured(
      'close',
      () => api('POST', '/bulk-actions', closing),
      ({ state }) => state === 'done',
    );
    await measured(
      'undo',
      () => api('POST', `/bulk-actions/${done.id}/reversal`),
      ({ state }) => state === 'undone',
    );
    console.log(
      `${conversations} conversations, ${engine}\n\n${table(['act', 'conversations', 's', 'list page meanwhile p50 / worst p99 ms', 'a second'], rows)}`,
    );
  } finally {
    await product.stop();
    await place.remove();
  }
}
