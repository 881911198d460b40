import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { textOfMarkup } from './markup.ts';

const MAX_ENTRIES = 5_000;
const MAX_UNPACKED_BYTES = 40 * 1024 * 1024;

/** Parts with words, in the order of Office Open XML (docx, xlsx, pptx) and OpenDocument (odt, ods, odp). */
const PARTS = [
  /^word\/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml$/,
  /^xl\/(sharedStrings|worksheets\/sheet\d+)\.xml$/,
  /^ppt\/slides\/slide\d+\.xml$/,
  /^content\.xml$/,
];

/** The text of an office file: a page for each slide of a presentation in their order, else one. Raises for what is no zip, is encrypted, or unpacks to too much: a bomb is not unpacked to find out. */
export async function textOfOffice(file: Buffer): Promise<readonly string[]> {
  const zip = await fromBufferPromise(file);
  if (zip.entryCount > MAX_ENTRIES) throw new Error('too many parts');
  const parts: Entry[] = [];
  for await (const entry of zip.eachEntry()) if (PARTS.some((part) => part.test(entry.fileName))) parts.push(entry);
  // yauzl ends a stream with an error where the part is longer than it says.
  const bytes = parts.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (bytes > MAX_UNPACKED_BYTES) throw new Error('unpacks to too much');
  const xmls: string[] = [];
  for (const part of parts.sort(bySlide)) xmls.push(await unpack(zip, part));
  const isSlides = parts.some(({ fileName }) => SLIDE_PART.test(fileName));
  // What stands before the first page of OpenDocument are declarations.
  const pages = isSlides ? xmls : xmls.flatMap((xml) => (PAGE.test(xml) ? xml.split(PAGE).slice(1) : []));
  const read = (xml: string): string => textOfMarkup(withoutIndexes(xml));
  return pages.length > 0 ? pages.map(read) : [xmls.map(read).join('\n')];
}

/** Where a slide or a drawing of OpenDocument begins. */
const PAGE = /<draw:page(?:\s[^<>]*)?>/;
const SLIDE_PART = /^ppt\/slides\/slide(\d+)\.xml$/;

/** By their numbers, in which the parts of a file need not come; others stay where they are. */
function bySlide(a: Entry, b: Entry): number {
  const [one, other] = [a, b].map(({ fileName }) => Number(SLIDE_PART.exec(fileName)?.[1] ?? 0));
  return (one ?? 0) - (other ?? 0);
}

async function unpack(zip: ZipFile, entry: Entry): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Cells of a sheet that only point to the shared texts. */
const withoutIndexes = (xml: string): string => xml.replace(/<c [^<>]*t="s"[^<>]*><v>\d+<\/v>/g, '<c>');
