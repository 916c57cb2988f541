---What the person has set: `vim.g.sopro` and what `setup()` was given, the latter going first. Both are the person's own; nothing
---is read from a workspace here.
local M = {}

---@class sopro.Config
---@field cmd? string|string[] the server's program, or with arguments; without it PATH is searched, then the repository that this plugin lies in
---@field autostart? boolean start the server with the first file; default true
---@field ghost? 'own'|'native' who draws completions: this plugin, or Neovim's own vim.lsp.inline_completion (from 0.12); default 'own'
---@field explain? 'float'|'split'|'vsplit' where an explanation is shown; default 'float'
---@field filetypes? table<string, boolean> false: no completions there; '*' is every type without an entry
---@field enabled? fun(bufnr: integer): boolean false: no completions in this buffer now
---@field root_markers? string[] a folder that holds one of these is the workspace
---@field max_bytes? integer larger buffers are left alone; default 2 MiB
---@field ascii? boolean the statusline in plain letters; default false
---@field settings? sopro.Settings the server's settings; those that are left out are not sent

---@type table<string, {[1]: string|string[], default: any, one_of?: string[]}>
local keys = {
  cmd = { { 'string', 'table' } },
  autostart = { 'boolean', default = true },
  ghost = { 'string', default = 'own', one_of = { 'own', 'native' } },
  explain = { 'string', default = 'float', one_of = { 'float', 'split', 'vsplit' } },
  filetypes = { 'table', default = {} },
  enabled = { 'function' },
  root_markers = { 'table', default = { '.sopro.toml', '.git', '.hg', '.jj' } },
  max_bytes = { 'number', default = 2 * 1024 * 1024 },
  ascii = { 'boolean', default = false },
  settings = { 'table', default = {} },
}

---@type sopro.Config
local from_setup = {}
---Settings of the server that were chosen by a command, until Neovim ends.
local chosen = {} ---@type sopro.Settings
---@type sopro.Config?
local current
---@type fun()[]
local listeners = {}

---Takes from `given` what is right; the rest is told once, together.
---@param given table
---@param origin string
---@param into table
local function take(given, origin, into)
  local wrong = {} ---@type string[]
  for key, value in pairs(given) do
    local known = keys[key]
    local types = known and known[1]
    if not known then
      wrong[#wrong + 1] = ('%s is not known'):format(key)
    elseif not vim.list_contains(type(types) == 'table' and types or { types }, type(value)) then
      wrong[#wrong + 1] = ('%s cannot be a %s'):format(key, type(value))
    elseif known.one_of and not vim.list_contains(known.one_of, value) then
      wrong[#wrong + 1] = ('%s is one of %s'):format(key, table.concat(known.one_of, ', '))
    else
      into[key] = value
    end
  end
  if #wrong > 0 then
    table.sort(wrong)
    local message = ('left out of %s: %s'):format(origin, table.concat(wrong, '; '))
    vim.schedule(function()
      require('sopro.say').once(message)
    end)
  end
end

---The configuration in force. The table is shared: it is not to be changed.
---@return sopro.Config
function M.get()
  if not current then
    current = {}
    for key, known in pairs(keys) do
      current[key] = known.default
    end
    local global = vim.g.sopro
    take(type(global) == 'table' and global or {}, 'vim.g.sopro', current)
    take(from_setup, 'setup()', current)
    current.settings = vim.tbl_deep_extend('force', current.settings, chosen)
  end
  return current
end

---Replaces what an earlier call has set.
---@param given? sopro.Config
function M.set(given)
  from_setup = given or {}
  M.refresh()
end

---Sets settings of the server until Neovim ends, above all others.
---@param settings sopro.Settings
function M.choose(settings)
  chosen = vim.tbl_deep_extend('force', chosen, settings)
  M.refresh()
end

---Reads everything anew and tells who listens.
function M.refresh()
  current = nil
  for _, listener in ipairs(listeners) do
    listener()
  end
end

---@param listener fun() called on the main loop after a change
function M.on_change(listener)
  listeners[#listeners + 1] = listener
end

---Takes a new value of g:sopro, however it was assigned. One that is removed is told of while it still stands there.
function M.on_global()
  current = nil
  vim.schedule(M.refresh)
end

vim.cmd([[call dictwatcheradd(g:, 'sopro', {-> luaeval("require('sopro.config').on_global()")})]])

return M
