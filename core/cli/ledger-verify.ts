import { join, relative } from 'node:path';
import { openBlobs } from '../blobs/blobs.ts';
import type { Finding } from '../ledger/finding.ts';
import { readChainHead } from '../ledger/proof.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { isDay } from '../lib/day.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { readOptions } from './options.ts';

const SHA256_CHARACTERS = 64;
/** What a person types to put it back; inside a repository names are those of the data folder. */
const fromBackup = (path: string, dataDir: string): string =>
  `RESTIC_PASSWORD=KEY restic -r FOLDER dump latest ${relative(dataDir, path)} > ${path}`;
const MAX_LISTED = 1000;
const SAY_AFTER_BYTES = 1024 ** 3;

/** Proves that nothing kept was lost or changed. Exit code 1 and a line for each thing that is wrong. */
export const ledgerVerify: Command = {
  name: 'ledger verify',
  usage: '[--since YYYY-MM-DD] [--json]',
  summary: 'prove the chain of kept mail, its counters and every stored file',
  run: async (args, console) => {
    const { values } = readOptions(args, { json: { type: 'boolean', default: false }, since: { type: 'string' } });
    const since = values.since ?? null;
    if (since !== null && !isDay(since)) throw new UsageError('--since needs a day such as 2026-11-01.');
    const { scope } = await console.open();
    const blobs = openBlobs(join(console.config.dataDir, 'blobs'));
    const findings: Finding[] = [];
    let [files, bytes, wrong, said] = [0, 0, 0, 0];
    const onBlob = (size: number): void => {
      files += 1;
      bytes += size;
      if (bytes - said < SAY_AFTER_BYTES) return;
      said = bytes;
      console.note(`${files} files, ${Math.round(bytes / 1024 ** 2)} MB read …`);
    };
    for await (const finding of verifyLedger(scope, blobs, { since, onBlob })) {
      wrong += 1;
      if (findings.length < MAX_LISTED) findings.push(finding);
    }
    const { seq: entries, hash } = await readChainHead(scope);
    if (values.json) console.say(JSON.stringify({ entries, hash, files, bytes, wrong, findings }));
    else {
      for (const { kind, detail } of findings) console.say(`${kind.padEnd(18)} ${detail}`);
      console.say(`${entries} entries, ${files} files (${bytes} bytes), ${wrong} wrong`);
      console.say(`head ${hash}`);
      const file = findings.find(({ kind }) => kind === 'blob_missing' || kind === 'blob_damaged')?.detail.slice(0, SHA256_CHARACTERS);
      if (file)
        console.note(
          `A stored file comes back from a backup, here the first of them:\n  ${fromBackup(blobs.path(file), console.config.dataDir)}`,
        );
    }
    return wrong === 0 ? EXIT.ok : EXIT.failed;
  },
};
