import { createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

/** One mail as it arrived on the wire, dots unstuffed. */
export interface PeerMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly data: string;
}

export type PeerStep = 'CONNECT' | 'EHLO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'END' | 'QUIT' | 'RSET';

/** What the peer says at a step: a reply line, `drop` = closes at once, `half` = breaks off in its reply, `silence` = says nothing. Unset = the usual yes. */
export type PeerScript = Partial<Record<PeerStep, (argument: string) => string>>;

export interface SmtpPeer {
  readonly port: number;
  readonly mails: readonly PeerMail[];
  /** Every command of every session in order, without the mail itself. */
  readonly commands: readonly string[];
  connections(): number;
  play(script: PeerScript): void;
  stop(): Promise<void>;
}

const YES: Record<PeerStep, string> = {
  CONNECT: '220 relay.test ESMTP',
  EHLO: '250-relay.test\r\n250-AUTH PLAIN\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES',
  STARTTLS: '502 5.5.1 no',
  AUTH: '235 2.7.0 welcome',
  MAIL: '250 2.1.0 ok',
  RCPT: '250 2.1.5 ok',
  DATA: '354 go on',
  END: '250 2.0.0 queued as PEER1',
  QUIT: '221 2.0.0 bye',
  RSET: '250 2.0.0 ok',
};

/** A relay that takes the whole envelope at once. */
export const PIPELINING: PeerScript = { EHLO: () => '250-relay.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES' };

/** A relay that answers as it is told, written from RFC 5321. Stops with the test. */
export async function smtpPeer(t: ExecutionContext<unknown>, script: PeerScript = {}, host?: string): Promise<SmtpPeer> {
  const peer = await startPeer(script, host);
  t.teardown(() => peer.stop());
  return peer;
}

export async function startPeer(first: PeerScript = {}, host = '127.0.0.1'): Promise<SmtpPeer> {
  let script = first;
  let connections = 0;
  const mails: PeerMail[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    serve(socket, { say: (step, argument) => script[step]?.(argument) ?? YES[step], mails, commands });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    mails,
    commands,
    connections: () => connections,
    play: (next) => {
      script = next;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

interface Session {
  readonly say: (step: PeerStep, argument: string) => string;
  readonly mails: PeerMail[];
  readonly commands: string[];
}

function serve(socket: Socket, { say, mails, commands }: Session): void {
  let buffered = '';
  let mail: { from: string; to: string[] } | null = null;
  let inData = false;
  const answer = (step: PeerStep, argument: string): string => {
    const reply = say(step, argument);
    if (reply === 'drop') socket.destroy();
    else if (reply === 'half') socket.end('2');
    else if (reply.startsWith('421')) socket.end(`${reply}\r\n`);
    else if (reply !== 'silence') socket.write(`${reply}\r\n`);
    return reply;
  };
  const command = (line: string): void => {
    commands.push(line);
    const verb = (line.split(/[ :]/, 1)[0] ?? '').toUpperCase();
    const argument = /<([^>]*)>/.exec(line)?.[1] ?? line.slice(verb.length).trim();
    const step = verb === 'HELO' ? 'EHLO' : verb;
    if (!isStep(step)) return void socket.write('500 5.5.2 what?\r\n');
    // What a client sends behind a refusal without waiting for it (RFC 2920).
    const isVain = (step === 'RCPT' && mail === null) || (step === 'DATA' && !mail?.to.length);
    if (isVain && say(step, argument) === YES[step]) return void socket.write('503 5.5.1 out of order\r\n');
    const yes = /^[23]/.test(answer(step, argument));
    if (step === 'MAIL') mail = yes ? { from: argument, to: [] } : null;
    if (step === 'RCPT' && yes) mail?.to.push(argument);
    if (step === 'DATA') inData = yes;
    if (step === 'QUIT') socket.end();
  };
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    buffered += text;
    for (;;) {
      const end = inData ? dataEnd(buffered) : buffered.indexOf('\r\n');
      if (end === -1) return;
      const piece = buffered.slice(0, end);
      buffered = buffered.slice(end + (inData ? 3 : 2));
      if (!inData) command(piece);
      else {
        inData = false;
        const data = Buffer.from(piece.replace(/^\.\./gm, '.'), 'latin1').toString('utf8');
        if (answer('END', data).startsWith('2') && mail) mails.push({ ...mail, data });
      }
    }
  });
  answer('CONNECT', '');
}

const isStep = (verb: string): verb is PeerStep => Object.hasOwn(YES, verb) && verb !== 'CONNECT' && verb !== 'END';

/** Offset of the line that is a single dot, or -1. */
function dataEnd(text: string): number {
  if (text.startsWith('.\r\n')) return 0;
  const at = text.indexOf('\r\n.\r\n');
  return at === -1 ? -1 : at + 2;
}
