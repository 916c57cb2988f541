---What a story has at hand: a folder of its own, a model server, a Neovim with the plugin; and what must hold at its end, whatever
---it tells.
local Editor = require('editor')
local Rig = require('rig')

---@class Story a story as the files in stories/ list them
---@field [1] string its name
---@field [2] fun(s: Scene)
---@field name string with its file
---@field from? string the oldest Neovim that has what it is about

---@class Scene
---@field places table<string, string> the programs and folders of the repository
---@field home string
---@field rig Rig
---@field editors Editor[]
---@field said string what is printed with the story's line
local Scene = {}
Scene.__index = Scene

local longest_ms = 90000

---@param name string
---@param text string
---@return string path
function Scene:write(name, text)
  local path = self.home .. '/work/' .. name
  vim.fn.mkdir(vim.fs.dirname(path), 'p')
  local file = assert(io.open(path, 'wb'))
  file:write(text)
  file:close()
  return path
end

---Starts the model server.
---@param ... string
---@return Rig
function Scene:models(...)
  self.rig = Rig.start(self.places.rig, unpack(select('#', ...) > 0 and { ... } or { 'sim' }))
  return self.rig
end

-- The maps that the stories type; the plugin makes none.
local maps = [[
  for lhs, name in pairs({ ['<Tab>'] = 'accept', ['<C-l>'] = 'accept-word', ['<C-j>'] = 'accept-line', ['<M-]>'] = 'next',
      ['<M-[>'] = 'prev', ['<C-]>'] = 'dismiss', ['<M-Bslash>'] = 'trigger' }) do
    vim.keymap.set('i', lhs, '<Plug>(sopro-' .. name .. ')')
  end
]]

---@class Scene.Opening
---@field file? string its name; main.go
---@field text? string with █ where the cursor is to be, without the end of its last line
---@field eol? string which is a line feed
---@field set? table vim.g.sopro
---@field env? table<string, string>
---@field before? string Lua that runs before the plugin is loaded
---@field arguments? string[]
---@field plugin? string where the plugin lies
---@field waits? boolean false: do not wait for the server

---Opens a Neovim with a file and waits until the server is ready.
---@param o? Scene.Opening
---@return Editor
function Scene:open(o)
  o = o or {}
  if not self.rig then
    self:models()
  end
  local text = o.text or ''
  local before, after = text:match('^(.*)█(.*)$')
  local path = self:write(o.file or 'main.go', (before and before .. after or text) .. (o.eol or '\n'))
  local settings = vim.tbl_deep_extend('keep', o.set or {}, { settings = { completion = { debounce = 0 } } })
  local e = Editor.start({
    program = self.places.nvim,
    plugin = o.plugin or self.places.plugin,
    home = self.home,
    env = vim.tbl_extend('force', { SOPRO_OLLAMA_URL = self.rig.url }, o.env or {}),
    before = ('vim.g.sopro = vim.json.decode([==[%s]==]) '):format(vim.json.encode(settings)) .. maps .. (o.before or ''),
    arguments = vim.list_extend({ path }, o.arguments or {}),
  })
  table.insert(self.editors, e)
  if before then
    local row = select(2, before:gsub('\n', '')) + 1
    local col = #before:match('[^\n]*$')
    e:lua('vim.api.nvim_win_set_cursor(0, { ... })', row, col)
  end
  if o.waits ~= false then
    e:ready()
  end
  return e
end

---Opens a file and is in insert mode at the mark.
---@param text string with █
---@param o? Scene.Opening
---@return Editor
function Scene:insert(text, o)
  local e = self:open(vim.tbl_extend('force', o or {}, { text = text }))
  local at_end = text:match('█([^\r\n]*)') == ''
  e:type(at_end and 'A' or 'i')
  return e
end

---Prints a line with the story's.
---@param format string
function Scene:say(format, ...)
  self.said = self.said .. '\n        ' .. format:format(...)
end

---Whether a process listens on a socket of TCP, as far as this system tells.
---@param pid integer
---@return boolean
function Scene.listens(pid)
  if vim.fn.isdirectory('/proc/self/fd') == 0 then
    return false
  end
  local sockets = {}
  for name in vim.fs.dir(('/proc/%d/fd'):format(pid)) do
    local inode = (vim.uv.fs_readlink(('/proc/%d/fd/%s'):format(pid, name)) or ''):match('^socket:%[(%d+)%]$')
    sockets[inode or ''] = true
  end
  for _, kind in ipairs({ 'tcp', 'tcp6' }) do
    for line in io.lines(('/proc/%d/net/%s'):format(pid, kind)) do
      local state, inode = line:match('^%s*%d+: %S+ %S+ (%x%x) %S+ %S+ %S+ +%d+ +%d+ (%d+)')
      if state == '0A' and sockets[inode] then
        return true
      end
    end
  end
  return false
end

---Whether a process runs; one that has ended and that nobody has asked about yet does not.
---@param pid integer
local function runs(pid)
  local file = io.open(('/proc/%d/stat'):format(pid))
  if not file then
    return vim.uv.kill(pid, 0) == 0
  end
  local state = file:read('*a'):match('^.*%) (%a)')
  file:close()
  return state ~= 'Z'
end

---What must hold at the end of every story.
---@param e Editor
---@param problems string[]
local function inspect(e, problems)
  if not e.job then
    return
  end
  local servers = e:servers()
  for _, pid in ipairs(servers) do
    if Scene.listens(pid) then
      problems[#problems + 1] = 'the server listens on a socket'
    end
  end
  vim.list_extend(problems, e:complaints())
  if not e:close() then
    problems[#problems + 1] = 'Neovim did not end by itself'
  end
  for _, pid in ipairs(servers) do
    local gone = vim.wait(10000, function()
      return not runs(pid)
    end, 5)
    if not gone then
      problems[#problems + 1] = 'a server outlived its editor'
    end
  end
end

local M = {}

---Runs a story.
---@param story Story
---@param places table<string, string>
---@return string? problem
---@return string said
function M.run(story, places)
  local home = vim.fn.tempname()
  vim.fn.mkdir(home .. '/work', 'p')
  local scene = setmetatable({ places = places, home = home, editors = {}, said = '' }, Scene)
  local watchdog = assert(vim.uv.new_timer())
  watchdog:start(longest_ms, 0, function() -- an editor that asks and is not answered would be waited for for ever
    for _, e in ipairs(scene.editors) do
      vim.uv.kill(e.pid, 'sigkill')
    end
  end)
  local problems = {} ---@type string[]
  local ok, problem = xpcall(story[2], function(err)
    return type(err) == 'string' and not err:find('\n') and debug.traceback(err, 2) or err
  end, scene)
  if not ok then
    problems[1] = tostring(problem)
  end
  for _, e in ipairs(scene.editors) do
    local alive, failure = pcall(inspect, e, problems)
    if not alive then
      problems[#problems + 1] = 'the editor cannot be looked at: ' .. tostring(failure)
      e:close()
    end
  end
  watchdog:close()
  if scene.rig then
    scene.rig:close()
  end
  vim.fn.delete(home, 'rf')
  return #problems > 0 and table.concat(problems, '\n') or nil, scene.said
end

return M
