---Columns: the server's, in units of the encoding that was agreed on, Neovim's, in bytes, and the screen's.
local M = {}

---How virtual lines go along in a window that is scrolled sideways, where Neovim can do that.
M.overflow = vim.fn.has('nvim-0.11') == 1 and 'scroll' or nil

local names_encoding = vim.fn.has('nvim-0.11') == 1

---@param line string
---@param character integer in units of the encoding, from 0
---@param encoding 'utf-8'|'utf-16'|'utf-32'
---@return integer bytes from 0; past the end: the line's length
function M.byte(line, character, encoding)
  if encoding == 'utf-8' then
    return math.min(character, #line)
  elseif names_encoding then
    return vim.str_byteindex(line, encoding, character, false)
  end
  local ok, byte = pcall(vim.str_byteindex, line, character, encoding == 'utf-16')
  return ok and byte or #line
end

---The reverse. (vim.lsp.util's own is wrong before 0.11 where a line has more bytes than units.)
---@param line string
---@param byte integer from 0; past the end: the line's length
---@param encoding 'utf-8'|'utf-16'|'utf-32'
---@return integer character in units of the encoding, from 0
function M.character(line, byte, encoding)
  byte = math.min(byte, #line)
  if encoding == 'utf-8' then
    return byte
  elseif names_encoding then
    return vim.str_utfindex(line, encoding, byte, false)
  end
  local utf32, utf16 = vim.str_utfindex(line, byte)
  return encoding == 'utf-16' and utf16 or utf32
end

---A place in a buffer, as the server counts.
---@param bufnr integer
---@param row integer from 0; one past the last line is the end of the text
---@param col integer in bytes, from 0
---@param encoding 'utf-8'|'utf-16'|'utf-32'
---@return lsp.Position
function M.position(bufnr, row, col, encoding)
  local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
  return { line = row, character = M.character(line, col, encoding) }
end

return M
