---What a person has switched off and on. It holds while Neovim runs; what is off is also kept for the next session, in a small file
---that a person can read and delete. What is on again leaves the file, unless something wider is off there: else a switch of long ago
---would overrule settings that say `enabled = false`.
local M = {}

---@class sopro.Switches
---@field everywhere? boolean nil: nobody has said anything
---@field workspaces table<string, boolean> by root; they go before `everywhere`
---@field languages table<string, boolean>

---@type sopro.Switches?
local now

---Where what is off is kept.
---@return string
function M.path()
  return vim.fs.joinpath(vim.fn.stdpath('state') --[[@as string]], 'sopro', 'switches.json')
end

---The switches of a table that holds only such.
---@param read any
---@return table<string, boolean>
local function switches_of(read)
  local found = {}
  for name, enabled in pairs(type(read) == 'table' and read or {}) do
    if type(name) == 'string' and type(enabled) == 'boolean' then
      found[name] = enabled
    end
  end
  return found
end

---What the file says, as far as it can be understood.
---@return sopro.Switches
local function kept()
  local ok, read = pcall(function()
    return vim.json.decode(table.concat(vim.fn.readfile(M.path()), '\n'))
  end)
  if not ok or type(read) ~= 'table' then
    read = {}
  end
  local found = { workspaces = switches_of(read.workspaces), languages = switches_of(read.languages) }
  if read.everywhere == false then
    found.everywhere = false
  end
  return found
end

---@param switches sopro.Switches
local function keep(switches)
  local path = M.path()
  if switches.everywhere == nil and not next(switches.workspaces) and not next(switches.languages) then
    vim.uv.fs_unlink(path)
    return
  end
  local text = vim.json.encode({
    everywhere = switches.everywhere,
    workspaces = next(switches.workspaces) and switches.workspaces or nil,
    languages = next(switches.languages) and switches.languages or nil,
  })
  -- Beside the file and then in its place: another Neovim reads the whole of the one or of the other.
  local aside = ('%s.%d'):format(path, vim.uv.os_getpid())
  local ok, problem = pcall(function()
    vim.fn.mkdir(vim.fs.dirname(path), 'p', tonumber('700', 8))
    assert(vim.fn.writefile({ text }, aside) == 0)
    assert(vim.uv.fs_rename(aside, path))
  end)
  if not ok then
    vim.uv.fs_unlink(aside)
    require('sopro.say').once(('what is switched off cannot be kept for the next session: %s'):format(problem))
  end
end

---@param switches sopro.Switches
---@param scope 'all'|'workspace'|'language'
---@param name? string the root or the language
---@param enabled? boolean nil: nothing is said of it any more
local function put(switches, scope, name, enabled)
  if scope == 'language' then
    switches.languages[name] = enabled
  elseif scope == 'workspace' then
    switches.workspaces[name] = enabled
  else
    switches.everywhere, switches.workspaces = enabled, {}
  end
end

---What holds now.
---@return sopro.Switches
function M.now()
  now = now or kept()
  return now
end

---Notes what has been switched.
---@param scope 'all'|'workspace'|'language'
---@param name? string the root or the language
---@param enabled boolean
function M.set(scope, name, enabled)
  put(M.now(), scope, name, enabled)
  if scope == 'workspace' and name == '' then
    return -- files of no workspace: nothing to know them by the next time
  end
  local later = kept() -- as another Neovim may have left it
  if enabled and (scope == 'all' or later.everywhere == nil) then
    put(later, scope, name, nil)
  else
    put(later, scope, name, enabled)
  end
  keep(later)
end

return M
