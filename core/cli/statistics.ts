import { rebuildStatistics } from '../statistics/fold.ts';
import { type Command, EXIT } from './command.ts';
import { readOptions } from './options.ts';

/** Throws all figures away and counts them again from the conversations themselves. May be stopped: the running product goes on. */
export const statisticsRebuild: Command = {
  name: 'statistics rebuild',
  usage: '',
  summary: 'count all statistics again from the conversations themselves',
  run: async (args, console) => {
    readOptions(args, {});
    const { scope } = await console.find();
    const conversations = await rebuildStatistics(scope, new AbortController().signal);
    console.say(`${conversations} conversations counted`);
    return EXIT.ok;
  },
};
