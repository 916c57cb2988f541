---The way to the server: its commands with their streamed text, and what it last said of itself.
local M = {}

---@class sopro.Status what the server tells in `sopro/status`
---@field kind 'ok'|'busy'|'loading'|'disabled'|'builtin'|'warning'|'error'
---@field model string "" where none is chosen
---@field message string for people; "" where there is nothing to say
---@field tokensPerSecond number
---@field last? {promptTokens: integer, cacheHit: number, tokens: integer, tokensPerSecond: number, firstTokenMs: number} of the last finished generation

---@class sopro.Handlers of one run; called on the main loop, in order
---@field place? fun(range: lsp.Range) what of the document it is about; before all text
---@field text? fun(delta: string) streamed text
---@field reset? fun() what was streamed is void
---@field progress? fun(value: {kind: 'begin'|'report'|'end', title?: string, message?: string, percentage?: integer}) how far it is
---@field done fun(err: string?, result: table?) once, at the end

local prefix = 'sopro.nvim.' -- of our tokens
---@type table<string, sopro.Handlers> of text, by token
local streams = {}
---@type table<string, sopro.Handlers> of progress, by token
local works = {}
---@type table<integer, sopro.Status> by client
local statuses = {}
---@type table<integer, table<fun(err: string), integer>> by client, how to end what it still runs, with the number of the request
local unfinished = {}
local tokens = 0

local has_methods = vim.fn.has('nvim-0.11') == 1

---Calls a method of a client, which were plain functions before 0.11.
---@param client vim.lsp.Client
---@param method string
---@return any ...
function M.call(client, method, ...)
  if has_methods then
    return client[method](client, ...)
  end
  return client[method](...)
end

---The server's client for a buffer, once it is ready.
---@param bufnr integer 0: the current one
---@return vim.lsp.Client?
function M.client(bufnr)
  if bufnr == 0 then
    bufnr = vim.api.nvim_get_current_buf()
  end
  return vim.lsp.get_clients({ bufnr = bufnr, name = 'sopro' })[1]
end

---A client of any buffer or of none, once it is ready.
---@return vim.lsp.Client?
function M.any()
  return vim.lsp.get_clients({ name = 'sopro' })[1]
end

---The last status of the current buffer's server, else of any.
---@return sopro.Status?
function M.status()
  local client = M.client(0)
  if client and statuses[client.id] then
    return statuses[client.id]
  end
  return (select(2, next(statuses)))
end

---Whether a server says that completions are switched off.
---@param client vim.lsp.Client
---@return boolean
function M.is_off(client)
  local status = statuses[client.id]
  return status ~= nil and status.kind == 'disabled'
end

---@param client vim.lsp.Client
---@param bufnr integer
---@param command string
---@param argument table
---@param on sopro.Handlers
---@return fun() cancel
local function send(client, bufnr, command, argument, on)
  local params = { command = command, arguments = { vim.tbl_extend('force', vim.empty_dict(), argument) } }
  tokens = tokens + 1
  local token, work = prefix .. tokens, prefix .. tokens .. '.work'
  if on.text then
    streams[token] = on
    params.arguments[1].token = token
  end
  if on.text or on.progress then
    works[work] = on
    params.workDoneToken = work
  end

  local over = false
  local mine = unfinished[client.id] or {}
  unfinished[client.id] = mine
  ---@param err string?
  ---@param result table?
  local function finish(err, result)
    if over then
      return
    end
    over = true
    streams[token], works[work], mine[finish] = nil, nil, nil
    on.done(err, result)
  end

  mine[finish] = 0
  local sent, id = M.call(client, 'request', 'workspace/executeCommand', params, function(err, result)
    finish(err and err.message, result)
  end, bufnr)
  if not sent then
    finish('the server is not running')
  elseif not over then
    mine[finish] = id
  end
  return function()
    if not over and id then
      M.call(client, 'cancel_request', id)
    end
    finish('cancelled')
  end
end

-- Neovim keeps it to itself that a server has called a request off, as when a person declines what it asks.
vim.api.nvim_create_autocmd('LspRequest', {
  group = vim.api.nvim_create_augroup('sopro.client', {}),
  callback = function(event)
    local data = event.data
    for finish, id in pairs(data.request.type == 'complete' and unfinished[data.client_id] or {}) do
      if id == data.request_id then
        vim.schedule(function() -- after the answer, if there is one
          finish('cancelled')
        end)
      end
    end
  end,
})

---Runs a command once there is a server.
---@param bufnr integer
---@param command string
---@param argument table
---@param on sopro.Handlers
---@return fun() cancel
local function send_later(bufnr, command, argument, on)
  local over = false
  local cancel ---@type fun()?
  require('sopro.server').summon(function(err, client)
    if over then
      return
    elseif client then
      cancel = send(client, bufnr, command, argument, on)
    else
      over = true
      on.done(err)
    end
  end)
  return function()
    if cancel then
      cancel()
    elseif not over then
      over = true
      on.done('cancelled')
    end
  end
end

---Runs a command of the server for a buffer; one that is about no file (it has no `uri`) also runs at another buffer's server, or at one
---that is started for it. With `on.text` the text is streamed; with it or `on.progress` the server shows no progress of its own.
---@param bufnr integer
---@param command string such as "sopro.explain"
---@param argument table
---@param on sopro.Handlers
---@return fun() cancel idempotent; after it only done("cancelled") comes
function M.run(bufnr, command, argument, on)
  local client = M.client(bufnr) or (not argument.uri and M.any()) or nil
  if client then
    return send(client, bufnr, command, argument, on)
  elseif not argument.uri then
    return send_later(bufnr, command, argument, on)
  end
  on.done('there is no server for this buffer; :checkhealth sopro says why')
  return function() end
end

---The handler of `$/progress`: streamed text, and the progress of what we run; the rest is Neovim's.
---@type lsp.Handler
function M.on_progress(err, params, ctx, config)
  local token, value = params and params.token, params and params.value
  if type(token) ~= 'string' or not vim.startswith(token, prefix) then
    return vim.lsp.handlers['$/progress'](err, params, ctx, config)
  elseif type(value) ~= 'table' then
    return
  end
  local stream, work = streams[token], works[token]
  if work and work.progress then
    work.progress(value)
  elseif stream and value.reset and stream.reset then
    stream.reset()
  elseif stream and stream.place and (value.comment or value.code) then
    stream.place(value.comment or value.code)
  elseif stream and type(value.text) == 'string' then
    stream.text(value.text)
  end
end

---@param status sopro.Status? nil: there is none any more
local function announce(status)
  vim.api.nvim_exec_autocmds('User', { pattern = 'SoproStatus', modeline = false, data = status })
end

---The handler of `sopro/status`.
---@type lsp.Handler
function M.on_status(_, status, ctx)
  statuses[ctx.client_id] = status
  announce(status)
end

---Ends what a server was still running.
---@param client_id integer whose server has ended
function M.forget(client_id)
  statuses[client_id] = nil
  local mine = unfinished[client_id] or {}
  unfinished[client_id] = nil
  for finish in pairs(mine) do
    finish('the server has ended')
  end
  announce(nil)
end

return M
