import test from 'ava';
import { closeBrowser, keepBrowser } from './browser.ts';

// What the files of a group of journeys import first (core/bin/test-groups.ts): each start of a browser costs three seconds of a processor.
keepBrowser();
test.after.always('the browser closes', closeBrowser);
