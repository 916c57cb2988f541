---A page of plain text in a split, to be read: the trace, what the doctor says, a model's description.
local api = vim.api
local M = {}

---Shows lines under a name; the page of that name that is shown already is filled anew.
---@param name string
---@param lines string[]
---@param syntax? string
function M.show(name, lines, syntax)
  local full = 'sopro://' .. name
  local buf = vim.fn.bufnr(('^%s$'):format(vim.fn.escape(full, '[]*?{},\\')))
  if buf == -1 then
    buf = api.nvim_create_buf(false, true)
    api.nvim_buf_set_name(buf, full)
    vim.bo[buf].bufhidden, vim.bo[buf].modeline, vim.bo[buf].swapfile = 'wipe', false, false
    vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buf, nowait = true, desc = 'Sopro: close the page' })
  end
  vim.bo[buf].modifiable = true
  api.nvim_buf_set_lines(buf, 0, -1, true, lines)
  vim.bo[buf].modifiable = false
  if syntax and vim.g.syntax_on then
    vim.bo[buf].syntax = syntax
  end
  local win = vim.fn.bufwinid(buf)
  if win == -1 then
    win = api.nvim_open_win(buf, true, { split = 'below' })
  end
  api.nvim_set_current_win(win)
  api.nvim_win_set_cursor(win, { 1, 0 })
end

return M
