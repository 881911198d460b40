/**
 * Our scripts as browsers get them: without comments and indentation, every line where it was. A file with a template literal
 * over several lines is left as it is, since that text would change.
 */
export function withoutComments(source: string): string {
  const isPlain = source.split('\n').every((line) => line.split('`').length % 2 === 1);
  if (!isPlain) return source;
  const lines = (text: string): string => text.replace(/[^\n]+/g, '');
  return source
    .replace(/^[ ]*\/\*[\s\S]*?\*\/[ ]*$/gm, lines)
    .replace(/^[ ]*\/\/.*$/gm, '')
    .replace(/^[ ]+/gm, '');
}
