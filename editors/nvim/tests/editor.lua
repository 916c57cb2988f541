---A Neovim under test, driven as a person drives it: keys go in, the screen, the text and the virtual text are read. What is waited
---for is an event; the time limit only fails.
local patience_ms = 20000

---@class Editor
---@field job? integer until it is closed
---@field pid integer
---@field allowed string[] messages that the story expects; see Editor:told
local Editor = {}
Editor.__index = Editor

---@class Editor.Options
---@field program string the Neovim
---@field plugin string the folder of the plugin
---@field home string an empty folder
---@field env table<string, string>
---@field before string Lua that runs before the plugin is loaded
---@field arguments string[]

-- Runs in the Neovim under test before anything else: what must not happen is written down.
local watch = [[
  _G.deprecated = {}
  vim.deprecate = function(name) table.insert(_G.deprecated, name) end
]]

---@param o Editor.Options
---@return Editor
function Editor.start(o)
  local self = setmetatable({ allowed = {}, home = o.home }, Editor)
  local env = {
    HOME = o.home,
    PATH = vim.env.PATH,
    LANG = 'C.UTF-8',
    TERM = 'dumb',
    TMPDIR = o.home,
    XDG_CONFIG_HOME = o.home .. '/config',
    XDG_STATE_HOME = o.home .. '/state',
    XDG_CACHE_HOME = o.home .. '/cache',
    XDG_DATA_HOME = o.home .. '/data',
    XDG_RUNTIME_DIR = o.home,
  }
  local command = { o.program, '--embed', '--headless', '--clean', '--cmd', 'lua ' .. watch:gsub('\n', ' ') }
  vim.list_extend(command, { '--cmd', 'set columns=100 lines=30 shortmess+=I runtimepath^=' .. o.plugin })
  vim.list_extend(command, { '--cmd', 'lua ' .. o.before:gsub('\n', ' ') })
  vim.list_extend(command, o.arguments)
  self.job = vim.fn.jobstart(command, {
    rpc = true,
    clear_env = true,
    cwd = o.home,
    env = vim.tbl_extend('force', env, o.env),
  })
  assert(self.job > 0, 'Neovim does not start')
  self.pid = vim.fn.jobpid(self.job)
  self:eventually('the end of the start', function()
    return self:call('nvim_get_vvar', 'vim_did_enter') == 1
  end)
  return self
end

---Asks the editor. One that shows a prompt would not answer before a key: that is told instead.
---@param method string
---@return any
function Editor:call(method, ...)
  if vim.rpcrequest(self.job, 'nvim_get_mode').blocking then
    vim.rpcrequest(self.job, 'nvim_input', '<CR>')
    vim.wait(100)
    error('the editor waits for a key\n' .. (vim.rpcrequest(self.job, 'nvim_get_mode').blocking and '' or self:messages()), 0)
  end
  return vim.rpcrequest(self.job, method, ...)
end

---Types keys. What the editor is asked next it answers after it has taken them in.
---@param keys string
function Editor:type(keys)
  vim.rpcrequest(self.job, 'nvim_input', keys)
end

---Runs Lua in the editor.
---@param code string
---@return any
function Editor:lua(code, ...)
  local value = self:call('nvim_exec_lua', code, { ... })
  if value ~= vim.NIL then
    return value
  end
end

---@param command string
function Editor:ex(command)
  self:call('nvim_command', command)
end

---Writes the file, and is back in normal mode.
function Editor:save()
  self:type('<Esc>:w<CR>')
  self:lua('return true') -- all keys are taken in before this
end

---Types a command of the plugin, in normal mode.
---@param arguments string
function Editor:sopro(arguments)
  self:type((':Sopro %s<CR>'):format(arguments:gsub('<', '<lt>')))
end

---Waits until a look shows what is wanted, and returns it.
---@generic T
---@param what string
---@param look fun(): T?
---@return T
function Editor:eventually(what, look)
  local deadline = vim.uv.hrtime() + patience_ms * 1e6
  while true do
    local found = look()
    if found then
      return found
    end
    if vim.uv.hrtime() > deadline then
      error(('waited in vain for %s\n%s'):format(what, self:picture()), 0)
    end
    vim.wait(3)
  end
end

---@return string
function Editor:text()
  return table.concat(self:call('nvim_buf_get_lines', 0, 0, -1, true), '\n')
end

---The text with the cursor in it, as it stands in the stories.
---@return string
function Editor:marked()
  local lines = self:call('nvim_buf_get_lines', 0, 0, -1, true)
  local row, col = unpack(self:call('nvim_win_get_cursor', 0))
  lines[row] = lines[row]:sub(1, col) .. '█' .. lines[row]:sub(col + 1)
  return table.concat(lines, '\n')
end

-- The virtual text of the current buffer in the namespaces whose name matches, as a person reads it.
local virtual = [[
  local pattern = ...
  local out = {}
  for name, ns in pairs(vim.api.nvim_get_namespaces()) do
    if name:match(pattern) then
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, { details = true })) do
        local lines = { mark[4].virt_text }
        vim.list_extend(lines, mark[4].virt_lines or {})
        for _, chunks in ipairs(lines) do
          out[#out + 1] = table.concat(vim.tbl_map(function(chunk) return chunk[1] end, chunks))
        end
      end
    end
  end
  return #out > 0 and table.concat(out, '\n') or nil
]]

---The completion that is shown; nil where there is none.
---@return string?
function Editor:shown()
  return self:lua(virtual, self.native and '^nvim%.lsp%.inline_completion' or '^sopro$') --[[@as string?]]
end

---@return string?
function Editor:proposed()
  return self:lua(virtual, '^sopro%.proposal')
end

---What the screen says, without the blanks at the ends of its lines.
---@return string
function Editor:screen()
  return self:lua([[
    vim.cmd.redraw()
    local lines = {}
    for row = 1, vim.o.lines do
      local cells = {}
      for col = 1, vim.o.columns do
        cells[col] = vim.fn.screenstring(row, col)
      end
      lines[row] = table.concat(cells):gsub('%s+$', '')
    end
    return table.concat(lines, '\n')
  ]])
end

---All that helps to understand a failure.
function Editor:picture()
  if not self.job then
    return 'the editor has ended'
  end
  local ok, picture = pcall(function()
    return ('mode %s, ghost %s\n%s\n%s'):format(
      self:call('nvim_get_mode').mode,
      vim.inspect(self:shown()),
      self:screen(),
      self:messages()
    )
  end)
  return ok and picture or 'the editor does not answer'
end

---@return string
function Editor:messages()
  return self:call('nvim_exec2', 'messages', { output = true }).output
end

local function same(want, got, what)
  if not vim.deep_equal(want, got) then
    error(('%s\n  want %s\n  got  %s'):format(what, vim.inspect(want), vim.inspect(got)), 0)
  end
end
Editor.same = same

---Waits for a completion of this text.
---@param want string
function Editor:ghost(want)
  local got
  local ok = pcall(self.eventually, self, 'a ghost', function()
    got = self:shown()
    return got == want
  end)
  if not ok then
    error(('waited for the ghost %s, there is %s\n%s'):format(vim.inspect(want), vim.inspect(got), self:picture()), 0)
  end
end

---There is no completion now.
function Editor:no_ghost()
  same(nil, self:shown(), 'a ghost')
end

---The text and the cursor are these now.
---@param want string
function Editor:is(want)
  same(want, self:marked(), 'the text')
end

---Waits for a message, which the story therefore expects.
---@param pattern string
function Editor:told(pattern)
  self:eventually('the message ' .. pattern, function()
    if vim.rpcrequest(self.job, 'nvim_get_mode').blocking then
      self:type('<CR>') -- the message is longer than a line
      return false
    end
    return self:messages():find(pattern) ~= nil
  end)
  table.insert(self.allowed, pattern)
end

---Waits for something on the screen.
---@param text string plain
function Editor:sees(text)
  self:eventually(('%q on the screen'):format(text), function()
    return self:screen():find(text, 1, true)
  end)
end

---Waits until the server is there and knows its models.
function Editor:ready()
  self:eventually('the server to be ready', function()
    return self:lua([[
      local status = package.loaded['sopro.client'] and require('sopro.client').status()
      return status ~= nil and status.kind == 'ok'
    ]])
  end)
end

---The process ids of the servers.
---@return integer[]
function Editor:servers()
  return vim.tbl_filter(function(pid)
    return (vim.api.nvim_get_proc(pid) or {}).name == 'sopro'
  end, vim.api.nvim_get_proc_children(vim.fn.jobpid(self.job)))
end

---What went wrong without anybody saying so: error messages that the story did not expect, deprecated calls, errors in the log of the
---language client.
---@return string[]
function Editor:complaints()
  local found = {}
  for _, line in ipairs(vim.split(self:messages(), '\n')) do
    local expected = vim.iter(self.allowed):any(function(pattern)
      return line:find(pattern) ~= nil
    end)
    if not expected and (line:find('E%d+:') or line:find('[Ee]rror') or line:find('stack traceback')) then
      found[#found + 1] = 'message: ' .. line
    end
  end
  for _, name in ipairs(self:lua('return _G.deprecated')) do
    found[#found + 1] = 'deprecated: ' .. name
  end
  return found
end

function Editor:close()
  if not self.job then
    return
  end
  local job = self.job
  self.job = nil
  pcall(vim.rpcnotify, job, 'nvim_command', 'qall!')
  if vim.fn.jobwait({ job }, 5000)[1] == -1 then
    vim.fn.jobstop(job)
    vim.fn.jobwait({ job }, 5000)
    return false
  end
  return true
end

return Editor
