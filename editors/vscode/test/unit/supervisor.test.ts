import { describe, expect, test } from "vitest";
import type { Kind } from "../../src/server";
import { type Process, Supervisor, Unstartable } from "../../src/supervisor";
import { settled } from "./fakes";

/** A server whose life is in the test's hands. */
class Life implements Process {
  private end: () => void = () => undefined;
  readonly exited = new Promise<void>((resolve) => {
    this.end = resolve;
  });
  stopped = false;
  constructor(private readonly greeting: Promise<void> = Promise.resolve()) {}
  start(): Promise<void> {
    return this.greeting;
  }
  run<T>(command: string): Promise<T> {
    return Promise.resolve(command as T);
  }
  stop(): Promise<void> {
    this.stopped = true;
    this.crash();
    return this.exited;
  }
  crash(): void {
    this.end();
  }
}

/** A supervisor in a world whose clock the test turns. */
function world(next: () => Life = () => new Life()) {
  const lives: Life[] = [];
  const waits: number[] = [];
  const told: string[] = [];
  const states: Kind[] = [];
  let clock = 0;
  let due: (() => void) | undefined;
  const supervisor = new Supervisor({
    launch: () =>
      Promise.resolve().then(() => {
        const life = next();
        lives.push(life);
        return life;
      }),
    now: () => clock,
    later: (wait, run) => {
      waits.push(wait);
      due = run;
      return () => {
        due = undefined;
      };
    },
    tellEnded: () => told.push("ended"),
    tellUnstartable: (why) => told.push(why),
  });
  supervisor.onState(({ kind }) => states.push(kind));
  return {
    supervisor, lives, waits, told, states,
    retryIsDue: (): boolean => due !== undefined,
    crashAfter: async (lived: number): Promise<void> => {
      clock += lived;
      lives.at(-1)?.crash();
      await settled();
    },
    wait: async (): Promise<void> => {
      due?.();
      await settled();
    },
  };
}


describe("a server that ends", () => {
  test("comes again, later each time, and that is told once", async () => {
    const { supervisor, waits, told, crashAfter, wait } = world();
    await supervisor.start();
    for (let times = 0; times < 7; times++) {
      await crashAfter(10);
      await wait();
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(told).toEqual(["ended"]);
  });
  test("after a long life is news again", async () => {
    const { supervisor, waits, told, crashAfter, wait } = world();
    await supervisor.start();
    await crashAfter(10);
    await wait();
    await crashAfter(60_000);
    expect(waits).toEqual([1000, 1000]);
    expect(told).toEqual(["ended", "ended"]);
  });
  test("comes at once when somebody asks it something", async () => {
    const { supervisor, lives, crashAfter, retryIsDue } = world();
    await supervisor.start();
    await crashAfter(10);
    expect(await supervisor.run("sopro.status", {})).toBe("sopro.status");
    expect(lives).toHaveLength(2);
    expect(retryIsDue()).toBe(false);
  });
  test("does not come again when it was told to end", async () => {
    const { supervisor, lives, told, retryIsDue } = world();
    await supervisor.start();
    await supervisor.stop();
    await settled();
    expect([lives[0]?.stopped, told, retryIsDue(), supervisor.wanted]).toEqual([true, [], false, false]);
  });
});

test("a server that nobody has needed yet has not ended", () => {
  expect(world().supervisor.state.kind).toBe("idle");
});

describe("a server that starts", () => {
  test("starts once, however many ask", async () => {
    const { supervisor, lives, states } = world();
    await Promise.all([supervisor.start(), supervisor.run("a", {}), supervisor.start()]);
    expect(lives).toHaveLength(1);
    expect(states).toEqual(["starting"]);
  });
  test("and does not shake hands is ended, and comes again", async () => {
    const { supervisor, lives, waits } = world(() => new Life(Promise.reject(new Error("no"))));
    await expect(supervisor.start()).rejects.toThrow("no");
    await settled();
    expect([lives[0]?.stopped, waits]).toEqual([true, [1000]]);
  });
  test("while it is told to end is ended", async () => {
    const { supervisor, lives } = world();
    const starting = supervisor.start();
    await supervisor.stop();
    await expect(starting).rejects.toThrow();
    expect(lives.every(({ stopped }) => stopped)).toBe(true);
  });
  test("anew waits until the former is gone", async () => {
    let leave: () => void = () => undefined;
    const former = new Life();
    former.stop = () => new Promise((resolve) => (leave = resolve));
    const left = [former, new Life()];
    const { supervisor, lives } = world(() => left.shift() ?? new Life());
    await supervisor.start();
    supervisor.restart();
    await settled();
    expect(lives).toHaveLength(1);
    leave();
    await supervisor.start();
    expect(lives).toHaveLength(2);
  });
});

test("a server that is not there is told, and looked for again when somebody asks", async () => {
  let there = false;
  const { supervisor, told, waits, states } = world(() => {
    if (!there) {
      throw new Unstartable("build it");
    }
    return new Life();
  });
  await expect(supervisor.start()).rejects.toThrow("build it");
  expect([told, waits, states]).toEqual([["build it"], [], ["starting", "missing"]]);
  there = true;
  expect(await supervisor.run("sopro.status", {})).toBe("sopro.status");
});
