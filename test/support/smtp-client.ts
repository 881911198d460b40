import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ExecutionContext } from 'ava';

/** An SMTP session that reads as a transcript: each call sends one line and compares the start of the reply. */
export interface SmtpSession {
  greeting(expected?: string): Promise<string>;
  ehlo(expected?: string): Promise<string>;
  /** STARTTLS, the bytes `injected` behind it in the same packet, the handshake. Any certificate will do. */
  startTls(injected?: string): Promise<TLSSocket>;
  mailFrom(address: string, expected?: string): Promise<string>;
  rcptTo(address: string, expected?: string): Promise<string>;
  /** DATA, the message with dots stuffed, the final dot. */
  data(message: string | Buffer, expected?: string): Promise<string>;
  quit(expected?: string): Promise<string>;
  /** Any other line. */
  say(line: string, expected: string): Promise<string>;
  /** Bytes as they are; nothing is read. */
  write(bytes: string | Buffer): void;
  reply(expected: string): Promise<string>;
  /** Resolves when the other side closed the connection. */
  closed(): Promise<void>;
  destroy(): void;
}

const DEADLINE_MS = 30_000;

export interface SmtpSessionOptions {
  readonly host?: string;
  /** TLS from the first byte. */
  readonly secure?: boolean;
}

/** Connects and leaves the greeting to be read. The session ends with the test. */
export async function smtpSession(
  t: ExecutionContext<unknown>,
  port: number,
  { host = '127.0.0.1', secure = false }: SmtpSessionOptions = {},
): Promise<SmtpSession> {
  let socket: Socket = secure ? connectTls({ port, host, rejectUnauthorized: false }) : connect(port, host);
  t.teardown(() => void socket.destroy());
  let reader = replyReader(socket);
  const reply = async (expected: string): Promise<string> => {
    const text = await reader.next();
    t.true(text.startsWith(expected), `expected ${expected}, got ${text}`);
    return text;
  };
  const write = (bytes: string | Buffer): void => void socket.write(bytes);
  const say = (line: string, expected: string): Promise<string> => {
    write(`${line}\r\n`);
    return reply(expected);
  };
  return {
    say,
    write,
    reply,
    greeting: (expected = '220 ') => reply(expected),
    ehlo: (expected = '250') => say('EHLO client.test', expected),
    startTls: async (injected = '') => {
      write(`STARTTLS\r\n${injected}`);
      await reply('220 ');
      socket.removeAllListeners('data');
      const secured = connectTls({ socket, rejectUnauthorized: false });
      socket = secured;
      reader = replyReader(secured);
      await once(secured, 'secureConnect', { signal: AbortSignal.timeout(DEADLINE_MS) });
      return secured;
    },
    mailFrom: (address, expected = '250 2.1.0') => say(`MAIL FROM:<${address}>`, expected),
    rcptTo: (address, expected = '250 2.1.5') => say(`RCPT TO:<${address}>`, expected),
    data: async (message, expected = '250 2.0.0 kept as ') => {
      await say('DATA', '354 ');
      write(Buffer.concat([stuffed(message), Buffer.from('.\r\n')]));
      return reply(expected);
    },
    quit: (expected = '221 2.0.0') => say('QUIT', expected),
    closed: () => reader.closed,
    destroy: () => void socket.destroy(),
  };
}

/** Greeting, EHLO, one mail, QUIT. Returns the answer to the mail. */
export async function deliver(
  t: ExecutionContext<unknown>,
  port: number,
  mail: { from: string; to: readonly string[]; message: string | Buffer },
): Promise<string> {
  const smtp = await smtpSession(t, port);
  await smtp.greeting();
  await smtp.ehlo();
  await smtp.mailFrom(mail.from);
  for (const address of mail.to) await smtp.rcptTo(address);
  const answer = await smtp.data(mail.message);
  await smtp.quit();
  return answer;
}

/** RFC 5321 §4.5.2: lines that begin with a dot get another one; the message ends with a line end. */
function stuffed(message: string | Buffer): Buffer {
  const text = (typeof message === 'string' ? Buffer.from(message) : message).toString('latin1');
  const ended = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
  return Buffer.from(ended.replace(/^\./gm, '..'), 'latin1');
}

function replyReader(socket: Socket): { next(): Promise<string>; closed: Promise<void> } {
  let buffered = '';
  let wake: () => void = () => {};
  let isClosed = false;
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    buffered += text;
    wake();
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) =>
    socket.on('close', () => {
      isClosed = true;
      wake();
      resolve();
    }),
  );
  const next = async (): Promise<string> => {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    while (!deadline.aborted) {
      const whole = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n/.exec(buffered)?.[0];
      if (whole) {
        buffered = buffered.slice(whole.length);
        return whole.trimEnd();
      }
      if (isClosed) return '(connection closed)';
      await Promise.race([
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
        delay(DEADLINE_MS, undefined, { signal: deadline, ref: false }).catch(() => {}),
      ]);
    }
    return '(no reply in time)';
  };
  return { next, closed };
}
