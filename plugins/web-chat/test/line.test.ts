import { Readable } from 'node:stream';
import test from 'ava';
import type { InterpretInput, VisitorLine } from '../../../core/plugins/contract.ts';
import interpret from '../inbound/interpret.ts';
import plugin from '../plugin.ts';

const LINE: VisitorLine = {
  externalId: 'visitor-ab23.k1',
  from: { address: 'visitor-ab23', name: 'Anna Żółć' },
  text: 'Dzień dobry\n<script>alert(1)</script>',
  before: ['chat-2', 'chat-1'],
};

const written = (line: VisitorLine) => {
  const letter = plugin.visitorTalk?.write(line);
  if (!letter) throw new Error('the channel has no live talks');
  return letter;
};

const read = async (bytes: Uint8Array) => {
  const input: InterpretInput = {
    inbox: { address: 'www', name: 'Czat' },
    contentType: 'application/json',
    envelope: { source: 'website' },
    receivedAt: new Date('2026-11-28T10:00:00Z'),
    bytes: bytes.length,
    open: () => Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]),
  };
  return interpret(input);
};

test('web-chat: a line that is written down is read as the message it was', async (t) => {
  const { bytes, contentType, envelope } = written(LINE);
  t.is(contentType, 'application/json');
  t.deepEqual(envelope, { source: 'website' });
  const [message, ...others] = await read(bytes);
  t.deepEqual(others, []);
  t.like(message, {
    kind: 'message',
    externalId: 'visitor-ab23.k1',
    from: { address: 'visitor-ab23', name: 'Anna Żółć' },
    to: [{ address: 'www', name: null }],
    subject: null,
    text: 'Dzień dobry\n<script>alert(1)</script>',
    html: null,
    references: ['chat-2', 'chat-1'],
    automated: false,
  });
});

test('web-chat: the same line is the same bytes, and any other line is not', (t) => {
  const bytesOf = (line: VisitorLine): string => Buffer.from(written(line).bytes).toString('base64');
  t.is(bytesOf({ ...LINE }), bytesOf(LINE));
  const others: readonly Partial<VisitorLine>[] = [
    { externalId: 'visitor-ab23.k2' },
    { text: 'Dzień dobry' },
    { from: { address: 'visitor-ab23', name: null } },
    { before: [] },
  ];
  for (const other of others) t.not(bytesOf({ ...LINE, ...other }), bytesOf(LINE), JSON.stringify(other));
});

test('web-chat: however long a talk is, a line refers to the ten before it at most', async (t) => {
  const before = Array.from({ length: 50 }, (_, n) => `chat-${n}`);
  const [message] = await read(written({ ...LINE, before }).bytes);
  t.like(message, { references: before.slice(0, 10) });
});

test('web-chat: what is no line is refused, so that core shows it as unreadable', async (t) => {
  const good = { id: 'a.1', from: 'a', name: null, text: 'x', before: [] };
  await t.notThrowsAsync(read(Buffer.from(JSON.stringify(good))));
  const wrong: readonly object[] = [
    { ...good, id: 7 },
    { ...good, id: 'x'.repeat(201) },
    { ...good, from: null },
    { ...good, text: 'x'.repeat(20_001) },
    { ...good, before: 'chat-1' },
    { ...good, before: Array.from({ length: 11 }, () => 'chat-1') },
    [],
  ];
  for (const one of wrong) await t.throwsAsync(read(Buffer.from(JSON.stringify(one))), undefined, JSON.stringify(one).slice(0, 80));
  await t.throwsAsync(read(Buffer.from('{"id":')));
});
