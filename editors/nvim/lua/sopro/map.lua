---A key that accepts a completion where there is one, and else does what it did before.
local M = {}

---Puts the mapping that a key has now under another name, where it can be called.
---@param lhs string
---@return string name
local function put_aside(lhs)
  local name = ('<Plug>(sopro-else-%s)'):format(lhs:gsub('[<>]', ''))
  local before = vim.fn.maparg(lhs, 'i', false, true)
  if vim.tbl_isempty(before) or before.buffer == 1 or before.desc == 'Sopro: accept' then
    return vim.fn.maparg(name, 'i') ~= '' and name or lhs
  end
  before.lhs, before.lhsraw, before.lhsrawalt = name, vim.api.nvim_replace_termcodes(name, true, true, true), nil
  vim.fn.mapset('i', false, before)
  return name
end

---@param lhs string
---@param act string
function M.set(lhs, act)
  local otherwise = put_aside(lhs)
  -- An old mapping that ends in the key itself comes back here, and then means the key.
  local falling = false
  vim.keymap.set('i', lhs, function()
    local native = require('sopro.keys').native()
    if native and act == 'accept' and native.get() then
      return ''
    elseif not native and require('sopro').visible() then
      return ('<Plug>(sopro-%s)'):format(act)
    elseif falling then
      return lhs
    end
    falling = true
    vim.schedule(function()
      falling = false
    end)
    return otherwise
  end, { expr = true, remap = true, silent = true, desc = 'Sopro: accept' })
end

return M
