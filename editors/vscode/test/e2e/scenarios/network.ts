// Who is spoken with. All groups are watched; these see to it that the watch would notice.

import assert from "node:assert/strict";
import dgram from "node:dgram";
import { once } from "node:events";
import { processesFrom } from "../processes.ts";
import { isLocal, socketsOf, SocketWatch } from "../sockets.ts";
import type { Scenario } from "../story.ts";

export const network: Scenario[] = [
  {
    name: "the server speaks with the model alone, and listens on nothing",
    async play({ sim, window, workbench }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("network.py", "def add(a, b):\n    █\n");
      await window.type("return ");
      await window.ghostIs("a + b");
      const [server] = processesFrom(workbench.extensions);
      assert.deepEqual([...new Set(socketsOf(server!).map(({ remote }) => remote))], [new URL(sim.url).host]);
      workbench.sockets.look();
      assert.ok(workbench.sockets.seen.has(new URL(sim.url).host), [...workbench.sockets.seen].join(", "));
    },
  },
  {
    name: "who spoke with another machine, or listened, would be seen",
    async play() {
      const away = dgram.createSocket("udp4");
      const watch = new SocketWatch(() => [process.pid], () => [process.pid]);
      watch.end();
      try {
        away.connect(9, "192.0.2.1"); // of the addresses that nobody has; nothing is sent
        await once(away, "connect");
        const found = socketsOf(process.pid).filter((socket) => !isLocal(socket));
        assert.deepEqual(found.map(({ protocol, remote }) => [protocol, remote]), [["udp", "192.0.2.1:9"]]);
        watch.look();
        assert.equal(watch.offences.size, 1);
      } finally {
        away.close();
      }
    },
  },
];
