const line = (part: object): Buffer =>
  Buffer.from(JSON.stringify({ id: 'visitor-a.1', from: 'visitor-a', name: null, text: 'x', before: [], ...part }));

/** Things that cost more than they should, made on the spot. */
export const cases: Readonly<Record<string, () => Buffer>> = {
  'nested arrays': () => Buffer.from('['.repeat(100_000)),
  'text of 10 MB': () => line({ text: 'x'.repeat(10_000_000) }),
  'a million lines before it': () => line({ before: Array.from({ length: 1_000_000 }, (_, n) => `chat-${n}`) }),
  'keys of a prototype': () =>
    Buffer.from('{"__proto__":{"text":"x"},"constructor":1,"id":"a","from":"b","name":null,"text":"c","before":[]}'),
};
