import { createExtract } from '../file-texts/extractor.ts';
import { type FileReader, startFileReader } from '../file-texts/reader.ts';
import type { Foundation } from './foundation.ts';
import type { Shutdown } from './shutdown.ts';

/** Starts looking for words in attached files, beginning with the newest that wait. */
export function startFiles({ scope, blobs, log }: Foundation, shutdown: Shutdown): FileReader {
  const reader = startFileReader({ scope: { ...scope, actor: { kind: 'system', task: 'files' } }, blobs, extract: createExtract(), log });
  shutdown.add('files', () => reader.stop());
  return reader;
}
