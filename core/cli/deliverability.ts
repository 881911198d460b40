import { sendersOf } from '../boot/senders.ts';
import { lookAtDomain } from '../deliverability/check-domain.ts';
import { domainsOf, factsOf } from '../deliverability/facts.ts';
import type { CheckResult } from '../deliverability/types.ts';
import { sentenceOf } from '../deliverability/view.ts';
import { createDns } from '../dns/resolver.ts';
import { createDirectory } from '../inboxes/directory.ts';
import { AppError } from '../lib/errors.ts';
import { silentLog } from '../lib/log.ts';
import { type ChannelPlugin, isChannel } from '../plugins/contract.ts';
import { loadPlugins } from '../plugins/loader.ts';
import { type Command, EXIT } from './command.ts';
import { PLUGINS } from './installation.ts';
import { readOptions } from './options.ts';
import { englishTexts } from './texts.ts';

/** What the world sees of a domain of ours, asked now and by this process; exit code 1 when a check is `bad`. */
export const deliverability: Command = {
  name: 'deliverability',
  usage: 'DOMAIN [--json]',
  summary: 'what the world sees of a domain of ours (SPF, DKIM, DMARC, MX, TLS …) and the records to publish',
  run: async (args, console) => {
    const { values, positionals } = readOptions(args, { json: { type: 'boolean', default: false } }, 1);
    const domain = (positionals[0] ?? '').toLowerCase();
    const { config } = console;
    const { scope, keyring } = await console.open();
    const loaded = await loadPlugins(PLUGINS);
    const channel = (name: string): ChannelPlugin | null => {
      const plugin = loaded.find((one) => one.name === name)?.plugin;
      return isChannel(plugin) ? plugin : null;
    };
    const directory = createDirectory({ scope, keyring, channel, log: silentLog });
    await directory.reload();
    const senders = sendersOf({ plugins: { channel }, directory }, config.plugins)();
    const facts = await factsOf(scope, senders, domain);
    if (!facts) throw unknown(domain, domainsOf(senders));
    const results = await lookAtDomain(createDns({ servers: config.dnsServers }), facts, scope.now());
    if (values.json) console.say(JSON.stringify({ domain, checks: results }));
    else for (const line of inLines(results)) console.say(line);
    return results.some(({ state }) => state === 'bad') ? EXIT.failed : EXIT.ok;
  },
};

const unknown = (domain: string, ours: readonly string[]): AppError =>
  new AppError('domain_unknown', 404, `No inbox writes from "${domain}"`, {
    help: ours.length > 0 ? `There are: ${ours.join(', ')}.` : 'Create an inbox first.',
  });

/** A line for each check: state, name, sentence; below it what to publish. */
function inLines(results: readonly CheckResult[]): readonly string[] {
  const t = englishTexts();
  return results.flatMap((one) => {
    const line = `${one.state.padEnd(8)} ${t(`deliverability.name.${one.name}`).padEnd(12)} ${t(...sentenceOf(one))}`;
    return one.record ? [line, `${' '.repeat(22)}${one.record.host} ${one.record.type} ${one.record.value}`] : [line];
  });
}
