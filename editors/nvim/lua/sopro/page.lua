---A page of plain text in a split, to be read: the trace, the log, what the doctor says, a model's description.
local api = vim.api
local M = {}

---Shows lines under a name; the page of that name that is shown already is filled anew.
---@param name string
---@param lines string[] one with a line break, such as of a path, becomes several
---@param at_end? boolean the cursor is put on the last line
function M.show(name, lines, at_end)
  local full = 'sopro://' .. name
  local buf = vim.fn.bufnr(('^%s$'):format(vim.fn.escape(full, '[]*?{},\\')))
  if buf == -1 then
    buf = api.nvim_create_buf(false, true)
    api.nvim_buf_set_name(buf, full)
    vim.bo[buf].bufhidden, vim.bo[buf].modeline, vim.bo[buf].swapfile = 'wipe', false, false
    vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buf, nowait = true, desc = 'Sopro: close the page' })
  end
  vim.bo[buf].modifiable = true
  api.nvim_buf_set_lines(buf, 0, -1, true, vim.split(table.concat(lines, '\n'), '\n', { plain = true }))
  vim.bo[buf].modifiable = false
  local win = vim.fn.bufwinid(buf)
  if win == -1 then
    win = api.nvim_open_win(buf, true, { split = 'below' })
  end
  api.nvim_set_current_win(win)
  api.nvim_win_set_cursor(win, { at_end and api.nvim_buf_line_count(buf) or 1, 0 })
end

return M
