import test from 'ava';
import { cpuMs } from '../../../test/support/cpu-time.ts';
import { messageIn, multipart } from './mails.ts';
import { randomFrom } from './random.ts';

const letter = (sextet: number): string => String.fromCharCode(sextet === 0 ? 0x60 : 0x20 + sextet);

/** As POSIX describes it. */
function uuencoded(name: string, content: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < content.length; at += 45) {
    const piece = content.subarray(at, at + 45);
    let line = letter(piece.length);
    for (let i = 0; i < piece.length; i += 3) {
      const group = ((piece[i] ?? 0) << 16) | ((piece[i + 1] ?? 0) << 8) | (piece[i + 2] ?? 0);
      line += [18, 12, 6, 0].map((shift) => letter((group >> shift) & 63)).join('');
    }
    lines.push(line);
  }
  return `begin 644 ${name}\n${lines.join('\n')}\n\`\nend`;
}

const HEAD = 'From: skaner@firma.test\nSubject: Skan\n';
const noise = (bytes: number): Buffer => {
  const random = randomFrom(bytes);
  return Buffer.from(Array.from({ length: bytes }, () => random(256)));
};

test('files that stand uuencoded in the text of a mail are its files, byte for byte, and the text is what stands around them', async (t) => {
  const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n'), noise(10_000)]);
  const { text, attachments } = await messageIn(
    `${HEAD}\nDzien dobry,\n\n${uuencoded('Skan 0001.pdf', pdf)}\n\nOto drugi:\n${uuencoded('b.dat', noise(44))}\n\n-- \nSkaner\n`,
  );
  t.is(text, 'Dzien dobry,\n\nOto drugi:\n\n-- \nSkaner\n');
  t.deepEqual(
    attachments.map(({ filename, contentType }) => [filename, contentType]),
    [
      ['Skan 0001.pdf', 'application/pdf'],
      ['b.dat', 'application/octet-stream'],
    ],
  );
  t.true(pdf.equals(attachments[0]?.content ?? Buffer.alloc(0)));
  t.true(noise(44).equals(attachments[1]?.content ?? Buffer.alloc(0)));
});

test('a mail that is nothing but such a file has no words; one within a forwarded mail belongs to that', async (t) => {
  const alone = await messageIn(`${HEAD}\n${uuencoded('a.bin', noise(3))}\n`);
  t.deepEqual([alone.text, alone.attachments.length], ['', 1]);
  const inner = `Content-Type: message/rfc822\n\n${HEAD}\nW liscie\n${uuencoded('a.bin', noise(3))}\n`;
  const { attachments } = await messageIn(`${HEAD}${multipart('mixed', 'Content-Type: text/plain\n\nPrzekazuje', inner)}`);
  t.like(attachments[0]?.reading, { kind: 'message', text: 'W liscie\n' });
  t.like(attachments[1], { filename: 'a.bin', inside: 0 });
});

test('what only looks like such a file, or is cut off, stays text', async (t) => {
  const whole = uuencoded('a.bin', noise(500));
  for (const body of [
    'begin 644 a.bin\nend\n',
    'begin 644 osob\nPROSZE\nend\n',
    'begin 644 zamowienie\nProszę o wycenę.\n\nend\n',
    whole.slice(0, 300),
    whole.replace(/\n(.{30})/, '\n$1dopisane '),
    whole.replaceAll(/^/gm, '> '),
  ]) {
    const { text, attachments } = await messageIn(`${HEAD}\n${body}`);
    t.is(attachments.length, 0, body);
    t.true(text?.includes('begin 644'));
  }
});

test('many beginnings without an end cost next to nothing', async (t) => {
  const started = cpuMs();
  const { attachments } = await messageIn(`${HEAD}\n${`begin 644 a\n${'M\n'.repeat(3)}`.repeat(200_000)}\nend\n`);
  t.is(attachments.length, 0);
  const many = await messageIn(`${HEAD}\n${`${uuencoded('a', noise(30))}\n`.repeat(20_000)}`);
  t.is(many.attachments.length, 100);
  t.true(cpuMs() - started < 3000);
});
