import { join } from 'node:path';
import { openBlobs } from '../blobs/blobs.ts';
import type { Finding } from '../ledger/finding.ts';
import { readChainHead } from '../ledger/proof.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { isDay } from '../lib/day.ts';
import { type Command, type Console, EXIT, UsageError } from './command.ts';
import { readOptions } from './options.ts';

const MAX_LISTED = 1000;
const SAY_AFTER_BYTES = 1024 ** 3;

export const LEDGER_OPTIONS = { json: { type: 'boolean', default: false }, since: { type: 'string' } } as const;

/** The day from which files are read; null: all. */
export function sinceOf(typed: string | undefined): string | null {
  if (typed !== undefined && !isDay(typed)) throw new UsageError('--since needs a day such as 2026-11-01.');
  return typed ?? null;
}

/** Counts files as they are read, and says so now and then. */
export function whileReading({ note }: Pick<Console, 'note'>) {
  let [files, bytes, said] = [0, 0, 0];
  return {
    read: () => ({ files, bytes }),
    onBlob: (size: number): void => {
      files += 1;
      bytes += size;
      if (bytes - said < SAY_AFTER_BYTES) return;
      said = bytes;
      note(`${files} files, ${Math.round(bytes / 1024 ** 2)} MB read …`);
    },
  };
}

/** Proves that nothing kept was lost or changed. Exit code 1 and a line for each thing that is wrong. */
export const ledgerVerify: Command = {
  name: 'ledger verify',
  usage: '[--since YYYY-MM-DD] [--json]',
  summary: 'prove the chain of kept mail, its counters and every stored file',
  run: async (args, console) => {
    const { values } = readOptions(args, LEDGER_OPTIONS);
    const since = sinceOf(values.since);
    const { scope } = await console.find();
    const blobs = openBlobs(join(console.config.dataDir, 'blobs'));
    const findings: Finding[] = [];
    const { onBlob, read } = whileReading(console);
    let wrong = 0;
    for await (const finding of verifyLedger(scope, blobs, { since, onBlob })) {
      wrong += 1;
      if (findings.length < MAX_LISTED) findings.push(finding);
    }
    const { seq: entries, hash } = await readChainHead(scope);
    const { files, bytes } = read();
    if (values.json) console.say(JSON.stringify({ entries, hash, files, bytes, wrong, findings }));
    else {
      for (const { kind, detail } of findings) console.say(`${kind.padEnd(18)} ${detail}`);
      console.say(`${entries} entries, ${files} files (${bytes} bytes), ${wrong} wrong`);
      console.say(`head ${hash}`);
      if (findings.some(({ kind }) => kind === 'blob_missing' || kind === 'blob_damaged'))
        console.note('What a backup has comes back with: centrala ledger repair');
    }
    return wrong === 0 ? EXIT.ok : EXIT.failed;
  },
};
