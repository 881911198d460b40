// ava's TAP reporter dies of an error without a frame of its own (supertap sets `at: undefined`, js-yaml refuses to write it), and the run with
// it. Loaded into ava's main process only, this lets what cannot be written be left out.
import { createRequire } from 'node:module';

const yaml = createRequire(import.meta.resolve('supertap'))('js-yaml');
const dump = yaml.safeDump;
yaml.safeDump = (value, options) => dump(value, { ...options, skipInvalid: true });
