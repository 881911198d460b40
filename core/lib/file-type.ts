/** So much of a file is needed to tell its type. */
export const HEAD_BYTES = 1_024;

type Bytes = readonly (number | null)[];
const ascii = (text: string): Bytes => [...text].map((sign) => (sign === '.' ? null : sign.charCodeAt(0)));

/** Types that their first bytes give away; null = any byte. From the WHATWG MIME Sniffing Standard §6, and programs. */
const MAGIC: readonly (readonly [string, Bytes])[] = [
  ['image/png', [0x89, ...ascii('PNG'), 13, 10, 26, 10]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', ascii('GIF8')],
  ['image/webp', ascii('RIFF....WEBP')],
  ['application/pdf', ascii('%PDF-')],
  ['application/zip', [...ascii('PK'), 3, 4]],
  ['application/gzip', [0x1f, 0x8b, 8]],
  ['application/x-ole-storage', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
  ['application/vnd.microsoft.portable-executable', ascii('MZ')],
  ['application/x-executable', [0x7f, ...ascii('ELF')]],
];

/** Formats of their own within a container. */
const INSIDE: Readonly<Record<string, RegExp>> = {
  'application/zip': /openxmlformats|opendocument|zip|epub|java-archive|macroenabled/i,
  'application/x-ole-storage': /msword|ms-excel|ms-powerpoint|ms-outlook|vnd\.visio/i,
};

const MARKUP: readonly (readonly [string, RegExp])[] = [
  ['text/html', /^\s*<(!doctype html|html|head|body|script|iframe|style|table|div|h1|a\b|img\b|form|meta)/i],
  ['image/svg+xml', /^\s*(<\?xml[^>]*>\s*)?(<!doctype svg[^>]*>\s*)?<svg\b/i],
  ['text/xml', /^\s*<\?xml/i],
];

/** The type that the first bytes of a file give away; null when they do not. */
export function sniffType(head: Uint8Array): string | null {
  const magic = MAGIC.find(([, bytes]) => bytes.every((byte, at) => byte === null || head[at] === byte));
  if (magic) return magic[0];
  const text = new TextDecoder().decode(head.subarray(0, HEAD_BYTES)).replace(/<!--[\s\S]*?-->/g, '');
  return MARKUP.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** What a file is: what its bytes give away, before what its name made somebody say. */
export function typeByContent(head: Uint8Array, said: string): string {
  const type = said.toLowerCase();
  const found = sniffType(head);
  if (found === null) return type || 'application/octet-stream';
  // A text that is written in a markup language is a text as well.
  if (found.startsWith('text/') && type.startsWith('text/')) return type;
  return INSIDE[found]?.test(type) || (found === 'text/xml' && /xml/.test(type)) ? type : found;
}
