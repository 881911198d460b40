import { recountCounters } from '../conversations/recount.ts';
import { type Command, EXIT } from './command.ts';
import { readOptions } from './options.ts';

/** Puts right what stands beside folders and inboxes. The running product may go on: it changes the numbers again when this is over. */
export const countersRebuild: Command = {
  name: 'counters rebuild',
  usage: '',
  summary: 'count again what stands beside folders and inboxes',
  run: async (args, console) => {
    readOptions(args, {});
    const { scope } = await console.find();
    const wrong = await recountCounters(scope);
    for (const name of wrong) console.say(`wrong\t${name}`);
    console.say(wrong.length === 0 ? 'all numbers were right' : `${wrong.length} numbers were wrong and are right now`);
    return EXIT.ok;
  },
};
