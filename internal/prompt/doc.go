// Package prompt knows how a model wants to be asked. It recognises the family of a model, lays a hole in a file out as
// that family was trained to see it, writes the chat messages of explain and generate, cuts the code out of a chat
// answer, and estimates how many tokens a text will be.
//
// Goals:
//   - What is known of a family stands in one table (families.go), with the evidence beside it; adding one is one entry.
//   - Infilling is raw, or left to the server's own template (Ollama's suffix). Infilling tokens never go through a chat
//     template: a chat model is asked in words, with the hole marked.
//   - Text of the user never acts as a control token, as far as text can prevent it (see neutral.go).
//   - An estimate errs on the side of too many tokens, so that a prompt stays below the model's context.
//
// Non-goals: choosing what to show a model (package gather), choosing the model (package catalog), talking to it
// (package model), filtering a completion's stream (package complete). Nothing here does I/O or reads a clock.
package prompt
