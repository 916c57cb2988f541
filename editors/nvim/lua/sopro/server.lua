---The server's life: for which buffers it is started, how, and what happens when it ends.
local client = require('sopro.client')
local config = require('sopro.config')
local process = require('sopro.process')
local program = require('sopro.program')
local say = require('sopro.say')
local served = require('sopro.served')
local settings = require('sopro.settings')

local M = {}

local runs = process.runs
---The protected settings that the processes were started with.
local flags_in_force = ''
---Somebody has stopped the server: it stays so until it is asked for.
local stopped = false
---The program could not even be started: nothing is tried again before something is changed.
local failed = false
---@type fun(err: string?, running: vim.lsp.Client?)[] who waits for a server
local waiting = {}
---How often it broke down in a row; one that lasts a minute begins a new row.
local crashes = 0
local max_crashes = 5
local lasted_ms = 60 * 1000
---How long an orderly end may take.
local grace_ms = 3000

---Begins anew for the buffers of a server that broke down: at once, then after 1, 2, 4 and 8 seconds, then not any more.
---@param run sopro.Run
---@param why string
local function recover(run, why)
  crashes = crashes + 1
  if crashes > max_crashes then
    stopped = true
    local message = 'the server broke down %d times (%s); ":Sopro start" tries again, ":Sopro log" may say why'
    say.error(message:format(crashes, why))
    return
  elseif crashes == 1 then
    say.warn(('the server broke down (%s) and is started again'):format(why))
  end
  local buffers = next(run.buffers) and vim.tbl_keys(run.buffers) or { vim.api.nvim_get_current_buf() }
  vim.defer_fn(function()
    for _, bufnr in ipairs(buffers) do
      M.attach(bufnr)
    end
  end, crashes == 1 and 0 or 1000 * 2 ^ (crashes - 2))
end

---@param err string?
---@param running vim.lsp.Client?
local function answer_waiting(err, running)
  local all = waiting
  waiting = {}
  for _, done in ipairs(all) do
    done(err, running)
  end
end

---@param run sopro.Run
---@param code integer
---@param signal integer
local function on_end(run, code, signal)
  if vim.v.exiting ~= vim.NIL then
    return
  elseif run.client_id then
    client.forget(run.client_id)
  else
    answer_waiting('the server has ended')
  end
  if run.again then
    for bufnr in pairs(run.buffers) do
      M.attach(bufnr)
    end
  elseif run.asked then
    stopped = stopped or next(runs) == nil -- one that was restarted by Neovim has its successor already
  else
    recover(run, signal ~= 0 and 'signal ' .. signal or 'exit code ' .. code)
  end
end

---@param dispatchers vim.lsp.rpc.Dispatchers
---@return vim.lsp.rpc.PublicClient
local function launch(dispatchers)
  local command, problem = program.command('lsp')
  if not command then
    error('Sopro cannot start: ' .. problem, 0)
  end
  local rpc, err = process.start(command, dispatchers, on_end)
  if not rpc then
    failed = true
    say.error(('%s cannot be started: %s'):format(command[1], err))
    error(err, 0)
  end
  flags_in_force, stopped = program.flags(), false
  vim.defer_fn(function()
    crashes = runs[rpc] and 0 or crashes
  end, lasted_ms)
  return rpc
end

local function capabilities()
  local all = vim.lsp.protocol.make_client_capabilities()
  all.textDocument.inlineCompletion = all.textDocument.inlineCompletion or { dynamicRegistration = false }
  all.experimental = { sopro = { status = true } }
  return all
end

---@param running vim.lsp.Client
---@param wanted {name: string, root_dir?: string}
local function reuse(running, wanted)
  return running.name == wanted.name
    and not client.call(running, 'is_stopped')
    and (not wanted.root_dir or wanted.root_dir == running.config.root_dir)
end

---Whether there is a program to start; says once where there is none.
---@return boolean
local function can_start()
  local command, problem = program.command('lsp')
  if not command then
    say.once('cannot start: ' .. problem)
  end
  return command ~= nil and not failed
end

---A server is ready.
---@param running vim.lsp.Client
local function on_init(running)
  local run = runs[running.rpc]
  if run then
    run.client_id = running.id
  end
  require('sopro.toggle').replay(running)
  answer_waiting(nil, running)
end

---The client's configuration, as lsp/sopro.lua hands it to Neovim 0.11 and newer.
---@return vim.lsp.Config
function M.config()
  return {
    name = 'sopro',
    cmd = launch,
    root_dir = function(bufnr, go)
      if served.is(bufnr) and can_start() then
        go(served.root(bufnr))
      end
    end,
    reuse_client = reuse,
    capabilities = capabilities(),
    before_init = function(params)
      params.locale = require('sopro.locale').tag()
      params.initializationOptions = { sopro = (settings.split(config.get().settings)) }
    end,
    on_init = on_init,
    handlers = {
      ['$/progress'] = client.on_progress,
      ['sopro/status'] = client.on_status,
      ['window/showMessage'] = say.on_message,
      ['workspace/configuration'] = settings.on_configuration,
    },
  }
end

---Every unnamed buffer has the same URI, so only one of them is the server's at a time: the one that is typed in.
---@param bufnr integer
local function make_way(bufnr)
  if vim.api.nvim_buf_get_name(bufnr) ~= '' then
    return
  end
  for _, running in ipairs(vim.lsp.get_clients({ name = 'sopro' })) do
    for other in pairs(running.attached_buffers) do
      if vim.api.nvim_buf_is_valid(other) and vim.api.nvim_buf_get_name(other) == '' then
        vim.lsp.buf_detach_client(other, running.id)
      end
    end
  end
end

---@param root string?
---@return vim.lsp.ClientConfig
local function config_for(root)
  local base = vim.fn.has('nvim-0.11') == 1 and vim.lsp.config.sopro or M.config()
  local own = vim.tbl_extend('force', {}, base)
  own.root_dir = root
  return own
end

---Starts the server for a buffer, or joins the one of its workspace. A file without a workspace joins any.
---@param bufnr integer
function M.attach(bufnr)
  if stopped or not served.is(bufnr) or client.client(bufnr) or not can_start() then
    return
  end
  make_way(bufnr)
  -- A program that cannot be started was told of by then.
  pcall(vim.lsp.start, config_for(served.root(bufnr)), { bufnr = bufnr, reuse_client = reuse, silent = true })
end

---Opens a buffer anew at the server where it became something else: another name, or another file type.
---@param bufnr integer
local function reopen(bufnr)
  local running = client.client(bufnr)
  local run = running and runs[running.rpc]
  local was = run and run.buffers[bufnr]
  if not was then
    return
  end
  local is_renamed = was.uri ~= vim.uri_from_bufnr(bufnr)
  if is_renamed then -- Neovim closes it by the name that it has now
    client.call(running, 'notify', 'textDocument/didClose', { textDocument = { uri = was.uri } })
  end
  if is_renamed or was.filetype ~= vim.bo[bufnr].filetype then
    vim.lsp.buf_detach_client(bufnr, running.id)
    M.attach(bufnr)
  end
end

---@param event {buf: integer, data: {client_id: integer}}
local function on_attach(event)
  local running = vim.lsp.get_client_by_id(event.data.client_id)
  if not running or running.name ~= 'sopro' then
    return
  end
  local run = runs[running.rpc]
  if run then
    run.buffers[event.buf] = { uri = vim.uri_from_bufnr(event.buf), filetype = vim.bo[event.buf].filetype }
  end
  require('sopro.inline').attach(event.buf, running)
end

---Attaches all buffers that the person has open.
local function attach_all()
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.bo[bufnr].buflisted then
      M.attach(bufnr)
    end
  end
end

---What has changed takes effect: over LSP, or, where the command line changes, by a new start.
local function on_change()
  failed = false
  if config.get().autostart then
    attach_all()
  end
  if program.flags() ~= flags_in_force and next(runs) then
    M.restart()
    return
  end
  local sent = settings.split(config.get().settings)
  for _, running in ipairs(vim.lsp.get_clients({ name = 'sopro' })) do
    client.call(running, 'notify', 'workspace/didChangeConfiguration', { settings = { sopro = sent } })
    for bufnr in pairs(running.attached_buffers) do
      require('sopro.inline').attach(bufnr, running)
    end
  end
end

local watching = false

local function watch()
  if watching then
    return
  end
  watching = true
  local group = vim.api.nvim_create_augroup('sopro.server', {})
  vim.api.nvim_create_autocmd('LspAttach', { group = group, callback = on_attach })
  vim.api.nvim_create_autocmd('LspDetach', {
    group = group,
    callback = function(event)
      for _, run in pairs(runs) do
        if run.client_id == event.data.client_id and not run.again then
          run.buffers[event.buf] = nil
        end
      end
      require('sopro.inline').detach(event.buf, event.data.client_id)
    end,
  })
  vim.api.nvim_create_autocmd({ 'FileType', 'BufReadPost', 'BufNewFile', 'InsertEnter' }, {
    group = group,
    callback = function(event)
      if config.get().autostart then
        M.attach(event.buf)
      end
    end,
  })
  vim.api.nvim_create_autocmd({ 'FileType', 'BufWritePost', 'BufFilePost' }, {
    group = group,
    callback = function(event)
      reopen(event.buf)
    end,
  })
  require('sopro.focus').watch(group)
  require('sopro.diagnostics').watch(group)
  config.on_change(on_change)
  require('sopro.status').watch()
end

---Begins to serve the buffers that are open and those that will be.
function M.begin()
  watch()
  if config.get().autostart then
    attach_all()
  end
end

---Starts the server for all buffers, also after it was stopped.
function M.start()
  watch()
  stopped, failed, crashes = false, false, 0
  attach_all()
end

---Starts a server without a buffer, in the workspace of Neovim's own folder.
local function start_alone()
  local own = config_for(served.root_here())
  if vim.fn.has('nvim-0.11') == 1 then
    pcall(vim.lsp.start, own, { attach = false, silent = true })
  else
    pcall(vim.lsp.start_client, own)
  end
end

---Starts a server for a command that is about no file: with the current buffer where that is served, else alone.
---@param done fun(err: string?, running: vim.lsp.Client?) called once it is ready, or cannot be
function M.summon(done)
  watch()
  local command, problem = program.command('lsp')
  if stopped or not command then
    return done(command and 'the server is stopped; ":Sopro start" starts it' or 'cannot start: ' .. problem)
  end
  waiting[#waiting + 1], failed = done, false
  local bufnr = vim.api.nvim_get_current_buf()
  if served.is(bufnr) then
    M.attach(bufnr)
  else
    start_alone()
  end
  if failed then
    answer_waiting('the server cannot be started')
  end
end

---Asks a server to end, and makes it end if it does not.
---@param running vim.lsp.Client
local function stop(running)
  client.call(running, 'stop')
  vim.defer_fn(function()
    if not client.call(running, 'is_stopped') then
      client.call(running, 'stop', true)
    end
  end, grace_ms)
end

---Stops the server until it is asked for.
function M.stop()
  stopped = true
  for _, running in ipairs(vim.lsp.get_clients({ name = 'sopro' })) do
    stop(running)
  end
end

---Ends the server and begins anew for the same buffers.
function M.restart()
  local all = vim.lsp.get_clients({ name = 'sopro' })
  for _, running in ipairs(all) do
    local run = runs[running.rpc]
    if run then
      run.again = true
    end
    stop(running)
  end
  if #all == 0 then
    M.start()
  end
end

return M
