---Finds the server's program: where the person said, on PATH, or in the repository that this plugin lies in. Never in the
---workspace: a repository that is merely opened must not start programs.
local M = {}

local on_windows = vim.fn.has('win32') == 1
local name = on_windows and 'sopro.exe' or 'sopro'

---@param path string
local function runs(path)
  return vim.fn.executable(path) == 1
end

---@param path string
local function is_absolute(path)
  return vim.startswith(path, '/') or (on_windows and path:match('^%a:[/\\]') ~= nil)
end

---Looks a bare name up in PATH. Its relative entries are passed over, since they name the folder that Neovim happens to be in.
---@param program string
---@return string?
local function on_path(program)
  for folder in vim.gsplit(vim.env.PATH or '', on_windows and ';' or ':', { plain = true }) do
    local path = folder .. '/' .. program
    if is_absolute(folder) and runs(path) then
      return vim.fs.normalize(path)
    end
  end
end

---The repository that this file lies in, links resolved: packages are often linked into a folder of plugins.
---@return string
local function repository()
  local here = debug.getinfo(1, 'S').source:sub(2)
  local path = vim.uv.fs_realpath(here) or here
  for _ = 1, 5 do -- editors/nvim/lua/sopro/program.lua
    path = vim.fs.dirname(path)
  end
  return path
end

---@param program string as the person wrote it
---@return string? path
local function given(program)
  local path = vim.fs.normalize(program)
  if not path:find('[/\\]') then
    return on_path(path)
  end
  return is_absolute(path) and runs(path) and path or nil
end

---The command that starts the server, as it is configured or found.
---@return string[]? command
---@return string? problem for people, where there is none
function M.find()
  local cmd = require('sopro.config').get().cmd
  if cmd then
    local words = type(cmd) == 'table' and cmd or { cmd, 'lsp' }
    local path = given(words[1] or '')
    if not path then
      return nil, ('cmd of your configuration: %q is no program (an absolute path, or a name on PATH)'):format(words[1] or '')
    end
    return vim.list_extend({ path }, words, 2)
  end
  local built = repository() .. '/bin/' .. name
  local path = on_path(name) or (runs(built) and built)
  if not path then
    return nil, ('its program is neither on PATH nor at %s: run "make build" in %s, or set cmd'):format(built, repository())
  end
  return { path, 'lsp' }
end

---The protected settings, in one text: a server that was started with another one is out of date.
---@return string
function M.flags()
  local _, flags = require('sopro.settings').split(require('sopro.config').get().settings)
  return table.concat(flags, '\n')
end

---The command line of one of the program's own commands, with the protected settings.
---@param subcommand string such as 'lsp' or 'doctor'
---@return string[]? command
---@return string? problem for people, where there is none
function M.command(subcommand)
  local command, problem = M.find()
  if not command then
    return nil, problem
  end
  local _, flags = require('sopro.settings').split(require('sopro.config').get().settings)
  for i, word in ipairs(command) do
    command[i] = word == 'lsp' and i > 1 and subcommand or word
  end
  return vim.list_extend(command, flags)
end

---Where the server writes its log, unless the person's config.toml names another file.
---@return string
function M.log_file()
  local set = vim.tbl_get(require('sopro.config').get().settings, 'log', 'file')
  if set and set ~= '' then
    return vim.fs.normalize(set)
  end
  local state = vim.env.XDG_STATE_HOME or '~/.local/state'
  if on_windows then
    state = vim.env.LOCALAPPDATA
  elseif vim.fn.has('mac') == 1 and not vim.env.XDG_STATE_HOME then
    state = '~/Library/Application Support'
  end
  return vim.fs.normalize(state) .. '/sopro/sopro.log'
end

return M
