import { readChainHead } from '../ledger/proof.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { countSpooled } from '../spool/count.ts';
import { type Command, EXIT } from './command.ts';
import { readOptions } from './options.ts';

/** The ledger as `GET /api/v1/ledger` answers it, one "name count" a line or, with --json, one object. */
export const ledger: Command = {
  name: 'ledger',
  usage: '[--json]',
  summary: 'how many raw inbound things were kept and what became of them',
  run: async (args, console) => {
    const { values } = readOptions(args, { json: { type: 'boolean', default: false } });
    const { scope } = await console.open();
    const counts = await readLedger(scope, { count: async () => countSpooled(console.config.dataDir) });
    if (values.json) console.say(JSON.stringify(counts));
    else {
      for (const [name, count] of Object.entries(counts)) console.say(`${name.padEnd(10)} ${count}`);
      const { seq, hash } = await readChainHead(scope);
      console.note(`The chain has ${seq} entries and ends with ${hash}; note it down to prove later that nothing before it was changed.`);
    }
    return EXIT.ok;
  },
};
