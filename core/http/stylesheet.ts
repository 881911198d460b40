/**
 * One stylesheet: Tabler in the lowest cascade layer, then our own files, which name their layers themselves.
 * The order of layers is fixed here, so the order of files does not matter.
 */
export function buildStylesheet(tabler: string, own: readonly string[]): string {
  const framework = tabler.replace(/@charset "[^"]*";/, '').replace(/\/\*# sourceMappingURL=.*?\*\//, '');
  return ['@layer tabler, base, layout, settings, workspace, composer, print;', `@layer tabler{${framework}}`, ...own].join('\n');
}
