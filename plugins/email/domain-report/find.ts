import { bareSubject } from '../../../core/lib/text.ts';
import type { DomainReport } from '../../../core/plugins/contract.ts';
import type { Origin } from '../inbound/classify.ts';
import { senderOf, subjectOf } from '../inbound/letterhead.ts';
import { type MimePart, rawField } from '../inbound/mime.ts';

const PACKED = /^(?:application\/(?:octet-stream|xml|(?:x-)?gzip|(?:x-)?zip(?:-compressed)?)|text\/xml)$/;
const NAMED = /\.(?:xml|gz|zip)$/i;
const SUBJECT = /\breport[\s_-]*domain\s*:/i;
const MACHINE = /dmarc|no-?reply|report/i;

/**
 * The DMARC report that a mail carries (RFC 7489 §7.2.1): its one file beside texts and pictures, told by what is in it. Null for all else, and
 * for one that a person sends on: what he writes about it has to be seen.
 */
export async function domainReportIn(root: MimePart, origin: Origin): Promise<Omit<DomainReport, 'message'> | null> {
  const files = leaves(root).filter((part) => isPacked(part) || !/^(?:text|image)\//.test(part.contentType));
  const [file] = files;
  if (!file || files.length > 1 || !isPacked(file) || !isByMachine(root, origin)) return null;
  // With their libraries, which few mails need.
  const { unpackXml } = await import('./unpack.ts');
  const xml = await unpackXml(file.content());
  return xml === null ? null : (await import('./read-xml.ts')).readXml(xml);
}

const leaves = (part: MimePart): readonly MimePart[] => (part.children.length === 0 ? [part] : part.children.flatMap(leaves));
const isPacked = ({ contentType, filename }: MimePart): boolean => PACKED.test(contentType) || NAMED.test(filename);

function isByMachine(root: MimePart, { automated }: Origin): boolean {
  const subject = subjectOf(root)?.trim() ?? '';
  if (rawField(root, 'in-reply-to') || rawField(root, 'references') || bareSubject(subject) !== subject) return false;
  return automated || SUBJECT.test(subject) || MACHINE.test(senderOf(root, undefined).address.split('@')[0] ?? '');
}
