import test from 'ava';
import { withoutComments } from '../../core/http/script.ts';

test('a script is served without its comments, every line where it was', (t) => {
  const source = "/* What it\n   does. */\nconst a = 1; // one\n  // two\nif (a) {\n  b('/* not one */');\n}\n";
  t.is(withoutComments(source), "\n\nconst a = 1; // one\n\nif (a) {\nb('/* not one */');\n}\n");
  const text = 'const html = `\n  // part of it\n`;';
  t.is(withoutComments(text), text, 'a text over several lines stays as it is');
});
