// Runs what a test sends, with VS Code's own interface for extensions: what a scenario needs before it begins (a file that is open, a
// setting) and looks at when it is over. What a person does is done with the keyboard, in the page.
const net = require("node:net");
const readline = require("node:readline");
const vscode = require("vscode");

exports.activate = () => {
  const socket = net.connect(process.env.E2E_DRIVER);
  const answer = (message) => socket.write(JSON.stringify(message) + "\n");
  readline.createInterface(socket).on("line", async (line) => {
    const { id, code, args } = JSON.parse(line);
    try {
      answer({ id, result: await (0, eval)(`(${code})`)(vscode, ...args) });
    } catch (error) {
      answer({ id, error: String(error.stack ?? error) });
    }
  });
};
