import { createInbox } from '../inboxes/change.ts';
import { createDirectory } from '../inboxes/directory.ts';
import { settingsWithDefaults } from '../inboxes/settings.ts';
import { AppError, InvalidError } from '../lib/errors.ts';
import { silentLog } from '../lib/log.ts';
import { CheckFailedError } from '../plugins/check-failed.ts';
import { type ChannelPlugin, isChannel } from '../plugins/contract.ts';
import { loadPlugins } from '../plugins/loader.ts';
import { type Command, EXIT } from './command.ts';
import { PLUGINS } from './installation.ts';
import { needed, readOptions } from './options.ts';
import { englishTexts, inWords } from './texts.ts';

/** Checks the settings by a real connection and stores a new inbox; a running server takes it up by itself. */
export const inboxCreate: Command = {
  name: 'inbox create',
  usage: '--channel email --name NAME --address ADDRESS [--relay URL] [--set KEY=VALUE …]',
  summary: 'adds an inbox; the relay is tried for real before anything is stored',
  run: async (args, console) => {
    const { values } = readOptions(args, {
      channel: { type: 'string', default: 'email' },
      name: { type: 'string' },
      address: { type: 'string' },
      relay: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
    });
    const name = needed(values.name, 'name');
    const address = needed(values.address, 'address');
    const plugin = await pluginOf(values.channel);
    const relay = values.relay === undefined ? [] : [`relayUrl=${values.relay}`];
    const settings = settingsWithDefaults(plugin, settingsOf(plugin, [...relay, ...values.set]));
    const { scope, keyring, means } = await console.open();
    const channel = (wanted: string): ChannelPlugin | null => (wanted === values.channel ? plugin : null);
    const directory = createDirectory({ scope, keyring, channel, log: silentLog });
    // Nothing runs in this process, so there is nothing to tell.
    const plugins = { channel, apply: async () => {} };
    const inbox = await createInbox(scope, { plugins, keyring, directory, means }, values.channel, { name, address, settings }).catch(
      (error: unknown) => explain(error, values.channel),
    );
    console.note(
      `The inbox ${inbox.name} <${inbox.address}> was made. A running Centrala takes its mail from now on and lists it within seconds.`,
    );
    if (!plugin.canSend(plugin.readSettings(settings))) console.note('It cannot send yet: give it a relay in Settings → Inboxes.');
    console.say(String(inbox.id));
    return EXIT.ok;
  },
};

/** The plugin's and the form's problems are keys of texts: here they are said. */
function explain(error: unknown, channel: string): never {
  if (error instanceof InvalidError) throw inWords(error, channel);
  if (!(error instanceof CheckFailedError)) throw error;
  const { problem, detail } = error.result;
  const words = [englishTexts()(`plugin.${error.plugin}.problems.${problem}`), detail].filter(Boolean).join(' ');
  throw new AppError(error.code, error.status, `The connection was tried and failed. ${words}`, {
    help: 'Nothing was stored. Correct it and try again.',
  });
}

async function pluginOf(name: string): Promise<ChannelPlugin> {
  const loaded = await loadPlugins(PLUGINS);
  const found = loaded.find((one) => one.name === name);
  if (isChannel(found?.plugin)) return found.plugin;
  const reason = found && 'error' in found ? `It could not be loaded: ${found.error}.` : 'There is no such channel.';
  throw new AppError('plugin_unknown', 404, `No channel "${name}". ${reason}`, {
    help: `There are: ${loaded
      .filter((one) => isChannel(one.plugin))
      .map((one) => one.name)
      .join(', ')}.`,
  });
}

/** `KEY=VALUE` pairs as settings; switches take true and false. */
function settingsOf(plugin: ChannelPlugin, pairs: readonly string[]): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const field = plugin.manifest.settings.find(({ key }) => key === pair.slice(0, at));
    if (!field) {
      const known = plugin.manifest.settings.map(({ key }) => key).join(', ');
      throw new AppError('setting_unknown', 400, `"${pair.split('=')[0]}" is not a setting of ${plugin.manifest.name}.`, {
        help: `There are: ${known}.`,
      });
    }
    const value = pair.slice(at + 1);
    settings[field.key] = field.type === 'switch' ? value === 'true' : value;
  }
  return settings;
}
