/** Processor time of this process so far, in ms: unlike a clock it says the same on a machine that is busy with something else. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
