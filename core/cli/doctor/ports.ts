import { connect, createServer } from 'node:net';
import { z } from 'zod';
import type { Config } from '../../../config/config.ts';
import { broken, type Finding, reasonOf, well, worthKnowing } from './finding.ts';

const PATIENCE_MS = 4_000;

const READINESS = z.object({ checks: z.array(z.object({ name: z.string(), state: z.string(), detail: z.string().nullable() })) });

/** Each port is either free or answered by Centrala itself; a running server is asked how it is. */
export async function portFindings(config: Config): Promise<readonly Finding[]> {
  const { http, smtp } = config;
  const isRunning = await isCentrala(http);
  const web = isRunning
    ? [well(`HTTP ${http.host}:${http.port}`, 'Centrala answers'), ...(await readiness(http))]
    : [await free('HTTP', http)];
  const greeting = await firstLine(smtp);
  const mail = greeting?.startsWith('220')
    ? [isRunning ? well(`SMTP ${smtp.host}:${smtp.port}`, `answered: ${greeting}`) : taken('SMTP', smtp, greeting)]
    : [await free('SMTP', smtp)];
  if (isRunning && !greeting?.startsWith('220'))
    return [...web, broken(`SMTP ${smtp.host}:${smtp.port}`, 'nothing greets', 'Enable the e-mail plugin in Settings → Plugins.')];
  return [...web, ...mail];
}

interface Place {
  readonly host: string;
  readonly port: number;
}

/** Where a client on this machine finds a server that listens on `host`. */
const reachable = (host: string): string =>
  host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;

async function isCentrala({ host, port }: Place): Promise<boolean> {
  try {
    const answer = await fetch(`http://${reachable(host)}:${port}/health`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
      redirect: 'manual',
    });
    return answer.status === 200 && (await answer.text()).includes('"ok"');
  } catch {
    return false;
  }
}

async function readiness({ host, port }: Place): Promise<readonly Finding[]> {
  try {
    const answer = await fetch(`http://${reachable(host)}:${port}/ready`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const bad = READINESS.parse(await answer.json()).checks.filter(({ state }) => state === 'failing');
    if (bad.length === 0) return [well('running server', 'ready')];
    return bad.map(({ name, detail }) => broken(`running server, ${name}`, detail ?? 'failing', 'Its log says more.'));
  } catch (error) {
    return [broken('running server', `/ready did not answer (${reasonOf(error)})`, 'Look at its log.')];
  }
}

function firstLine({ host, port }: Place): Promise<string | null> {
  const answer = Promise.withResolvers<string | null>();
  const socket = connect(port, reachable(host).replace(/[[\]]/g, ''));
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.once('data', (data) => {
    socket.end('QUIT\r\n');
    answer.resolve(
      data
        .toString('latin1')
        .split('\r\n')[0]
        ?.replace(/[^\x20-\x7e]/g, '?')
        .slice(0, 100) ?? null,
    );
  });
  socket.once('error', () => answer.resolve(null));
  socket.once('close', () => answer.resolve(null));
  return answer.promise;
}

async function free(what: string, { host, port }: Place): Promise<Finding> {
  const label = `${what} ${host}:${port}`;
  const server = createServer();
  const tried = Promise.withResolvers<Finding>();
  server.once('error', (error) => {
    const isTaken = 'code' in error && error.code === 'EADDRINUSE';
    tried.resolve(
      isTaken
        ? taken(what, { host, port }, 'another program')
        : broken(label, reasonOf(error), `Choose another CENTRALA_${what}_HOST or _PORT.`),
    );
  });
  server.listen(port, host, () => server.close(() => tried.resolve(worthKnowing(label, 'free; Centrala does not run'))));
  return tried.promise;
}

const taken = (what: string, { host, port }: Place, by: string): Finding =>
  broken(`${what} ${host}:${port}`, `taken by ${by}`, `Stop that program or choose another CENTRALA_${what}_PORT.`);
