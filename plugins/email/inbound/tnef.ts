import { storable } from '../../../core/lib/text.ts';
import type { InboundAttachment } from '../../../core/plugins/contract.ts';
import { decodeText } from './charset.ts';
import { decompressRtf } from './compressed-rtf.ts';
import { type MapiProperty, readProperties } from './mapi.ts';
import { readRtf } from './rtf.ts';

/** What a winmail.dat holds. */
export interface TnefContent {
  readonly text: string | null;
  readonly html: string | null;
  readonly attachments: readonly InboundAttachment[];
}

const SIGNATURE = 0x223e9f78;
const MAX_ATTACHMENTS = 200;
const MAX_ATTRIBUTES = 10_000;

/** Attribute ids, the low word ([MS-OXTNEF] §2.1.3.3). */
const BODY = 0x800c;
const OEM_CODE_PAGE = 0x9007;
const MESSAGE_PROPERTIES = 0x9003;
const ATTACHMENT_BEGINS = 0x9002;
const ATTACHMENT_TITLE = 0x8010;
const ATTACHMENT_DATA = 0x800f;
const ATTACHMENT_PROPERTIES = 0x9005;

/** MAPI property ids ([MS-OXPROPS]). */
const PR_BODY = 0x1000;
const PR_RTF_COMPRESSED = 0x1009;
const PR_HTML = 0x1013;
const PR_ATTACH_DATA = 0x3701;
const PR_ATTACH_FILENAME = 0x3704;
const PR_ATTACH_LONG_FILENAME = 0x3707;
const PR_DISPLAY_NAME = 0x3001;
const PR_ATTACH_MIME_TAG = 0x370e;
const PR_ATTACH_CONTENT_ID = 0x3712;

export const looksLikeTnef = (contentType: string, content: Buffer): boolean =>
  content.length > 6 && content.readUInt32LE(0) === SIGNATURE && /^application\/(?:(?:vnd\.)?ms-tnef|octet-stream)$/.test(contentType);

interface Found {
  title: string;
  data: Buffer | null;
  properties: readonly MapiProperty[];
}

/** Reads a TNEF stream as far as it is whole; null when nothing in it is. Checksums are not asked: a wrong one loses nothing. */
export function readTnef(content: Buffer): TnefContent | null {
  const files: Found[] = [];
  let codePage = 'windows-1250';
  let body: string | null = null;
  let properties: readonly MapiProperty[] = [];
  for (const { id, data } of attributesIn(content)) {
    const file = files.at(-1);
    if (id === OEM_CODE_PAGE && data.length >= 4) codePage = `windows-${data.readUInt32LE(0)}`;
    else if (id === BODY) body = ansi(data, codePage);
    else if (id === MESSAGE_PROPERTIES) properties = readProperties(data);
    else if (id === ATTACHMENT_BEGINS && files.length < MAX_ATTACHMENTS) files.push({ title: '', data: null, properties: [] });
    else if (file && id === ATTACHMENT_TITLE) file.title = ansi(data, codePage);
    else if (file && id === ATTACHMENT_DATA) file.data = data;
    else if (file && id === ATTACHMENT_PROPERTIES) file.properties = readProperties(data);
  }
  const { text, html } = bodyOf(properties, codePage, body);
  const attachments = files.flatMap((file) => attachmentOf(file, codePage, html));
  return text === null && html === null && attachments.length === 0 ? null : { text, html, attachments };
}

/** Level, id, length, data, checksum, one after the other ([MS-OXTNEF] §2.1.3.2). */
function* attributesIn(content: Buffer): Generator<{ id: number; data: Buffer }> {
  let at = 6;
  for (let count = 0; count < MAX_ATTRIBUTES && at + 9 <= content.length; count += 1) {
    const id = content.readUInt16LE(at + 1);
    const length = content.readUInt32LE(at + 5);
    if (at + 9 + length > content.length) return;
    yield { id, data: content.subarray(at + 9, at + 9 + length) };
    at += 9 + length + 2;
  }
}

function bodyOf(properties: readonly MapiProperty[], codePage: string, body: string | null): { text: string | null; html: string | null } {
  const plain = textOf(properties, PR_BODY, codePage) || body;
  const html = properties.find(({ id }) => id === PR_HTML)?.value;
  if (html?.length) return { text: plain || null, html: storable(decodeText(html, codePage)) };
  const compressed = properties.find(({ id }) => id === PR_RTF_COMPRESSED)?.value;
  const rtf = compressed ? decompressRtf(compressed) : null;
  const read = rtf ? readRtf(rtf) : null;
  return { text: plain || read?.text || null, html: read?.html ?? null };
}

function attachmentOf({ title, data, properties }: Found, codePage: string, html: string | null): InboundAttachment[] {
  const object = properties.find(({ id }) => id === PR_ATTACH_DATA)?.value;
  // An object begins with the id of its interface; what follows one for IMessage is a TNEF stream again.
  const content = data ?? object?.subarray(16) ?? null;
  if (content === null || content.length === 0) return [];
  const name = [PR_ATTACH_LONG_FILENAME, PR_ATTACH_FILENAME, PR_DISPLAY_NAME].map((id) => textOf(properties, id, codePage)).find(Boolean);
  const type = textOf(properties, PR_ATTACH_MIME_TAG, codePage).toLowerCase();
  const id = textOf(properties, PR_ATTACH_CONTENT_ID, codePage).replace(/^<|>$/g, '');
  const isShown = id !== '' && (html?.includes(`cid:${id}`) ?? false);
  return [
    {
      filename: (name ?? title).slice(0, 255),
      contentType: /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : typeByContent(content),
      contentId: isShown ? id : null,
      inline: isShown,
      content,
    },
  ];
}

function typeByContent(content: Buffer): string {
  if (content.length > 6 && content.readUInt32LE(0) === SIGNATURE) return 'application/vnd.ms-tnef';
  const begin = content.toString('latin1', 0, 8);
  if (begin.startsWith('%PDF-')) return 'application/pdf';
  if (begin.startsWith('\x89PNG')) return 'image/png';
  if (begin.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  return begin.startsWith('GIF8') ? 'image/gif' : 'application/octet-stream';
}

function textOf(properties: readonly MapiProperty[], id: number, codePage: string): string {
  const found = properties.find((property) => property.id === id);
  if (!found) return '';
  return found.type === 'unicode' ? clean(found.value.toString('utf16le')) : ansi(found.value, codePage);
}

const ansi = (bytes: Buffer, codePage: string): string => clean(decodeText(bytes, codePage));
const clean = (text: string): string => storable(text).trim();
