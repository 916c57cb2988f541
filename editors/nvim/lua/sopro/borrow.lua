---Keys of a buffer that are borrowed for a while.
local aside = require('sopro.aside')

local M = {}

---Borrows keys of a buffer. Where `is_due` says no, each does what it did before.
---@param bufnr integer
---@param mode string
---@param keys table<string, string> the Lua of what each does
---@param is_due fun(): boolean
---@return fun() give_back what the keys did before in this buffer they do again, exactly; idempotent
function M.keys(bufnr, mode, keys, is_due)
  local covered, set_aside = {}, {} ---@type table<string, table>, table<string, sopro.Aside>
  vim.api.nvim_buf_call(bufnr, function()
    for lhs in pairs(keys) do
      covered[lhs] = vim.fn.maparg(lhs, mode, false, true)
      set_aside[lhs] = aside.put(mode, lhs, 'lent-' .. bufnr)
    end
  end)
  for lhs, act in pairs(keys) do
    vim.keymap.set(mode, lhs, function()
      return is_due() and ('<Cmd>lua %s<CR>'):format(act) or set_aside[lhs]:keys()
    end, { buffer = bufnr, nowait = true, expr = true, remap = true, desc = 'Sopro: the proposal' })
  end
  local over = false
  return function()
    if over or not vim.api.nvim_buf_is_valid(bufnr) then
      return
    end
    over = true
    vim.api.nvim_buf_call(bufnr, function()
      for lhs, before in pairs(covered) do
        pcall(vim.keymap.del, mode, lhs, { buffer = bufnr })
        if before.buffer == 1 then
          vim.fn.mapset(before)
        end
        set_aside[lhs]:drop()
      end
    end)
  end
end

return M
