import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorFacts } from '../lib/log.ts';
import { CONTRACT_VERSION, PLUGIN_KINDS, type Plugin } from './contract.ts';

/** One folder under plugins/: its plugin, or why it could not be loaded. */
export type LoadedPlugin =
  | { readonly name: string; readonly dir: string; readonly plugin: Plugin }
  | { readonly name: string; readonly dir: string; readonly plugin: null; readonly error: string };

/** Imports `plugin.ts` of every folder in `dir`. A folder that cannot be loaded is reported; the others still work. */
export async function loadPlugins(dir: string): Promise<readonly LoadedPlugin[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && /^[a-z][a-z0-9-]*$/.test(entry.name)).map((entry) => entry.name);
  return Promise.all(names.sort().map((name) => loadPlugin(join(dir, name), name)));
}

async function loadPlugin(dir: string, name: string): Promise<LoadedPlugin> {
  try {
    const module: unknown = await import(pathToFileURL(join(dir, 'plugin.ts')).href);
    return { name, dir, plugin: pluginOf(module, name) };
  } catch (error) {
    return { name, dir, plugin: null, error: errorFacts(error).error };
  }
}

function pluginOf(module: unknown, name: string): Plugin {
  if (
    typeof module !== 'object' ||
    module === null ||
    !('default' in module) ||
    typeof module.default !== 'object' ||
    module.default === null
  )
    throw new Error('plugin.ts has no default export made by defineChannel or defineFilter');
  // The contract suite checks the rest; here only what would break core.
  const plugin = module.default as Plugin;
  if (plugin.manifest?.contract !== CONTRACT_VERSION)
    throw new Error(`it is written for contract ${String(plugin.manifest?.contract)}, this Centrala has ${CONTRACT_VERSION}`);
  if (!PLUGIN_KINDS.includes(plugin.manifest.kind)) throw new Error(`its manifest says the unknown kind "${String(plugin.manifest.kind)}"`);
  if (plugin.manifest.name !== name) throw new Error(`its manifest says "${plugin.manifest.name}" but its folder is "${name}"`);
  return plugin;
}
