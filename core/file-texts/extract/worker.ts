import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { eventLoopFirst } from '../../lib/event-loop-first.ts';
import { foldedPages } from '../fold.ts';
import { FILE_KINDS, type FileKind } from '../kind.ts';

const { path, kind, text } = z.object({ path: z.string(), kind: z.enum(FILE_KINDS), text: z.string() }).parse(workerData);

/** What a kind does not need is not loaded. */
async function pagesOf(how: FileKind): Promise<readonly string[]> {
  switch (how) {
    case 'reading':
      return [text];
    case 'pdf':
      return (await import('./pdf.ts')).textOfPdf(readFileSync(path));
    case 'office':
      return (await import('./office.ts')).textOfOffice(readFileSync(path));
    case 'text':
      return [(await import('./plain.ts')).textOfPlain(readFileSync(path))];
    case 'markup':
      return [(await import('./markup.ts')).textOfMarkup((await import('./plain.ts')).textOfPlain(readFileSync(path)))];
  }
}

eventLoopFirst();
parentPort?.postMessage('ready');
parentPort?.postMessage({ words: foldedPages(await pagesOf(kind)) });
