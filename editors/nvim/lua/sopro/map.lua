---A key that accepts a completion where there is one, and else does what it did before.
local aside = require('sopro.aside')

local M = {}

local descriptions = {
  accept = 'Sopro: accept, or what the key did before',
  ['accept-word'] = 'Sopro: accept a word, or what the key did before',
  ['accept-line'] = 'Sopro: accept a line, or what the key did before',
}

---What our keys did before.
---@type table<string, sopro.Aside>
local before = {}

---@param lhs string
---@param act string
function M.set(lhs, act)
  local now = vim.fn.maparg(lhs, 'i', false, true)
  if not before[lhs] or (now.buffer ~= 1 and not vim.tbl_contains(descriptions, now.desc)) then
    before[lhs] = aside.put('i', lhs, 'else', true)
  end
  local otherwise = before[lhs]
  vim.keymap.set('i', lhs, function()
    local native = require('sopro.keys').native()
    if native and act == 'accept' and native.get() then
      return ''
    elseif not native and require('sopro').visible() then
      return ('<Plug>(sopro-%s)'):format(act)
    end
    return otherwise:keys()
  end, { expr = true, remap = true, silent = true, desc = descriptions[act] })
end

return M
