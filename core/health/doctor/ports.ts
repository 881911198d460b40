import { connect, createServer } from 'node:net';
import { z } from 'zod';
import { probeTls } from '../../deliverability/probe-tls.ts';
import { isStarting, partName, partTrouble } from '../part.ts';
import { certificateFinding } from './certificates.ts';
import { broken, type Finding, reasonOf, text, WORDS, well, worthKnowing } from './finding.ts';

const PATIENCE_MS = 10_000;

const READINESS = z.object({
  checks: z.array(z.object({ name: z.string(), state: z.string(), detail: z.string().nullable(), says: WORDS.exactOptional() })),
});

export interface Place {
  readonly host: string;
  readonly port: number;
}

interface Listening extends Place {
  /** By TLS; null: there is none. */
  readonly securePort?: number | null;
}

/** As in the names of the settings. */
type Kind = 'HTTP' | 'HTTPS' | 'SMTP' | 'SMTPS';

interface Ports {
  readonly http: Listening;
  readonly smtp: Listening;
  /** What this process does (CENTRALA_ROLES): the ports of others may be on other machines. */
  readonly roles: ReadonlySet<string>;
}

/** Each port is either free or answered by Centrala itself; a running server is asked how it is. */
export async function portFindings({ http, smtp, roles }: Ports): Promise<readonly Finding[]> {
  const hasPages = roles.has('web');
  const isRunning = hasPages && (await isCentrala(http));
  return [
    ...(hasPages ? await pagePorts(http, isRunning) : [elsewhere('HTTP')]),
    // Without pages there is nobody to ask: whoever greets is taken for ours.
    ...(roles.has('smtp') ? await mailPorts(smtp, hasPages ? isRunning : null) : [elsewhere('SMTP')]),
  ];
}

const elsewhere = (what: Kind): Finding => well(what, text('health.ports.elsewhere'));

/** Without its port for pages by TLS a server does not run. */
const pagePorts = async (http: Listening, isRunning: boolean): Promise<readonly Finding[]> =>
  isRunning
    ? [well(nameOf('HTTP', http), text('health.ports.answers')), ...(await readiness(http))]
    : [await free('HTTP', http), ...(await freeToo('HTTPS', http))];

/** A running server says itself when its port for mail by TLS cannot be had. `isRunning` null: nobody knows. */
async function mailPorts(smtp: Listening, isRunning: boolean | null): Promise<readonly Finding[]> {
  const greeting = await firstLine(smtp);
  const greets = greeting?.startsWith('220') === true;
  if (isRunning === true && !greets) return [broken(nameOf('SMTP', smtp), text('health.ports.silent'), text('health.ports.silentAdvice'))];
  if (!greets) return [...(await freeToo('SMTPS', smtp)), await free('SMTP', smtp)];
  if (isRunning === false) return [...(await freeToo('SMTPS', smtp)), taken('SMTP', smtp, greeting)];
  return [well(nameOf('SMTP', smtp), text('health.ports.greeted', { greeting })), await encryption(smtp)];
}

const nameOf = (what: string, { host, port }: Place): string => `${what} ${host}:${port}`;

/** Where a client on this machine finds a server that listens on `host`. */
const reachable = (host: string): string =>
  host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
const address = (host: string): string => reachable(host).replace(/[[\]]/g, '');

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
  const what = text('health.ready.what');
  try {
    const answer = await fetch(`http://${reachable(host)}:${port}/ready`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const bad = READINESS.parse(await answer.json()).checks.filter(({ state }) => state === 'failing');
    if (bad.length === 0) return [well(what, text('health.ready.ok'))];
    return bad.map((one) => {
      const part = text('health.ready.part', { name: partName(one.name) });
      return isStarting(one) ? worthKnowing(part, partTrouble(one)) : broken(part, partTrouble(one), text('health.ready.advice'));
    });
  } catch (error) {
    return [broken(what, text('health.ready.silent', { reason: reasonOf(error) }), text('health.ready.advice'))];
  }
}

async function encryption({ host, port }: Place): Promise<Finding> {
  const what = text('health.tls.smtp');
  const offer = await probeTls(address(host), port, 'localhost');
  if (offer.state === 'unreachable') return broken(what, offer.reason, text('health.ready.advice'));
  if (offer.state === 'none') return worthKnowing(what, text('health.tls.none'), text('health.tls.noneAdvice'));
  return certificateFinding(what, offer.validTo, new Date());
}

function firstLine({ host, port }: Place): Promise<string | null> {
  const answer = Promise.withResolvers<string | null>();
  const socket = connect(port, address(host));
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

const freeToo = async (what: Kind, { host, securePort }: Listening): Promise<readonly Finding[]> =>
  securePort == null ? [] : [await free(what, { host, port: securePort })];

async function free(what: Kind, { host, port }: Place): Promise<Finding> {
  const label = nameOf(what, { host, port });
  const server = createServer();
  const tried = Promise.withResolvers<Finding>();
  server.once('error', (error) => {
    const isTaken = 'code' in error && error.code === 'EADDRINUSE';
    tried.resolve(
      isTaken
        ? taken(what, { host, port }, null)
        : broken(
            label,
            reasonOf(error),
            text('health.ports.otherAdvice', { name: `CENTRALA_${what.slice(0, 4)}_HOST`, other: `CENTRALA_${what}_PORT` }),
          ),
    );
  });
  server.listen(port, host, () => server.close(() => tried.resolve(worthKnowing(label, text('health.ports.free')))));
  return tried.promise;
}

/** `by`: how it greets; null when it does not. */
function taken(what: Kind, place: Place, by: string | null): Finding {
  const seen = by === null ? text('health.ports.taken') : text('health.ports.takenBy', { by });
  return broken(nameOf(what, place), seen, text('health.ports.takenAdvice', { name: `CENTRALA_${what}_PORT` }));
}
