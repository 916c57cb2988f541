---What a key did before it got another meaning: put aside under a name, where it can be called. An old mapping that ends in the key itself
---comes back to the new one, and then means the plain key.
local M = {}

---@class sopro.Aside
---@field private mode string
---@field private lhs string
---@field private name? string of the old mapping; nil: there was none
---@field private is_local boolean it was the buffer's own
local Aside = {}
Aside.__index = Aside

---The keys whose old mapping is being executed.
---@type table<string, true>
local falling = {}

local function fallen()
  falling = {}
end

vim.keymap.set({ '', '!', 't' }, '<Plug>(sopro-fallen)', fallen, { desc = 'Sopro: the old meaning of a key is done' })

---Puts aside what a key does now in the current buffer.
---@param mode string
---@param lhs string
---@param name string
---@param is_global? boolean a mapping of the buffer is none
---@return sopro.Aside
function M.put(mode, lhs, name, is_global)
  local self = setmetatable({ mode = mode, lhs = lhs }, Aside)
  local before = vim.fn.maparg(lhs, mode, false, true)
  if vim.tbl_isempty(before) or (is_global and before.buffer == 1) then
    return self
  end
  self.name = ('<Plug>(sopro-%s-%s)'):format(name, lhs:gsub('[<>]', ''))
  self.is_local = before.buffer == 1
  before.lhs, before.lhsraw, before.lhsrawalt = self.name, vim.api.nvim_replace_termcodes(self.name, true, true, true), nil
  vim.fn.mapset(mode, false, before)
  return self
end

---What a mapping with `expr` and `remap` returns for the key to do what it did.
---@return string
function Aside:keys()
  if not self.name or falling[self.name] then
    return self.lhs -- at the beginning, the key itself is not mapped again
  end
  falling[self.name] = true
  vim.schedule(fallen) -- an error in the old mapping throws away what was to come after it
  return self.name .. '<Plug>(sopro-fallen)'
end

---Forgets it, in the current buffer.
function Aside:drop()
  if self.name then
    vim.keymap.del(self.mode, self.name, { buffer = self.is_local and 0 or nil })
  end
end

return M
