// Starts a scanner, lets it scan, stops it twice, and then has nothing left to do: the process must end by itself.
// Arguments: URL of the plugin, URL of its peer.
import { Readable } from 'node:stream';
import type { ScannerPlugin } from '../../core/plugins/contract.ts';
import { memoryHost } from '../support/channel-host.ts';
import type { StartScannerPeer } from './scanner-peer.ts';

const [pluginUrl = '', peerUrl = ''] = process.argv.slice(2);
const { default: plugin }: { default: ScannerPlugin } = await import(pluginUrl);
const { default: startPeer }: { default: StartScannerPeer } = await import(peerUrl);

const peer = await startPeer();
const scanner = await plugin.start(memoryHost({ server: peer.server, settings: plugin.readPluginSettings?.(peer.settings) }));
const input = { bytes: peer.clean.length, open: () => Readable.from([peer.clean]) };
const result = await scanner.scan(input, AbortSignal.timeout(30_000));
const healthy = scanner.health().state;
await Promise.all([scanner.stop(), scanner.stop()]);
await scanner.stop();
await peer.stop();
console.log(`${result.state} ${healthy}`);
