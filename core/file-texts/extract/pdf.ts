import { getDocumentProxy } from 'unpdf';

const MAX_PAGES = 2_000;
const MAX_CHARS = 1_000_000;

/** The text of each page. Raises for what is no PDF or needs a password. Nothing in it is run, and nothing it names is fetched. */
export async function textOfPdf(file: Buffer): Promise<readonly string[]> {
  const pdf = await getDocumentProxy(new Uint8Array(file), {
    disableFontFace: true,
    useSystemFonts: false,
    stopAtErrors: false,
    verbosity: 0,
  });
  const pages: string[] = [];
  let chars = 0;
  for (let number = 1; number <= Math.min(pdf.numPages, MAX_PAGES) && chars < MAX_CHARS; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : '')).join('');
    page.cleanup();
    pages.push(text);
    chars += text.length;
  }
  return pages;
}
