import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { LEAN, LEAN_FLAGS } from '../../../core/bin/bootstrap.mjs';
import { median } from '../../bench/measure.ts';
import { figures, receivedAll, scaled } from '../../support/faults.ts';
import { product } from '../../support/product.ts';
import { sendOver } from '../../support/smtp-load.ts';
import { BIURO, numberedMail } from '../../support/stubborn-senders.ts';

const MAILS = scaled(5000, 200_000);
const ROUNDS = 10;
const CONNECTIONS = 4;

const residentMb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024;
const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

test('Two days of mail at once leave memory and open files as they were after the first tenth', async (t) => {
  t.timeout(scaled(3_000_000, 3 * 3_600_000));
  const server = await product(t);
  await server.centrala('inbox', 'create', '--name', 'Biuro', '--address', BIURO);
  // As `npm start` runs it.
  const lean = Object.entries({ ...LEAN, NODE_OPTIONS: LEAN_FLAGS.join(' ') }).map(([name, value]) => `${name}=${value}`);
  const { pid = 0 } = await server.start(['env', ...lean]);
  const memory: number[] = [];
  const files: number[] = [];
  let sent = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const share = MAILS / ROUNDS / CONNECTIONS;
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async (_, sender) => {
        for (let n = 0; n < share; n += 100) {
          const batch = Array.from({ length: Math.min(100, share - n) }, (_, index) => numberedMail(sent + sender * share + n + index));
          const replies = await sendOver(server.smtpPort, batch);
          t.true(replies.every((reply) => reply.startsWith('250 ')));
        }
      }),
    );
    sent += MAILS / ROUNDS;
    await receivedAll(server, sent);
    memory.push(Math.round(residentMb(pid)));
    files.push(openFiles(pid));
  }
  t.log(`MB: ${memory.join(' ')}; open files: ${files.join(' ')}`);
  // It breathes with the collector's mood: the end is compared with the most of the first rounds.
  const [early, late] = [Math.max(...memory.slice(0, 3)), median(memory.slice(-3))];
  t.true(late <= early * 1.25 + 20, `resident memory grew from ${early} to ${late} MB`);
  t.true((files.at(-1) ?? 0) <= (files[1] ?? 0) + 5, files.join(' '));
  t.is(JSON.parse(await server.centrala('ledger', 'verify', '--json')).wrong, 0);
  figures(t, 'soak', { mails: MAILS, 'MB after each tenth': memory.join(' '), 'open files': files.join(' '), lost: 0 });
});
