---Which buffers Sopro serves, and in which workspace.
local config = require('sopro.config')

local M = {}

---Whether a buffer is code that a person edits: no help, terminal, list or folder, nothing that another plugin draws, nothing huge.
---@param bufnr integer
---@return boolean
function M.is(bufnr)
  if not vim.api.nvim_buf_is_loaded(bufnr) or vim.bo[bufnr].buftype ~= '' then
    return false
  end
  local name = vim.api.nvim_buf_get_name(bufnr)
  if name:match('^%a[%w+.-]+://') or vim.fn.isdirectory(name) == 1 then
    return false
  end
  return vim.api.nvim_buf_get_offset(bufnr, vim.api.nvim_buf_line_count(bufnr)) <= config.get().max_bytes
end

---A home folder is no workspace, even if it is kept in git: nobody wants all of it read.
---@param place integer|string a buffer or a folder
---@return string?
local function root(place)
  local found = vim.fs.root(place, config.get().root_markers)
  return found and found ~= vim.fs.normalize('~') and found or nil
end

---The workspace of a buffer.
---@param bufnr integer
---@return string?
function M.root(bufnr)
  return vim.api.nvim_buf_get_name(bufnr) ~= '' and root(bufnr) or nil
end

---The workspace that Neovim's own folder is in.
---@return string?
function M.root_here()
  return root(vim.uv.cwd() or '/')
end

return M
