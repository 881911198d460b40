import test from 'ava';
import type { Blobs } from '../../core/blobs/blobs.ts';
import { prepareInbound } from '../../core/ingest/prepare.ts';
import type { InboundMessage } from '../../core/plugins/contract.ts';

const NO_BLOBS = { putAll: async () => [] } as Pick<Blobs, 'putAll'> as Blobs;
const MAIL: InboundMessage = {
  ...{ kind: 'message', externalId: null, to: [], cc: [], replyTo: [], text: 'x', html: null, attachments: [], references: [] },
  ...{ replyTokens: [], sentAt: null, automated: false, from: { address: 'x@evil.test', name: null }, subject: null },
};

test('the words behind a picture of megabytes in the HTML itself are shown, listed and found', async (t) => {
  const html = `<p>Przed</p><img src="data:image/png;base64,${'A'.repeat(3_000_000)}"><p>Po obrazku</p>`;
  const item = await prepareInbound({ ...MAIL, text: null, html }, NO_BLOBS);
  if (item.kind !== 'message') return t.fail();
  for (const shown of [item.text, item.html, item.ownWords]) t.regex(shown ?? '', /Przed.*Po obrazku.*\[…\]/s);
});
