import { runTool } from './checks.ts';

/** `npm run format`: writes the house format and every safe correction. */
process.exit(runTool('biome', ['check', '--write', '.']) ? 0 : 1);
