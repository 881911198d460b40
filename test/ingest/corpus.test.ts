import { readFileSync } from 'node:fs';
import test from 'ava';
import { corpusFiles } from '../support/corpora.ts';
import { product } from '../support/product.ts';
import { sendOver } from '../support/smtp-load.ts';
import { until } from '../support/until.ts';

const CORPORA = [
  ['mikel-mail', '**/*.eml'],
  ['mikel-mail', '**/sample_output_multipart'],
  ['mime4j-torture', '**/*.msg'],
  ['zbateson-mime', 'emails/*'],
  ['zbateson-mime', 'headers/*'],
  ['sisimai-bounces', '**/*.eml'],
  ['reply-trimmer', 'emails/*'],
] as const;

test('Every message of the corpora goes through the listener and ends as a message, a report or visibly parked', async (t) => {
  t.timeout(300_000);
  const files = (await Promise.all(CORPORA.map(([name, pattern]) => corpusFiles(name, pattern)))).flat();
  t.true(files.length > 600, `only ${files.length} files`);
  const server = await product(t);
  await server.centrala('inbox', 'create', '--name', 'Biuro', '--address', 'biuro@firma.test');
  await server.start();
  // As a mail server hands them over: with the line ends of RFC 5321 §2.3.8.
  const mails = files.map((file) => ({
    to: 'biuro@firma.test',
    message: Buffer.from(readFileSync(file, 'latin1').replace(/\r?\n/g, '\r\n'), 'latin1'),
  }));
  const halves = [mails.slice(0, mails.length / 2), mails.slice(mails.length / 2)];
  const replies = (await Promise.all(halves.map((half) => sendOver(server.smtpPort, half)))).flat();
  const refused = files.filter((_, index) => !replies[index]?.startsWith('250 2.0.0 kept as '));
  t.deepEqual(refused, []);

  const counts = async () => JSON.parse(await server.centrala('ledger', '--json'));
  const ledger = await until(
    'nothing waits any more',
    async () => {
      const [row] = await server.db('raw_inbound').whereNot({ status: 'waiting' }).count({ n: '*' });
      return Number(row?.['n']) >= files.length ? counts() : null;
    },
    240_000,
  );
  t.like(ledger, { kept: files.length, waiting: 0, spam: 0 });
  t.is(ledger.received + ledger.reports + ledger.failed + ledger.duplicate, files.length);
  const [unmatched] = await server.db('raw_inbound').where('status', 'report').whereLike('error', 'report_unmatched:%').count({ n: '*' });
  t.is(Number(unmatched?.['n']), ledger.reports, 'every report about mail of others is listed');
  const [messages] = await server.db('messages').count({ n: '*' });
  t.is(Number(messages?.['n']), ledger.received);
  t.true(ledger.failed <= files.length * 0.01, `${ledger.failed} were parked`);
  t.log(JSON.stringify(ledger));
});
