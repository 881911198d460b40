import { Agent, get } from 'node:http';
import { percentile } from './measure.ts';

export interface HttpLoad {
  readonly urls: readonly string[];
  readonly clients: number;
  readonly durationMs: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Every answer must be a 200 that contains this. */
  readonly mustContain: string;
}

export interface HttpResult {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly requests: number;
  readonly wrong: number;
  /** Average bytes of an answer as sent. */
  readonly bytes: number;
}

/** Closed loop: each client keeps one connection and asks again when the whole answer has come. */
export async function httpLoad(load: HttpLoad): Promise<HttpResult> {
  const times: number[] = [];
  let [asked, wrong, bytes] = [0, 0, 0];
  const started = performance.now();
  const until = started + load.durationMs;
  const one = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (performance.now() < until) {
      const url = load.urls[asked % load.urls.length] ?? '';
      asked += 1;
      const before = performance.now();
      const body = await fetchBody(url, load.headers, agent);
      times.push(performance.now() - before);
      if (body === null || (load.mustContain !== '' && !body.includes(load.mustContain))) wrong += 1;
      bytes += body?.length ?? 0;
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: load.clients }, one));
  return {
    perSecond: times.length / ((performance.now() - started) / 1000),
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    p99: percentile(times, 0.99),
    requests: times.length,
    wrong,
    bytes: bytes / Math.max(1, times.length),
  };
}

/** Null when the answer is not a 200. */
function fetchBody(url: string, headers: Readonly<Record<string, string>>, agent: Agent): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const request = get(url, { agent, headers: { ...headers, accept: 'text/html' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(response.statusCode === 200 ? Buffer.concat(chunks) : null));
    });
    request.on('error', () => resolve(null));
  });
}
