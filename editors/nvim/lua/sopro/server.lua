---The server's life: for which buffers it is started, how, and what happens when it ends.
local client = require('sopro.client')
local config = require('sopro.config')
local program = require('sopro.program')
local settings = require('sopro.settings')

local M = {}

---@class sopro.Run one process of the server
---@field client_id? integer once it is attached to a buffer
---@field buffers table<integer, {uri: string, filetype: string}> as what each was opened
---@field asked? boolean it was asked to end
---@field again? boolean and that to begin anew

---@type table<vim.lsp.rpc.PublicClient, sopro.Run>
local runs = {}
---The protected settings that the processes were started with.
local flags_in_force = ''
---Somebody has stopped the server: it stays so until it is asked for.
local stopped = false
---How often it broke down in a row; one that lasts a minute begins a new row.
local crashes = 0
local max_crashes = 5
local lasted_ms = 60 * 1000
---How long an orderly end may take.
local grace_ms = 3000

---Whether a buffer is code that a person edits: no help, terminal or list, nothing that another plugin draws, nothing huge.
---@param bufnr integer
---@return boolean
function M.serves(bufnr)
  if not vim.api.nvim_buf_is_loaded(bufnr) or vim.bo[bufnr].buftype ~= '' then
    return false
  end
  if vim.api.nvim_buf_get_name(bufnr):match('^%a[%w+.-]+://') then
    return false
  end
  return vim.api.nvim_buf_get_offset(bufnr, vim.api.nvim_buf_line_count(bufnr)) <= config.get().max_bytes
end

---The workspace of a buffer. A home folder is none, even if it is kept in git: nobody wants all of it read.
---@param bufnr integer
---@return string?
function M.root(bufnr)
  local root = vim.api.nvim_buf_get_name(bufnr) ~= '' and vim.fs.root(bufnr, config.get().root_markers)
  return root and root ~= vim.fs.normalize('~') and root or nil
end

---Begins anew for the buffers of a server that broke down: at once, then after 1, 2, 4 and 8 seconds, then not any more.
---@param run sopro.Run
---@param why string
local function recover(run, why)
  crashes = crashes + 1
  if crashes > max_crashes then
    stopped = true
    local message = 'Sopro: the server broke down %d times (%s); ":Sopro start" tries again, ":Sopro log" may say why'
    vim.notify(message:format(crashes, why), vim.log.levels.ERROR)
    return
  elseif crashes == 1 then
    vim.notify(('Sopro: the server broke down (%s) and is started again'):format(why), vim.log.levels.WARN)
  end
  local buffers = next(run.buffers) and vim.tbl_keys(run.buffers) or { vim.api.nvim_get_current_buf() }
  vim.defer_fn(function()
    for _, bufnr in ipairs(buffers) do
      M.attach(bufnr)
    end
  end, crashes == 1 and 0 or 1000 * 2 ^ (crashes - 2))
end

---@param run sopro.Run
---@param code integer
---@param signal integer
local function on_end(run, code, signal)
  if run.client_id then
    client.forget(run.client_id)
  end
  if vim.v.exiting ~= vim.NIL then
    return
  elseif run.again then
    for bufnr in pairs(run.buffers) do
      M.attach(bufnr)
    end
  elseif run.asked then
    stopped = true
  else
    recover(run, signal ~= 0 and 'signal ' .. signal or 'exit code ' .. code)
  end
end

---Notes when a server is asked to end, by whomever.
---@param rpc vim.lsp.rpc.PublicClient
---@param run sopro.Run
local function note_stop(rpc, run)
  local request, terminate = rpc.request, rpc.terminate
  rpc.request = function(method, ...)
    run.asked = run.asked or method == 'shutdown'
    return request(method, ...)
  end
  rpc.terminate = function()
    run.asked = true
    terminate()
  end
end

---Starts the process. Neovim tells of each server that ends by itself; ours begins anew and says so once, so Neovim is told of
---an orderly end.
---@param dispatchers vim.lsp.rpc.Dispatchers
---@return vim.lsp.rpc.PublicClient
local function launch(dispatchers)
  local command, problem = program.command('lsp')
  if not command then
    error('Sopro cannot start: ' .. problem, 0)
  end
  local run = { buffers = {} } ---@type sopro.Run
  local rpc
  rpc = vim.lsp.rpc.start(
    command,
    vim.tbl_extend('force', dispatchers, {
      on_exit = function(code, signal)
        runs[rpc] = nil
        dispatchers.on_exit(0, 0)
        vim.schedule(function()
          on_end(run, code, signal)
        end)
      end,
    })
  )
  note_stop(rpc, run)
  runs[rpc] = run
  flags_in_force, stopped = program.flags(), false
  vim.defer_fn(function()
    crashes = runs[rpc] and 0 or crashes
  end, lasted_ms)
  return rpc
end

---Answers `workspace/configuration`: what the person has set for this plugin goes before what vim.lsp.config() says.
---@type lsp.Handler
local function on_configuration(err, params, ctx, handler_config)
  local answers = vim.lsp.handlers['workspace/configuration'](err, params, ctx, handler_config)
  local sent = settings.split(config.get().settings)
  for i, item in ipairs(params.items or {}) do
    if item.section == 'sopro' and type(answers) == 'table' then
      answers[i] = type(answers[i]) == 'table' and vim.tbl_deep_extend('force', answers[i], sent) or sent
    end
  end
  return answers
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

---The client's configuration, as lsp/sopro.lua hands it to Neovim 0.11 and newer.
---@return vim.lsp.Config
function M.config()
  return {
    name = 'sopro',
    cmd = launch,
    root_dir = function(bufnr, go)
      if M.serves(bufnr) and M.can_start() then
        go(M.root(bufnr))
      end
    end,
    reuse_client = reuse,
    capabilities = capabilities(),
    before_init = function(params)
      params.locale = require('sopro.locale').tag()
      params.initializationOptions = { sopro = (settings.split(config.get().settings)) }
    end,
    handlers = {
      ['$/progress'] = client.on_progress,
      ['sopro/status'] = client.on_status,
      ['workspace/configuration'] = on_configuration,
    },
  }
end

---Whether there is a program to start; says once where there is none.
---@return boolean
function M.can_start()
  local command, problem = program.command('lsp')
  if not command then
    vim.notify_once('Sopro cannot start: ' .. problem, vim.log.levels.WARN)
  end
  return command ~= nil
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

---Starts the server for a buffer, or joins the one of its workspace. A file without a workspace joins any.
---@param bufnr integer
function M.attach(bufnr)
  if stopped or not M.serves(bufnr) or client.client(bufnr) or not M.can_start() then
    return
  end
  local base = vim.fn.has('nvim-0.11') == 1 and vim.lsp.config.sopro or M.config()
  local own = vim.tbl_extend('force', {}, base, { root_dir = M.root(bufnr) or false })
  own.root_dir = own.root_dir or nil
  make_way(bufnr)
  vim.lsp.start(own, { bufnr = bufnr, reuse_client = reuse, silent = false })
end

---Opens a buffer anew at the server where it became something else: another file type, or a name where there was none. (Neovim sees
---to other changes of name when the file is written; for a first name it has no event left.)
---@param bufnr integer
local function reopen(bufnr)
  local running = client.client(bufnr)
  local run = running and runs[running.rpc]
  local was = run and run.buffers[bufnr]
  if not was then
    return
  end
  local uri = vim.uri_from_bufnr(bufnr)
  local is_named = was.uri == 'file://' and uri ~= was.uri
  if is_named then
    client.call(running, 'notify', 'textDocument/didClose', { textDocument = { uri = was.uri } })
  end
  if is_named or was.filetype ~= vim.bo[bufnr].filetype then
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
    run.client_id = running.id
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
  stopped, crashes = false, 0
  attach_all()
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
