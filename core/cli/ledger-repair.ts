import { join } from 'node:path';
import { bringBack } from '../backups/bring-back.ts';
import { openBlobs } from '../blobs/blobs.ts';
import { type BringBack, noteWrong, repairFiles } from '../ledger/repair.ts';
import { wrongFiles } from '../ledger/verify.ts';
import { type Command, EXIT } from './command.ts';
import { LEDGER_OPTIONS, sinceOf, whileReading } from './ledger-verify.ts';
import { readOptions } from './options.ts';
import { keyFrom } from './restore.ts';

/** Puts back what `ledger verify` calls missing or damaged. Exit code 1 while something stays so. */
export const ledgerRepair: Command = {
  name: 'ledger repair',
  usage: '[--since YYYY-MM-DD] [--key-file FILE] [--json]',
  summary: 'read every stored file, and bring those that are missing or damaged back from the backups',
  run: async (args, console) => {
    const { values } = readOptions(args, { ...LEDGER_OPTIONS, 'key-file': { type: 'string' } });
    const since = sinceOf(values.since);
    const { config } = console;
    const key = keyFrom(values['key-file'], config);
    const { scope } = await console.find();
    const blobs = openBlobs(join(config.dataDir, 'blobs'));
    const { onBlob, read } = whileReading(console);
    const wrong = await Array.fromAsync(wrongFiles(scope, blobs, { since, onBlob }));
    await noteWrong(scope, wrong);
    if (wrong.length > 0)
      console.note(`${wrong.length} of ${read().files} files are missing or damaged; looking for them in the backups …`);
    const bring: BringBack = (wanted, onBack, signal) => bringBack({ place: config.backup, key, blobs, signal, onBack }, wanted);
    const broughtBack = await repairFiles(scope, bring, wrong, new AbortController().signal);
    const back = new Map(broughtBack.map(({ sha256, from }) => [sha256, from]));
    const stillWrong = wrong.filter(({ sha256 }) => !back.has(sha256));
    if (values.json) console.say(JSON.stringify({ ...read(), broughtBack, stillWrong }));
    else {
      for (const { sha256, bytes, problem } of wrong) {
        const from = back.get(sha256);
        const what = from === undefined ? `still ${problem}` : `back from ${from === 'log' ? 'the log' : from}`;
        console.say(`${what.padEnd(18)} ${sha256} (${bytes} bytes)`);
      }
      console.say(`${read().files} files (${read().bytes} bytes), ${broughtBack.length} brought back, ${stillWrong.length} still wrong`);
    }
    return stillWrong.length === 0 ? EXIT.ok : EXIT.failed;
  },
};
