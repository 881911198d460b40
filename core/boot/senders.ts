import type { Sender } from '../deliverability/facts.ts';
import { isDomainAddress } from '../deliverability/facts.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import type { ChannelPlugin } from '../plugins/contract.ts';

/** Every inbox of the company that writes from a domain of its own, with the machines that hand its mail over; from memory. */
export function sendersOf(
  {
    plugins,
    directory,
  }: {
    readonly plugins: { readonly channel: (name: string) => ChannelPlugin | null };
    readonly directory: Pick<InboxDirectory, 'openTo' | 'typed'>;
  },
  server: Readonly<Record<string, Readonly<Record<string, string>>>>,
): () => readonly Sender[] {
  return () =>
    directory.openTo(null).flatMap(({ id, channel, address }) => {
      const typed = directory.typed(id);
      const from = typed && plugins.channel(channel)?.sendsFrom?.(typed.settings, address);
      return from && isDomainAddress(address) ? [{ address, helloName: server[channel]?.['hostname'] ?? '', ...from }] : [];
    });
}
