import test from 'ava';
import type { Blobs } from '../../core/blobs/blobs.ts';
import { prepareInbound } from '../../core/ingest/prepare.ts';
import type { InboundMessage } from '../../core/plugins/contract.ts';

const NO_BLOBS = { putAll: async () => [] } as Pick<Blobs, 'putAll'> as Blobs;
const MAIL: InboundMessage = {
  ...{ kind: 'message', externalId: null, to: [], cc: [], replyTo: [], text: 'x', html: null, attachments: [], references: [] },
  ...{ replyTokens: [], sentAt: null, automated: false, from: { address: 'x@evil.test', name: null }, subject: null },
};

test('signs that nobody sees, or that turn the direction of reading, make no other name or subject', async (t) => {
  const seen = async (name: string | null, subject: string | null) => {
    const item = await prepareInbound({ ...MAIL, from: { address: 'x@evil.test', name }, subject }, NO_BLOBS);
    return item.kind === 'message' ? [item.from.name, item.subject] : t.fail();
  };
  t.deepEqual(await seen('Jan \u202etset.amrif@oruib', 'Faktura \u202efdp.exe\u2066'), ['Jan tset.amrif@oruib', 'Faktura fdp.exe']);
  t.deepEqual(await seen('An\u200bna Nowak', '\ufeffPytanie'), ['Anna Nowak', 'Pytanie']);
  t.deepEqual(await seen('\u200b\u2060', '\u200b'), [null, null]);
  t.deepEqual(await seen('می\u200cخواهم', '👩\u200d🔧'), ['می\u200cخواهم', '👩\u200d🔧'], 'joiners of scripts and pictures stay');
  t.deepEqual(await seen(null, null), [null, null]);
});
