/** Puts a thing into a map as its newest; when there are more than `most`, the one that was not put in for the longest goes and is answered. */
export function keepNewest<K, V>(map: Map<K, V>, key: K, value: V, most: number): V | undefined {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size <= most || oldest.done) return;
  const gone = map.get(oldest.value);
  map.delete(oldest.value);
  return gone;
}
