import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { freePort } from '../support/free-port.ts';
import { type HttpClient, httpClient } from '../support/http-client.ts';
import { sendOver } from '../support/smtp-load.ts';
import { until } from '../support/until.ts';
import { type Container, startContainer, type Wishes } from './container.ts';

export const ADMIN = { email: 'anna@firma.test', password: 'zielony rower 17 na moście' };
export const INBOX = 'biuro@firma.test';
const KEY = 'APPLI-ANCEA-PPLIA-NCEAP-PLIAN-CEAPP-LIANC-EAPPL';

/** An installation in a container: its volume outlives the containers. */
export interface Appliance {
  readonly url: string;
  readonly smtpPort: number;
  readonly container: Container;
  /** Runs `centrala …` inside. */
  centrala(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }>;
}

export type Settings = Pick<Wishes, 'image' | 'volumes'> &
  Partial<Pick<Wishes, 'hidden' | 'env'>> & {
    /** The page that has to answer 200 before it counts as started; `/ready` unless told. */
    readonly awaited?: string;
  };

/** What every container of one installation is told; the recovery key lies outside the volume, as people keep it. */
export const environment = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  CENTRALA_DNS_SERVERS: '127.0.0.1:1',
  CENTRALA_LOG_LEVEL: 'warn',
  CENTRALA_BACKUP_KEY: KEY,
  ...more,
});

/** Starts it and waits until it works. Raises Error with what it printed. */
export async function startAppliance({ image, volumes, hidden, env = {}, awaited = '/ready' }: Settings): Promise<Appliance> {
  const [http, smtp] = [await freePort(), await freePort()];
  const ports = { CENTRALA_HTTP_PORT: String(http), CENTRALA_SMTP_PORT: String(smtp) };
  const container = startContainer({ image, volumes, env: environment({ ...ports, ...env }), ...(hidden ? { hidden } : {}) });
  const url = `http://127.0.0.1:${http}`;
  const isReady = async (): Promise<boolean> => (await fetch(url + awaited).catch(() => null))?.ok === true;
  const early = container.ended.then((code) => Promise.reject(new Error(`it ended with ${code}`)));
  early.catch(() => {});
  await Promise.race([until('it is ready', isReady, 120_000), early]).catch((error: unknown) => {
    throw new Error(`The container does not work: ${container.output()}`, { cause: error });
  });
  return { url, smtpPort: smtp, container, centrala: (...args) => container.exec('node', 'core/cli.ts', ...args) };
}

/** Runs one command of `centrala` in a container of its own, as `docker compose run --rm`. */
export async function runOnce(
  { image, volumes, env = {} }: Settings,
  ...args: readonly string[]
): Promise<{ code: number | null; text: string }> {
  const container = startContainer({
    image,
    volumes,
    env: environment(env),
    command: ['tini', '-s', '--', 'node', 'core/cli.ts', ...args],
  });
  const code = await container.ended;
  return { code, text: container.output() };
}

/** The first start as people do it: the address that was printed, then the form. Answers a browser that is logged in. */
export async function setUp({ url, container }: Appliance): Promise<HttpClient> {
  const [, token = ''] = /\/setup\?token=(\w+)/.exec(container.output()) ?? [];
  const client = httpClient(url);
  await client.get(`/setup?token=${token}`);
  const person = { companyName: 'Rowery Wilda', firstName: 'Anna', lastName: 'Nowak', language: 'pl', repeat: ADMIN.password, ...ADMIN };
  const { location, status } = await client.post('/setup', { token, ...person });
  if (location !== '/setup/inbox') throw new Error(`The set-up page answered ${status}`);
  return client;
}

/** Sends mails one after the other; answers how many were confirmed by a 250. */
export async function mail(smtpPort: number, from: number, count: number, onKept: () => void = () => {}): Promise<number> {
  const mails = Array.from({ length: count }, (_, i) => ({ to: INBOX, message: letter(from + i) }));
  const isKept = (reply: string): boolean => reply.startsWith('250');
  return (await sendOver(smtpPort, mails, (_, reply) => isKept(reply) && onKept())).filter(isKept).length;
}

const letter = (n: number): Buffer =>
  Buffer.from(
    [
      'From: Jan Kowalski <jan@klient.test>',
      `To: ${INBOX}`,
      `Subject: Zamowienie ${n}`,
      `Message-ID: <appliance-${n}@klient.test>`,
      `Date: ${new Date().toUTCString()}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      `Prosze o oferte numer ${n}.`,
      '--b',
      'Content-Type: application/octet-stream',
      `Content-Disposition: attachment; filename="plan-${n}.bin"`,
      'Content-Transfer-Encoding: base64',
      '',
      randomBytes(12_000)
        .toString('base64')
        .replaceAll(/(.{76})/g, '$1\r\n'),
      '--b--',
      '',
    ].join('\r\n'),
  );

/** Where answers go: a server that takes everything and remembers its text. */
export async function startRelay(): Promise<{ readonly port: number; readonly received: string[]; stop(): Promise<void> }> {
  const received: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        received.push(Buffer.concat(pieces).toString('utf8'));
        done();
      });
    },
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.server.address() as AddressInfo;
  return { port, received, stop: () => new Promise((done) => server.close(() => done())) };
}

/** Everything received is a message, a report or parked. Answers how many there are. */
export async function settled({ centrala }: Appliance, least: number): Promise<number> {
  let counts: { kept: number; waiting: number } = { kept: 0, waiting: 1 };
  await until(
    'everything is dealt with',
    async () => {
      counts = JSON.parse((await centrala('ledger', '--json')).text);
      return counts.waiting === 0 && counts.kept >= least;
    },
    120_000,
  );
  return counts.kept;
}
