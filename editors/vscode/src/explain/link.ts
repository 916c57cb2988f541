import { BlockList, isIP } from "node:net";
import * as vscode from "vscode";
import { plain } from "../tell";

/**
 * Opens an address that a model wrote, after the person has seen and confirmed it: VS Code itself does not ask about this machine, nor
 * about what it trusts. An address of this machine or of a network that is not the internet is refused: what listens there may take the
 * mere visit for an order.
 */
export async function openLink(address: string): Promise<void> {
  const { href, hostname } = new URL(address);
  if (!isOnInternet(hostname)) {
    void vscode.window.showWarningMessage(
      plain(vscode.l10n.t("Not opened, since it leads into your own network: {0}", href)),
    );
    return;
  }
  const open = vscode.l10n.t("Open");
  const question = vscode.l10n.t("A model wrote this address. Open it in the browser?");
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail: href }, open)) === open) {
    await vscode.env.openExternal(vscode.Uri.parse(href, true));
  }
}

/** Whether a host, as a URL has it, is one of the internet by its name or number. Where a name leads, nobody is asked. */
export function isOnInternet(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  switch (isIP(host)) {
    case 4:
      return !special.check(host, "ipv4");
    case 6:
      return global.check(host, "ipv6") && !special.check(host, "ipv6");
    default:
      return host.includes(".") && !/\.(localhost|local|internal|intranet|lan|home|corp|private|home\.arpa|test)$/.test(host);
  }
}

/** What is not of the internet, and what has such an address in it. */
const special = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const) {
  special.addSubnet(net, prefix, "ipv4");
}
special.addSubnet("2001::", 32, "ipv6"); // Teredo
special.addSubnet("2002::", 16, "ipv6"); // 6to4
const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");
