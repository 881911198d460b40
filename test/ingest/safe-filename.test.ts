import test from 'ava';
import { safeFilename } from '../../core/ingest/safe-filename.ts';

const NAMES: readonly (readonly [given: string, kept: string])[] = [
  ['FV/12/2026.pdf', 'FV_12_2026.pdf'],
  ['Faktura FV/13/2026.pdf', 'Faktura FV_13_2026.pdf'],
  ['umowa\\aneks.pdf', 'umowa_aneks.pdf'],
  ['C:\\Users\\Jan\\umowa.pdf', 'umowa.pdf'],
  ['d:/skany/1.pdf', '1.pdf'],
  ['\\\\serwer\\skany\\2.pdf', '2.pdf'],
  ['/var/spool/3.pdf', '3.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['.\\4.pdf', '4.pdf'],
  ['file:///home/jan/5.pdf', '5.pdf'],
  ['~/6.pdf', '6.pdf'],
  ['/', 'attachment-7.pdf'],
  ['..', 'attachment-7.pdf'],
];

test('a number with slashes stays in the name of a file, the folders of a machine do not', (t) => {
  for (const [given, kept] of NAMES) t.is(safeFilename(given, 'application/pdf', 7), kept, given);
});
