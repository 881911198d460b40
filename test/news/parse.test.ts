import test from 'ava';
import { parseChangelog } from '../../core/news/parse.ts';

const GOOD = `# Changes

## 0.2.0

### For everybody

- Labels with colours.
  - pl: Kolorowe etykiety.

### For administrators

- [Audit](/audit): who did what.
  - pl: [Audyt](/audit): kto co zrobił.

## 0.1.0

### For programs and servers

- An API.
  - pl: API.
`;

test('each release says its changes in both languages, by whom they concern', (t) => {
  const { releases, problems } = parseChangelog(GOOD);
  t.deepEqual(problems, []);
  t.deepEqual(
    releases.map(({ version }) => version),
    ['0.2.0', '0.1.0'],
  );
  t.deepEqual(releases[0]?.changes, {
    everybody: [{ en: 'Labels with colours.', pl: 'Kolorowe etykiety.' }],
    administrators: [{ en: '[Audit](/audit): who did what.', pl: '[Audyt](/audit): kto co zrobił.' }],
    programs: [],
  });
});

test('a change without its Polish sentence is named and shown in English, and so is one that says for nobody', (t) => {
  const { releases, problems } = parseChangelog(
    '## 0.3.0\n- For nobody.\n\n### For everybody\n- One.\n- Two.\n  - pl: Dwa.\n  - pl: Trzy.\n',
  );
  t.is(problems.length, 4, problems.join('\n'));
  t.deepEqual(releases[0]?.changes.everybody, [
    { en: 'For nobody.', pl: 'For nobody.' },
    { en: 'One.', pl: 'One.' },
    { en: 'Two.', pl: 'Dwa.' },
  ]);
});
