/** Joins the soft line breaks of `format=flowed` (RFC 3676 §4); quote depths stay apart, the signature line stays alone. */
export function unflow(text: string, deleteSpace: boolean): string {
  const lines: string[] = [];
  let open: { depth: number; text: string } | null = null;
  const flush = (): void => {
    if (open) lines.push('>'.repeat(open.depth) + (open.depth > 0 && open.text !== '' ? ' ' : '') + open.text);
    open = null;
  };
  for (const line of text.split('\n')) {
    const depth = /^>*/.exec(line)?.[0].length ?? 0;
    const unquoted = line.slice(depth);
    const content = unquoted.startsWith(' ') ? unquoted.slice(1) : unquoted;
    const flows = content.endsWith(' ') && content !== '-- ';
    const piece = flows && deleteSpace ? content.slice(0, -1) : content;
    if (open && open.depth === depth && content !== '-- ') open.text += piece;
    else {
      flush();
      open = { depth, text: piece };
    }
    if (!flows) flush();
  }
  flush();
  return lines.join('\n');
}
