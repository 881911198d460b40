import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import test from 'ava';
import { answerable } from '../../core/acknowledgements/recipient.ts';
import interpret from '../../plugins/email/inbound/interpret.ts';
import { corpusFiles } from '../support/corpora.ts';

test('no bounce of hundreds from all kinds of mail servers would get an automatic answer', async (t) => {
  const inbox = { address: 'biuro@firma.test', name: 'Biuro' };
  for (const file of await corpusFiles('sisimai-bounces', '*.eml')) {
    const bytes = readFileSync(file);
    const open = () => Readable.from([bytes]);
    const given = { inbox, contentType: 'message/rfc822', envelope: { mailFrom: '' }, receivedAt: new Date(0), bytes: bytes.length, open };
    for (const item of await interpret(given))
      if (item.kind === 'message') {
        const { automated, from } = item;
        t.is(
          answerable({ direction: 'inbound', senderStatus: 'participant', automated, from }, () => false, null),
          null,
          file,
        );
      }
  }
  t.pass();
});
