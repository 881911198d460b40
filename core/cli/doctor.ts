import { loadPlugins } from '../plugins/loader.ts';
import { type Command, EXIT } from './command.ts';
import { databaseFindings } from './doctor/database.ts';
import { type Finding, lineOf } from './doctor/finding.ts';
import { inboxFindings, pluginFindings } from './doctor/inboxes.ts';
import { machineFindings } from './doctor/machine.ts';
import { portFindings } from './doctor/ports.ts';
import { PLUGINS } from './installation.ts';
import { readOptions } from './options.ts';

/** Looks at everything Centrala stands on and says, line by line, what it saw and what to do. Changes nothing. */
export const doctor: Command = {
  name: 'doctor',
  usage: '',
  summary: 'checks configuration, data folder, database, ports, plugins and inboxes, and explains what it finds',
  run: async (args, console) => {
    readOptions(args, {});
    const { config } = console;
    const findings: Finding[] = [];
    const tell = (more: readonly Finding[]): void => {
      for (const finding of more) console.say(lineOf(finding));
      findings.push(...more);
    };
    tell(await machineFindings(config));
    const loaded = await loadPlugins(PLUGINS).catch(() => []);
    tell(await databaseFindings(config, (scope) => inboxFindings(config, loaded, scope)));
    tell(pluginFindings(loaded));
    tell(await portFindings(config));
    const problems = findings.filter(({ state }) => state === 'broken').length;
    console.say(problems === 0 ? '\nNothing is broken.' : `\n${problems} ${problems === 1 ? 'thing is' : 'things are'} broken.`);
    return problems === 0 ? EXIT.ok : EXIT.failed;
  },
};
