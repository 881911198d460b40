import { connect } from 'node:net';

export interface LoadMail {
  readonly to: string;
  /** With CRLF line ends; dots are stuffed here. */
  readonly message: Buffer;
}

/** A server that says nothing for so long says nothing any more. */
const SILENCE_MS = 30_000;

/** What `sendOver` gives as the reply of a server that fell silent; a connection that is lost has ''. */
export const SILENT = 'silent';

/** The first line a server says, or '' when nobody listens or nothing is said for five seconds. */
export function smtpReply(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (text: string): void => {
      socket.destroy();
      resolve(text);
    };
    socket.once('data', (bytes) => done(bytes.toString('latin1')));
    socket.once('error', () => done(''));
    socket.once('close', () => done(''));
    socket.setTimeout(5000, () => done(''));
  });
}

/**
 * Sends mails one after the other over one connection, and answers for each the reply to its final dot or to a refused MAIL, or '' from
 * the moment the connection was lost, `SILENT` when it was given up. Never throws: what a sender does about it is the test's matter.
 */
export function sendOver(
  port: number,
  mails: readonly LoadMail[],
  onReply: (index: number, reply: string) => void = () => {},
): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const replies: string[] = mails.map(() => '');
    const socket = connect(port, '127.0.0.1');
    let index = 0;
    let step = 0;
    let buffered = '';
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const next = (): void => {
      const mail = mails[index];
      if (mail) say('MAIL FROM:<customer@klient.test>');
      else socket.end('QUIT\r\n');
      step = 2;
    };
    const advance = (reply: string): void => {
      const mail = mails[index];
      step += 1;
      if (step === 1) say('EHLO load.test');
      else if (step === 2 || !mail) next();
      else if (step === 3 && !reply.startsWith('250')) settle(reply);
      else if (step === 3) say(`RCPT TO:<${mail.to}>`);
      else if (step === 4) say('DATA');
      else if (step === 5 && reply.startsWith('354')) socket.write(stuffed(mail.message));
      else settle(reply);
    };
    const settle = (reply: string): void => {
      replies[index] = reply;
      onReply(index, reply);
      index += 1;
      next();
    };
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      buffered += bytes.toString('latin1');
      for (let end = buffered.indexOf('\r\n'); end >= 0; end = buffered.indexOf('\r\n')) {
        const line = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        if (line[3] !== '-') advance(line);
      }
    });
    socket.on('error', () => {});
    socket.setTimeout(SILENCE_MS, () => {
      if (index < mails.length) settle(SILENT);
      socket.destroy();
    });
    socket.on('close', () => resolve(replies));
  });
}

function stuffed(message: Buffer): Buffer {
  const text = message.toString('latin1').replace(/^\./gm, '..');
  return Buffer.from(`${text}${text.endsWith('\r\n') || text === '' ? '' : '\r\n'}.\r\n`, 'latin1');
}
