/** Things that cost more than they should, made on the spot. */
export const cases: Readonly<Record<string, () => Buffer>> = {
  'nested arrays': () => Buffer.from('['.repeat(100_000)),
  'text of 10 MB': () => Buffer.from(JSON.stringify({ id: '1', from: 'a', text: 'x'.repeat(10_000_000) })),
};
