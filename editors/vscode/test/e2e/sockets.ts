// The sockets of other processes, as Linux shows them (proc(5)).

import fs from "node:fs";

/** What a process has open to a network. */
export interface Socket {
  protocol: "tcp" | "tcp6" | "udp" | "udp6";
  listens: boolean;
  /** "127.0.0.1:11434"; IPv6 as 32 hexadecimal digits. */
  local: string;
  remote: string;
}

const protocols = ["tcp", "tcp6", "udp", "udp6"] as const;

/** The sockets that a process has open at this moment; none when it is over. */
export function socketsOf(pid: number): Socket[] {
  try {
    const open = new Set(fs.readdirSync(`/proc/${pid}/fd`).map((fd) => link(`/proc/${pid}/fd/${fd}`)));
    return protocols.flatMap((protocol) =>
      fs
        .readFileSync(`/proc/${pid}/net/${protocol}`, "utf8")
        .split("\n")
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => open.has(`socket:[${fields[9]}]`))
        .map(([, local, remote, state]) => ({ protocol, listens: state === "0A", local: address(local!), remote: address(remote!) })),
    );
  } catch {
    return []; // it ended meanwhile
  }
}

/** Whether a socket cannot be reached from another machine, nor reach one. */
export function isLocal({ local, remote }: Socket): boolean {
  const loopback = /^(127\.|0{31}1:|0{20}ffff7f)/;
  const nobody = /^(0\.0\.0\.0|0{32}):0$/;
  return (loopback.test(local) || nobody.test(local)) && (loopback.test(remote) || nobody.test(remote));
}

/** Looks at the sockets of processes every now and then, as long as they live. */
export class SocketWatch {
  /** What was seen that is not allowed, each once. */
  readonly offences = new Set<string>();
  /** The addresses that were spoken with. */
  readonly seen = new Set<string>();
  private readonly timer: NodeJS.Timeout;
  private readonly pids: () => number[];
  private readonly mute: () => number[];

  /** `pids` may speak with this machine; of them, those of `mute` may listen on nothing. */
  constructor(pids: () => number[], mute: () => number[]) {
    this.pids = pids;
    this.mute = mute;
    this.timer = setInterval(() => this.look(), 250);
  }

  look(): void {
    const mute = new Set(this.mute());
    for (const pid of this.pids()) {
      for (const socket of socketsOf(pid)) {
        this.seen.add(socket.remote);
        if (!isLocal(socket) || (mute.has(pid) && (socket.listens || socket.protocol.startsWith("udp")))) {
          this.offences.add(`process ${pid}: ${JSON.stringify(socket)}`);
        }
      }
    }
  }

  end(): void {
    clearInterval(this.timer);
  }
}

function link(path: string): string {
  try {
    return fs.readlinkSync(path);
  } catch {
    return ""; // closed meanwhile
  }
}

/** Makes "0100007F:2CAA" readable: each group of eight digits is a number in the machine's order. Little-endian machines. */
function address(hex: string): string {
  const [host, port] = hex.split(":") as [string, string];
  const words = host.match(/.{8}/g)!.map((word) => word.match(/../g)!.reverse());
  const readable = words.length === 1 ? words[0]!.map((byte) => parseInt(byte, 16)).join(".") : words.flat().join("").toLowerCase();
  return `${readable}:${parseInt(port, 16)}`;
}
