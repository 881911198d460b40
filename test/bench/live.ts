import { get } from 'node:http';
import { centralaCommand } from '../support/cli.ts';
import { until } from '../support/until.ts';
import { installation } from './installation.ts';
import { cpuBetween, cpuTimes, memoryOf, percentile, processTree, quietMachine, round, table } from './measure.ts';
import { logIn, startProduct } from './product.ts';
import { BENCH_AGENT } from './seed.ts';

const PAUSE_MS = 250;

/** From a change by the API to its frame in the browsers of so many agents, each with a live stream of his own. */
export async function benchLive([count = '200', conversations = '10000', times = '40']: readonly string[]): Promise<void> {
  const [listeners, changes] = [Number(count), Number(times)];
  const place = await installation('sqlite', Number(conversations));
  const product = await startProduct(place.dataDir);
  const requests: ReturnType<typeof get>[] = [];
  try {
    const cli = centralaCommand(place.dataDir, { url: null, file: '' });
    const key = (await cli(['api-key', 'create', '--name', 'bench', '--agent', BENCH_AGENT.email])).last;
    const cookie = await logIn(product.url, BENCH_AGENT.email, BENCH_AGENT.password);
    await quietMachine();
    const before = memoryOf(product.pid).rssMb;
    let heard: number[] = [];
    let opened = 0;
    for (let n = 0; n < listeners; n += 1)
      requests.push(
        get(`${product.url}/live`, { headers: { cookie }, agent: false }, (response) => {
          opened += 1;
          response.on('data', (chunk: Buffer) => {
            if (chunk.includes('data: conversation-7\n')) heard.push(performance.now());
          });
        }),
      );
    await until('all streams are open', () => opened === listeners, 60_000);
    const after = memoryOf(product.pid).rssMb;
    const all: number[] = [];
    const last: number[] = [];
    const cpu = cpuTimes(processTree(product.pid));
    for (let n = 0; n < changes; n += 1) {
      heard = [];
      const began = performance.now();
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ status: n % 2 === 0 ? 'closed' : 'open' });
      const answer = await fetch(`${product.url}/api/v1/conversations/7`, { method: 'PATCH', headers, body });
      if (!answer.ok) throw new Error(`the change was answered with ${answer.status}: ${await answer.text()}`);
      await until('everybody has heard', () => heard.length >= listeners, 10_000);
      const waited = heard.map((at) => at - began);
      all.push(...waited);
      last.push(Math.max(...waited));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    const { serverMs } = cpuBetween(cpu, cpuTimes(processTree(product.pid)));
    const ms = (share: number): number => round(percentile(all, share), 1);
    const row = [
      listeners,
      changes,
      `${ms(0.5)} / ${ms(0.99)}`,
      round(percentile(last, 0.5), 1),
      round(Math.max(...last), 1),
      round(serverMs / changes, 1),
      round(((after - before) / listeners) * 1024),
    ];
    console.log(
      table(['agents', 'changes', 'heard after p50 / p99 ms', 'the last one, p50', 'worst', 'CPU ms a change', 'KB each'], [row]),
    );
  } finally {
    for (const request of requests) request.destroy();
    await product.stop();
    await place.remove();
  }
}
