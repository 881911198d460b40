import { accountOf } from '../inboxes/connecting/begin.ts';
import { createDirectory } from '../inboxes/directory.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import { AppError } from '../lib/errors.ts';
import { silentLog } from '../lib/log.ts';
import { type ChannelPlugin, isChannel } from '../plugins/contract.ts';
import { loadPlugins } from '../plugins/loader.ts';
import { type Command, type Console, EXIT, UsageError } from './command.ts';
import { PLUGINS } from './installation.ts';
import { englishTexts } from './texts.ts';

const PATIENCE_MS = 60_000;

/** The mailboxes at providers, one a line: address, status, login, servers. */
export const mailboxList: Command = {
  name: 'mailbox list',
  usage: '',
  summary: 'lists the mailboxes that are connected to an account at a provider',
  run: async (_args, console) => {
    const { all } = await mailboxesOf(console);
    for (const { record, account } of all)
      console.say(
        [record.address, record.status, account.login, ...account.servers.map(({ name, address }) => `${name} ${address}`)].join('\t'),
      );
    if (all.length === 0) console.note('There are none. Connect one in the browser: Settings → Mailboxes.');
    return EXIT.ok;
  },
};

/** Connects to a mailbox for real and says each stage; 1 when one fails. */
export const mailboxCheck: Command = {
  name: 'mailbox check',
  usage: 'ADDRESS',
  summary: 'connects to a mailbox for real, both servers, and says each stage',
  run: async ([address = ''], console) => {
    if (address === '') throw new UsageError('Which mailbox?');
    const { all, directory, channel, means } = await mailboxesOf(console);
    const found = all.find(({ record }) => record.address === parseEmailAddress(address));
    const inbox = found && directory.typed(found.record.id);
    const plugin = found && channel(found.record.channel);
    if (!inbox || !plugin?.connecting)
      throw new AppError('mailbox_unknown', 404, `There is no mailbox "${address}"`, { help: 'See "centrala mailbox list".' });
    const t = englishTexts();
    const { name } = plugin.manifest;
    const tried = await plugin.connecting.tryOut(inbox, AbortSignal.timeout(PATIENCE_MS), means(name), (stage) => {
      if (stage.state === 'ok') console.say(`ok      ${t(`plugin.${name}.stages.${stage.key}`)}`);
      if (stage.state !== 'failed') return;
      console.say(`failed  ${t(`plugin.${name}.stages.${stage.key}`)}`);
      console.note([t(`plugin.${name}.problems.${stage.problem}`), stage.detail && `(${stage.detail})`].filter(Boolean).join(' '));
    });
    return tried ? EXIT.ok : EXIT.failed;
  },
};

async function mailboxesOf(console: Console) {
  const loaded = await loadPlugins(PLUGINS);
  const channel = (name: string): ChannelPlugin | null => {
    const plugin = loaded.find((one) => one.name === name)?.plugin;
    return isChannel(plugin) ? plugin : null;
  };
  const { scope, keyring, means } = await console.open();
  const directory = createDirectory({ scope, keyring, channel, log: silentLog });
  await directory.reload();
  // Nothing runs in this process, so there is nothing to tell.
  const plugins = { channel, apply: async () => {} };
  const all = directory.all().flatMap((record) => {
    const account = accountOf({ plugins, directory }, record);
    return account ? [{ record, account }] : [];
  });
  return { all, directory, channel, means };
}
