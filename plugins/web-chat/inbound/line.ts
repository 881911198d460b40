import { z } from 'zod';
import { storable } from '../../../core/lib/text.ts';
import type { VisitorLetter, VisitorLine } from '../../../core/plugins/contract.ts';

const MAX_BEFORE = 10;
const text = (max: number) => z.string().max(max).transform(storable);

/** A line as it is kept: `{"id":"visitor-ab.1","from":"visitor-ab","name":"Anna","text":"Hello","before":["chat-cd"]}`. */
export const LINE = z.object({
  id: text(200),
  from: text(100),
  name: text(200).nullable(),
  text: text(20_000),
  before: z.array(text(200)).max(MAX_BEFORE),
});

/** No clock in it: the same line is the same bytes, so that one sent twice is received once. */
export function writeLine({ externalId, from, text: said, before }: VisitorLine): VisitorLetter {
  const line: z.input<typeof LINE> = {
    id: externalId,
    from: from.address,
    name: from.name,
    text: said,
    before: before.slice(0, MAX_BEFORE),
  };
  return { contentType: 'application/json', envelope: { source: 'website' }, bytes: Buffer.from(JSON.stringify(line)) };
}
