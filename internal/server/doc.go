// Package server is the face that Sopro shows to editors: the Language Server Protocol on one connection.
//
// It translates and decides nothing. A request becomes a snapshot of the document as it was at that point of the wire, one
// call into the room that knows, and an answer in the protocol's words. What to complete, when, with which model and what may
// be said are questions for packages complete, assist and catalog.
//
// # Goals
//
//   - Wire order: a notification is done before the next message is read, a call sees exactly what was sent before it, and
//     nothing on that way waits for a parser, a disk, a model or the editor.
//   - The server outlives bad messages, unknown methods, wrong parameters, panics, and an Ollama that is not there.
//   - An editor without a plugin of ours gets everything.
//
// # Non-goals
//
// It keeps no policy, lays out no prompt, reads no file but to feed the built-in engine (feeder.go), listens on nothing,
// and lets no protocol type leave the package.
//
// # Layout
//
// State: server.go, documents.go (open texts), settings.go, engines.go, client.go (what the editor can), folders.go.
// The way of a message: wire.go (bytes to messages), chain.go (order, errors, panics), routes.go (who handles what).
// Then one file a feature.
//
// # Engines and settings
//
// The server gets its engines from [Parts].Build, once at initialize and again whenever the settings change. Build is handed
// the engines in use: it may configure them and return them as they are (a gate, a debounce), or make new ones (another
// address, another model), which then replace the former ones wholly; a part that both share, such as the built-in engine
// with all it has read or the endpoint with its queue, lives on. Build runs in wire order and must not wait for a network.
package server
