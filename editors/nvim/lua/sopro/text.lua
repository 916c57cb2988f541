---Columns: the server's, in units of the encoding that was agreed on, and Neovim's, in bytes.
local M = {}

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

---@param text string
---@return integer its length in UTF-16 units
function M.utf16(text)
  if names_encoding then
    return vim.str_utfindex(text, 'utf-16')
  end
  return (select(2, vim.str_utfindex(text)))
end

return M
