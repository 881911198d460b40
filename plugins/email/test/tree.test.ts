import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import test from 'ava';
import { corpusFiles } from '../../../test/support/corpora.ts';
import interpret from '../inbound/interpret.ts';
import { type MimePart, parseMime } from '../inbound/mime.ts';
import { attachmentsByMailparser, partsAmong, sha256 } from './mailparser.ts';

/** Every leaf of the tree, in order. */
const leaves = (part: MimePart): readonly MimePart[] => (part.children.length === 0 ? [part] : part.children.flatMap(leaves));

const CORPORA = {
  'mikel-mail': '**/*.eml',
  'mime4j-torture': '**/*.msg',
  'reply-trimmer': 'emails/*',
  'sisimai-bounces': '*.eml',
  'zbateson-mime': 'emails/*',
};
/** Where mailparser counts otherwise on purpose: uuencode, named text parts, digests, damaged boundaries and types. */
const KNOWN_OTHERWISE = 20;

test('in every mail of the collections each leaf of the MIME tree is read as text or stored as attachment, byte for byte, once', async (t) => {
  const counts: Record<string, { mails: number; attachments: number; unpacked: number; likeMailparser: number; otherwise: number }> = {};
  for (const [corpus, pattern] of Object.entries(CORPORA)) {
    const count = { mails: 0, attachments: 0, unpacked: 0, likeMailparser: 0, otherwise: 0 };
    counts[corpus] = count;
    for (const path of await corpusFiles(corpus, pattern)) {
      const bytes = readFileSync(path);
      const open = (): Readable => Readable.from([bytes]);
      const [item] = await interpret({
        inbox: { address: 'biuro@firma.test', name: 'Biuro' },
        contentType: 'message/rfc822',
        envelope: {},
        receivedAt: new Date(0),
        bytes: bytes.length,
        open,
      });
      if (item?.kind !== 'message') continue;
      const own = partsAmong(item, bytes);
      const tree = leaves(parseMime(bytes));
      const hashes = tree.map((part) => sha256(part.content()));
      let at = -1;
      for (const { content } of own) {
        const next = hashes.indexOf(sha256(content), at + 1);
        t.true(next > at, `${path}: an attachment that is no leaf, or is there twice`);
        at = next;
      }
      const texts = tree.filter(({ contentType }) => contentType === 'text/plain' || contentType === 'text/html').length;
      t.true(
        own.length >= tree.length - texts && own.length <= tree.length,
        `${path}: ${own.length} attachments of ${tree.length} leaves, ${texts} texts`,
      );
      const theirs = (await attachmentsByMailparser(bytes))?.length ?? null;
      count.mails += 1;
      count.attachments += own.length;
      count.unpacked += item.attachments.length - own.length;
      if (theirs !== null) count[theirs === own.length ? 'likeMailparser' : 'otherwise'] += 1;
    }
  }
  t.log(counts);
  t.true(Object.values(counts).reduce((sum, { otherwise }) => sum + otherwise, 0) <= KNOWN_OTHERWISE);
});
