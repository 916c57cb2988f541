import { expect, test } from "vitest";
import { type Health, HealthWatch } from "../../src/health";
import { FakeServer, settled } from "./fakes";

const health = (version: string): Health => ({ engine: "model", server: { version }, ollama: { url: "", reachable: true }, models: {} });

test("health is asked for when the state has changed, and the newest answer counts", async () => {
  const server = new FakeServer();
  const watch = new HealthWatch(server);
  const answers: ((health: Health) => void)[] = [];
  server.answer = () => new Promise((resolve) => answers.push(resolve));
  server.say("loading");
  server.say("ok");
  answers[1]?.(health("new"));
  await settled();
  answers[0]?.(health("old"));
  await settled();
  expect(watch.health?.server.version).toBe("new");
});

test("a server that is not there has no health, and is not started to ask", async () => {
  const server = new FakeServer();
  const watch = new HealthWatch(server);
  let asked = 0;
  server.answer = () => {
    asked++;
    return Promise.resolve(health("1"));
  };
  server.say("ok");
  await settled();
  server.say("stopped");
  server.say("missing");
  await settled();
  expect([asked, watch.health]).toEqual([1, undefined]);
});
