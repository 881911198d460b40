// Starts a plugin, opens an inbox, sends, stops twice, and then has nothing left to do: the process must end by itself.
// Arguments: URL of the plugin, URL of its peer.
import type { InboxId } from '../../core/lib/ids.ts';
import type { ChannelPlugin } from '../../core/plugins/contract.ts';
import { defaultPluginSettings, memoryHost } from '../support/channel-host.ts';
import { outboundTo } from './messages.ts';
import type { StartPeer } from './peer.ts';

const [pluginUrl = '', peerUrl = ''] = process.argv.slice(2);
const { default: plugin }: { default: ChannelPlugin } = await import(pluginUrl);
const { default: startPeer }: { default: StartPeer } = await import(peerUrl);

const peer = await startPeer();
const { toVisitor } = peer;
const running = await plugin.start(memoryHost({ inboxes: { 1: peer.address }, settings: defaultPluginSettings(plugin), toVisitor }));
const inbox = { id: 1 as InboxId, name: 'Biuro', address: peer.address, settings: plugin.readSettings(peer.settings) };
await running.open(inbox);
await running.open(inbox);
await peer.answer('accepted');
const [result] = await running.send(outboundTo(plugin, peer), inbox, AbortSignal.timeout(10_000));
const healthy = running.health().state;
await running.close(inbox.id);
await Promise.all([running.stop(), running.stop()]);
await running.stop();
await peer.stop();
console.log(`${result?.outcome.state} ${healthy}`);
