// Starts a filter, lets it judge, stops it twice, and then has nothing left to do: the process must end by itself.
// Arguments: URL of the plugin, URL of its peer.
import type { FilterPlugin } from '../../core/plugins/contract.ts';
import { memoryHost } from '../support/channel-host.ts';
import { filterInput } from './filter-inputs.ts';
import type { StartFilterPeer } from './filter-peer.ts';

const [pluginUrl = '', peerUrl = ''] = process.argv.slice(2);
const { default: plugin }: { default: FilterPlugin } = await import(pluginUrl);
const { default: startPeer }: { default: StartFilterPeer } = await import(peerUrl);

const peer = await startPeer();
const filter = await plugin.start(memoryHost({ server: peer.server, settings: plugin.readPluginSettings?.(peer.settings) }));
const verdict = await filter.judge(filterInput(peer.ham, plugin.manifest.contentTypes[0]), AbortSignal.timeout(30_000));
const healthy = filter.health().state;
await Promise.all([filter.stop(), filter.stop()]);
await filter.stop();
await peer.stop();
console.log(`${verdict.state} ${healthy}`);
