import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Product, product } from '../support/product.ts';
import { type LoadMail, sendOver } from '../support/smtp-load.ts';
import { parseTrace, type TracedCall } from '../support/strace.ts';
import { until } from '../support/until.ts';

const SYSCALLS = 'fsync,fdatasync,write,writev,sendto,sendmsg';

const mail = (n: number, bytes = 2000): LoadMail => ({
  to: 'biuro@firma.test',
  message: Buffer.from(
    `From: a@klient.test\r\nSubject: Mail ${n}\r\nMessage-ID: <${n}@klient.test>\r\n\r\n${'x'.repeat(70)}\r\n`.padEnd(bytes, 'y'),
  ),
});

/** The product with an inbox, and whether this machine lets strace do what these tests need. */
async function traced(t: ExecutionContext): Promise<Product> {
  t.timeout(180_000);
  try {
    execFileSync('strace', ['-qq', '-o', '/dev/null', 'true'], { stdio: 'pipe' });
  } catch (error) {
    throw new Error('These tests need strace and the right to trace processes (ptrace), as in a container run with --cap-add=SYS_PTRACE.', {
      cause: error,
    });
  }
  const server = await product(t);
  await server.centrala('inbox', 'create', '--name', 'Biuro', '--address', 'biuro@firma.test');
  return server;
}

test.serial('Every mail is synced to the disk after its last byte and before its 250 is sent', async (t) => {
  const server = await traced(t);
  const output = join(server.dir, 'trace.txt');
  await server.start(['strace', '-f', '-qq', '-y', '-s', '40', '-e', `trace=${SYSCALLS}`, '-o', output]);
  const mails = Array.from({ length: 20 }, (_, n) => mail(n, n % 5 === 4 ? 400_000 : 2000));
  const replies = await sendOver(server.smtpPort, mails);
  t.true(replies.every((reply) => reply.startsWith('250 2.0.0 kept as ')));
  await server.end('SIGTERM');

  const calls = parseTrace(readFileSync(output, 'utf8'));
  const said = (text: string) => (call: TracedCall) => call.text.includes(`"${text}`);
  const isSync = (call: TracedCall): boolean => /^f(data)?sync$/.test(call.name) && call.result === '0';
  let from = 0;
  for (const [n, reply] of replies.entries()) {
    const id = reply.slice('250 2.0.0 kept as '.length);
    const asked = calls.findIndex((call, index) => index >= from && said('354 ')(call));
    const answered = calls.findIndex((call, index) => index > asked && said('250 2.0.0 kept as')(call));
    t.true(asked >= 0 && answered > asked, `mail ${n} is in the trace`);
    const between = calls
      .slice(asked, answered)
      .filter(isSync)
      .map(({ text }) => text);
    // The last one: an earlier one may have taken a mail out of the spool that has moved on.
    const committed = between.findLastIndex((text) => text.includes('/spool.sqlite-wal>'));
    t.true(committed >= 0, `the commit of mail ${n} was synced`);
    if (n % 5 === 4) {
      const [file, folder] = [
        between.findIndex((text) => text.includes(`/spool/${id}>`)),
        between.findIndex((text) => text.includes('/spool>')),
      ];
      t.true(
        file >= 0 && folder >= 0 && file < committed && folder < committed,
        `the file and folder of mail ${n} were synced before its row`,
      );
    }
    from = answered;
  }
});

test.serial('A failed sync is never answered with 250: the process ends and a restart has all that was acknowledged', async (t) => {
  const server = await traced(t);
  const wal = join(server.dir, 'spool.sqlite-wal');
  await server.start();
  await server.end('SIGTERM');
  const child = await server.start([
    'strace',
    '-f',
    '-qq',
    '-P',
    wal,
    '-e',
    'trace=fsync,fdatasync',
    '-e',
    'inject=fsync,fdatasync:error=EIO:when=12+',
    '-o',
    '/dev/null',
  ]);
  const ended = once(child, 'exit');
  const replies = await sendOver(
    server.smtpPort,
    Array.from({ length: 40 }, (_, n) => mail(n)),
  );
  const acknowledged = replies.flatMap((reply, n) => (reply.startsWith('250 ') ? [`${n}@klient.test`] : []));
  t.true(acknowledged.length > 3 && acknowledged.length < 40, `${acknowledged.length} were acknowledged`);
  t.true(
    replies.filter((reply) => !reply.startsWith('250 ')).every((reply) => /^(451 4\.3\.0|421 |$)/.test(reply)),
    replies.join('\n'),
  );
  const [code] = await ended;
  t.not(code, 0);

  await server.start();
  await until(
    'all that was acknowledged is a message',
    async () => {
      const ids: string[] = await server.db('messages').pluck('external_id');
      return acknowledged.every((id) => ids.includes(id));
    },
    30_000,
  );
});

test.serial('While the disk is full mail is refused for now, and taken again when there is room', async (t) => {
  const server = await traced(t);
  await server.start();
  await server.end('SIGTERM');
  const wal = join(server.dir, 'spool.sqlite-wal');
  await server.start([
    'strace',
    '-f',
    '-qq',
    '-P',
    wal,
    '-e',
    'trace=pwrite64',
    '-e',
    'inject=pwrite64:error=ENOSPC:when=9..14',
    '-o',
    '/dev/null',
  ]);
  const replies = await sendOver(
    server.smtpPort,
    Array.from({ length: 30 }, (_, n) => mail(n)),
  );
  const refused = replies.filter((reply) => reply.startsWith('451 4.3.0'));
  t.true(refused.length > 0, 'some were refused');
  t.true(
    replies.every((reply) => /^(250 2\.0\.0|451 4\.3\.0)/.test(reply)),
    replies.join('\n'),
  );
  t.true(replies.at(-1)?.startsWith('250 '));
  const acknowledged = replies.flatMap((reply, n) => (reply.startsWith('250 ') ? [`${n}@klient.test`] : []));
  const ids = await until(
    'all that was acknowledged is a message',
    async () => {
      const found: string[] = await server.db('messages').pluck('external_id');
      return found.length >= acknowledged.length ? found : null;
    },
    60_000,
  );
  t.deepEqual(ids.toSorted(), acknowledged.toSorted());
  t.false(existsSync(join(server.dir, 'core')));
});
