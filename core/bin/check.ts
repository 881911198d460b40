import { checks, runCheck } from './checks.ts';

/** `npm run check`: types and lint. Exit code 1 when one of them finds something. */
const results = checks.map((check) => runCheck(check));
process.exit(results.every(Boolean) ? 0 : 1);
