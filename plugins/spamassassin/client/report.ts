import { storable } from '../../../core/lib/text.ts';
import type { FilterSymbol } from '../../../core/plugins/contract.ts';

const MAX_SYMBOLS = 100;
const MAX_DESCRIPTION_CHARS = 300;
/** The line under the table's headings, whatever language those are in. */
const RULER = /^\s*-{2,}\s+-{5,}\s+-{5,}\s*$/;
const ROW = /^\s{0,4}(-?\d{1,7}(?:\.\d{1,3})?)\s+([A-Z][A-Z0-9_]{1,98})(?:\s+(.*))?$/;

/**
 * The table of a REPORT: which rules matched and what each added. Only what follows the last ruler counts, because the preview of the
 * mail stands above it and may hold a table of its own. A site with another report template has no table: then there are no symbols.
 */
export function symbolsOf(report: string): readonly FilterSymbol[] {
  const lines = report.split(/\r?\n/);
  const ruler = lines.findLastIndex((line) => RULER.test(line));
  if (ruler < 0) return [];
  const symbols: FilterSymbol[] = [];
  for (const line of lines.slice(ruler + 1)) {
    const [, score, name, text = ''] = ROW.exec(line) ?? [];
    const last = symbols.at(-1);
    if (score !== undefined && name !== undefined) symbols.push({ name, score: Number(score) + 0, description: described(text) });
    else if (last && /^\s+\S/.test(line))
      symbols[symbols.length - 1] = { ...last, description: described(`${last.description ?? ''} ${line}`) };
    if (symbols.length >= MAX_SYMBOLS) break;
  }
  return symbols;
}

function described(text: string): string | null {
  const line = storable(text).replace(/\s+/g, ' ').trim().slice(0, MAX_DESCRIPTION_CHARS).toWellFormed();
  return line === '' || line === 'No description available.' ? null : line;
}
