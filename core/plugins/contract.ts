/* The contract of plugins: with core/lib all of core that a plugin may import, and only by this file. Read it beside docs/plugins.md. */
import type { ChannelPlugin } from './contract-channel.ts';
import type { FilterPlugin } from './contract-filter.ts';
import type { ScannerPlugin } from './contract-scanner.ts';

export * from './contract-base.ts';
export * from './contract-channel.ts';
export * from './contract-compare.ts';
export * from './contract-connect.ts';
export * from './contract-door.ts';
export * from './contract-filter.ts';
export * from './contract-inbound.ts';
export * from './contract-outbound.ts';
export * from './contract-scanner.ts';
export * from './contract-visitor.ts';

export type Plugin = ChannelPlugin | FilterPlugin | ScannerPlugin;

/** Which of the union it is: TypeScript does not see a discriminant inside the manifest. */
export const isChannel = (plugin: Plugin | null | undefined): plugin is ChannelPlugin => plugin?.manifest.kind === 'channel';
export const isFilter = (plugin: Plugin | null | undefined): plugin is FilterPlugin => plugin?.manifest.kind === 'filter';
export const isScanner = (plugin: Plugin | null | undefined): plugin is ScannerPlugin => plugin?.manifest.kind === 'scanner';

/** Works by itself for all inboxes, over a connection of its own: is checked, and says where it connects to. */
export const isService = (plugin: Plugin | null | undefined): plugin is FilterPlugin | ScannerPlugin =>
  isFilter(plugin) || isScanner(plugin);
