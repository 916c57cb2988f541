const first = 1000;
const longest = 30_000;
/** A server that has lived so long has not failed at its start: the next failure is a new story. */
const healthy = 60_000;

/** How long to wait before a server that has ended is started again, in milliseconds: 1, 2, 4 … 30 seconds. */
export class Backoff {
  private failures = 0;

  /** Takes note of an end after so many milliseconds of life. */
  ended(lived: number): { wait: number; isNews: boolean } {
    if (lived >= healthy) {
      this.failures = 0;
    }
    const wait = Math.min(first * 2 ** this.failures, longest);
    this.failures++;
    return { wait, isNews: this.failures === 1 };
  }

  /** Forgets: somebody started the server by hand. */
  reset(): void {
    this.failures = 0;
  }
}
