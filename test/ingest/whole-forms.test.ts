import test from 'ava';
import type { Blobs } from '../../core/blobs/blobs.ts';
import { prepareInbound } from '../../core/ingest/prepare.ts';
import type { InboundMessage } from '../../core/plugins/contract.ts';

const FORM =
  'Zgłoszenie ze strony\n\nOd: Jan <jan@klient.test>\nDo: biuro@firma.test\nData: 30.11.2026 12:15\nTemat: Oferta\n\nProszę o ofertę.';
const message = (more: Partial<InboundMessage>): InboundMessage => ({
  ...{ kind: 'message', externalId: 'a@b', from: { address: 'jan@klient.test', name: null }, to: [], cc: [], replyTo: [] },
  ...{ subject: 'Oferta', text: FORM, html: null, attachments: [], references: [], replyTokens: [], sentAt: null, automated: false },
  ...more,
});
const blobs = { putAll: async () => [] } as unknown as Blobs;

test('what a form wrote is shown whole and stands in the list, what answers something is folded', async (t) => {
  const own = async (more: Partial<InboundMessage>) => {
    const prepared = await prepareInbound(message(more), blobs);
    return prepared.kind === 'message' ? prepared.ownWords : '';
  };
  t.true((await own({})).includes('Proszę o ofertę.'));
  t.true((await own({ text: null, html: `<p>${FORM.replaceAll('<', '&lt;').replaceAll('\n', '<br>')}</p>` })).includes('Proszę o ofertę.'));
  for (const answer of [{ references: ['q@firma'] }, { subject: 'Odp: Oferta' }, { subject: 'FW: Oferta' }])
    t.is(await own(answer), 'Zgłoszenie ze strony', JSON.stringify(answer));
});
