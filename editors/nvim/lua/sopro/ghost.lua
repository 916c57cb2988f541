---Draws a completion that is not in the buffer: one extmark with a fixed id, so that a redraw moves it and never flickers.
local overflow = require('sopro.text').overflow

local M = {}

local namespace = vim.api.nvim_create_namespace('sopro')
local id = 1
local highlight = 'SoproGhost'

---The buffer that the mark is in.
---@type integer?
local drawn_in

---Virtual text shows a raw tab as one cell, so tabs become the spaces that they stand for.
---@param text string of one line
---@param column integer where it begins on the screen, from 0
---@return string
local function expand_tabs(text, column)
  local parts = vim.split(text, '\t', { plain = true })
  local out = parts[1]
  for i = 2, #parts do
    local at = column + vim.fn.strdisplaywidth(out, column)
    out = out .. (' '):rep(vim.fn.strdisplaywidth('\t', at)) .. parts[i]
  end
  return out
end

---What the first line shows, and whether it hides what stands right of the cursor. Where the text that is replaced comes back at
---the end, as with a closing bracket, it just stays; else the new line is drawn over the old one, if that ends there.
---@param first string
---@param is_only boolean the completion has no other line
---@param tail string all that stands right of the cursor
---@param replaced string what of it goes
---@return string
---@return 'inline'|'overlay'
local function first_line(first, is_only, tail, replaced)
  if replaced == '' then
    return first, 'inline'
  elseif is_only and vim.endswith(first, replaced) then
    return first:sub(1, #first - #replaced), 'inline'
  elseif replaced == tail then
    local missing = vim.fn.strdisplaywidth(tail) - vim.fn.strdisplaywidth(first)
    return first .. (' '):rep(missing), 'overlay'
  end
  return first, 'inline'
end

---Shows a completion at the cursor, instead of what was shown before.
---@param bufnr integer the current buffer
---@param row integer from 0
---@param col integer in bytes, from 0
---@param text string
---@param replaced integer how many bytes right of the cursor it replaces
function M.show(bufnr, row, col, text, replaced)
  if drawn_in and drawn_in ~= bufnr then
    M.hide()
  end
  local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1]
  local tail = line:sub(col + 1)
  local lines = vim.split(text, '\n', { plain = true })
  local column = vim.fn.strdisplaywidth(line:sub(1, col))
  local first, position = first_line(expand_tabs(lines[1], column), #lines == 1, tail, tail:sub(1, replaced))
  local below = {} ---@type [string, string][][]
  for i = 2, #lines do
    below[i - 1] = { { expand_tabs(lines[i], 0), highlight } }
  end
  vim.api.nvim_buf_set_extmark(bufnr, namespace, row, col, {
    id = id,
    virt_text = { { first, highlight } },
    virt_text_pos = position,
    virt_lines = #below > 0 and below or nil,
    virt_lines_overflow = overflow,
    hl_mode = 'combine',
    undo_restore = false,
  })
  drawn_in = bufnr
end

---@return boolean was whether something was shown
function M.hide()
  local was = drawn_in ~= nil
  if drawn_in and vim.api.nvim_buf_is_valid(drawn_in) then
    vim.api.nvim_buf_del_extmark(drawn_in, namespace, id)
  end
  drawn_in = nil
  return was
end

return M
