/**
 * Waits until the reader of standard output and error has taken all that was written. Whoever ends the process before cuts off what is
 * still in hand: a pipe takes what it is given in its own time. A reader that left is no reason to wait.
 */
export async function flushed(): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>((taken) => stream.write('', () => taken()))
}
