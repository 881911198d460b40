import type { Language } from './language.ts';

/** What a spreadsheet would take for a formula begins with one of these. */
const FORMULA = /^[=+\-@\t\r]/;
/** Without it Excel takes UTF-8 for something else. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** One row of a CSV file as spreadsheets of that language read it; null = an empty cell. */
export function csvRow(cells: readonly (string | number | null)[], language: Language): string {
  const separator = language === 'pl' ? ';' : ',';
  return `${cells.map((cell) => csvCell(cell, separator, language)).join(separator)}\r\n`;
}

function csvCell(cell: string | number | null, separator: string, language: Language): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return language === 'pl' ? String(cell).replace('.', ',') : String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return safe.includes(separator) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
