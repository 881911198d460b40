import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type MailMaker, SENDING } from './mails.ts';
import { percentile } from './measure.ts';

export interface SmtpLoad {
  readonly port: number;
  readonly to: string;
  readonly mail: MailMaker;
  readonly connections: number;
  readonly messages: number;
  /** False: every message opens a connection of its own. */
  readonly reuse: boolean;
  /** How many mails a second there are to be sent; absent: as many as the server takes. */
  readonly pace?: number;
  /** STARTTLS on each connection, whatever the certificate. */
  readonly secure?: boolean;
  readonly limitMs: number;
  /** Says with XCLIENT that it is the machine outside that the mails came from. */
  readonly isOutside?: boolean;
  /** Ends it earlier. */
  readonly signal?: AbortSignal;
  readonly onKept?: () => void;
}

export interface SmtpResult {
  /** Messages answered with 250 after their data. */
  readonly kept: number;
  readonly failed: number;
  readonly perSecond: number;
  /** From the first connection to the last 250. */
  readonly seconds: number;
  /** From the last byte of the data to the 250, ms. */
  readonly endP50: number;
  readonly endP99: number;
}

/** Closed loop: each connection sends its next message when the last one was answered. Counts nothing but a 250 after the data. */
export async function smtpLoad(load: SmtpLoad): Promise<SmtpResult> {
  const started = performance.now();
  const state: State = { started, left: load.messages, kept: 0, failed: 0, waits: [] };
  const clients = Array.from({ length: load.connections }, () => client(load, state));
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, load.limitMs);
    load.signal?.addEventListener('abort', () => resolve());
  });
  await Promise.race([Promise.all(clients.map(({ done }) => done)), limit]);
  clearTimeout(timer);
  for (const { close } of clients) close();
  const seconds = (performance.now() - started) / 1000;
  return {
    kept: state.kept,
    failed: state.failed,
    perSecond: state.kept / seconds,
    seconds,
    endP50: percentile(state.waits, 0.5),
    endP99: percentile(state.waits, 0.99),
  };
}

interface State {
  readonly started: number;
  left: number;
  kept: number;
  failed: number;
  waits: number[];
}

function client(load: SmtpLoad, state: State): { done: Promise<void>; close: () => void } {
  let socket: Socket | null = null;
  let broken = 0;
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const open = (): void => {
    let ended = false;
    const after = (next: () => void): void => {
      if (ended) return;
      ended = true;
      next();
    };
    socket = session(load, state, () => after(() => (state.left > 0 ? open() : resolve())));
    socket.on('error', () => {});
    socket.on('close', () =>
      after(() => {
        state.failed += 1;
        broken += 1;
        if (broken > 20 || state.left <= 0) resolve();
        else setTimeout(open, 100);
      }),
    );
  };
  open();
  return { done, close: () => socket?.destroy() };
}

const EHLO = 'EHLO load.example.com\r\n';

/** One connection; `finished` once it has nothing more to send. */
function session(load: SmtpLoad, state: State, finished: () => void): Socket {
  const socket = connect(load.port, '127.0.0.1').setNoDelay(true);
  let wire: Socket = socket;
  let step: 'greeting' | 'ehlo' | 'starttls' | 'xclient' | 'mail' | 'rcpt' | 'data' | 'end' | 'quit' = 'greeting';
  let rest = '';
  let sentAt = 0;
  let isKnown = !load.isOutside;
  const say = (next: typeof step, line: string | Buffer): void => {
    step = next;
    wire.write(line);
  };
  const quit = (): void => {
    say('quit', 'QUIT\r\n');
    if (load.reuse) {
      finished();
      wire.end();
    }
  };
  const begin = (): void => {
    if (state.left <= 0) quit();
    else {
      const due = load.pace ? state.started + ((load.messages - state.left) / load.pace) * 1000 : 0;
      state.left -= 1;
      const send = (): void => say('mail', 'MAIL FROM:<sender@example.com>\r\n');
      if (due > performance.now()) setTimeout(send, due - performance.now());
      else send();
    }
  };
  const onReply = (code: number): void => {
    if (step === 'quit') {
      finished();
      wire.end();
    } else if (step === 'greeting') say('ehlo', EHLO);
    else if (step === 'ehlo' && load.secure && wire === socket) say('starttls', 'STARTTLS\r\n');
    else if (step === 'starttls') {
      socket.removeListener('data', read);
      wire = connectTls({ socket, rejectUnauthorized: false });
      wire.on('error', () => socket.destroy());
      wire.on('data', read);
      say('ehlo', EHLO);
    } else if (step === 'ehlo' && !isKnown) {
      isKnown = true;
      say('xclient', `XCLIENT ADDR=${SENDING.ip} NAME=${SENDING.helo}\r\n`);
    } else if (step === 'xclient') say('ehlo', EHLO);
    else if (step === 'ehlo') begin();
    else if (step === 'mail') say('rcpt', `RCPT TO:<${load.to}>\r\n`);
    else if (step === 'rcpt') say('data', 'DATA\r\n');
    else if (step === 'data' && code === 354) {
      say('end', load.mail.next());
      sentAt = performance.now();
    } else {
      if (step === 'end' && code === 250) {
        state.kept += 1;
        load.onKept?.();
        state.waits.push(performance.now() - sentAt);
      } else state.failed += 1;
      if (load.reuse) begin();
      else quit();
    }
  };
  const read = (chunk: Buffer): void => {
    rest += chunk.toString('latin1');
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      if (line[3] !== '-') onReply(Number(line.slice(0, 3)));
    }
  };
  socket.on('data', read);
  return socket;
}
